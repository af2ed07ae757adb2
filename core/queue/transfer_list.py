"""All transfers of a queue; each of their steps is written down."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from core.errors import Failure, RunFerryError
from core.ports.clock import Clock
from core.ports.journal.journal import QueueJournal
from core.queue.queued_transfer import OPEN, RETRYABLE, QueuedTransfer, waiting
from core.queue.transfer_records import record_of
from core.queue.transfer_request import TransferRequest, waiting_view
from core.source.run_places import RunPlaces
from core.transfer_view import Phase, TransferState, TransferView

_log = logging.getLogger(__name__)
_SAVE_SECONDS = 2.0


class TransferList:
    """In the order of submission. The state that all threads of a queue share.

    Hold `changed` around every use but `views` and walking over it; it is notified when there may be
    something to do or nothing to wait for any more. `freeing` are sources whose parts are being freed
    in the store: nothing of them travels meanwhile. Once `closing`, nothing begins.
    """

    def __init__(
        self, journal: QueueJournal, clock: Clock, places: RunPlaces | None = None
    ) -> None:
        self._places = places or RunPlaces()
        self.changed = threading.Condition()
        self.freeing: set[str] = set()
        self.closing = False
        self._journal = journal
        self._clock = clock
        self._transfers: dict[int, QueuedTransfer] = {}
        self._save_at = 0.0

    def __iter__(self) -> Iterator[QueuedTransfer]:
        """Of this moment: what is iterated over may be removed."""
        return iter(list(self._transfers.values()))

    def get(self, transfer_id: int, states: frozenset[TransferState]) -> QueuedTransfer | None:
        """The one with this id, if it is in one of these states."""
        transfer = self._transfers.get(transfer_id)
        return transfer if transfer and transfer.view.state in states else None

    def find_open(self, request: TransferRequest) -> QueuedTransfer | None:
        """The same, as long as it waits, travels or is paused."""
        return next(self._like(waiting_view(request), OPEN), None)

    def is_wanted(self, source: str) -> bool:
        """Whether one of this source waits, travels or is paused."""
        return any(transfer.request.source == source for transfer in self._open())

    def lost(self) -> Sequence[tuple[QueuedTransfer, Failure]]:
        """What failed because the store did not answer, and how."""
        return [(transfer, failure) for transfer in self if (failure := transfer.lost)]

    def next(self) -> QueuedTransfer | None:
        """The first that is due while nobody is at its source."""
        busy = self._busy()
        return next((t for t in self._due() if t.request.source not in busy), None)

    def seconds_to_next(self) -> float | None:
        """Until another one is due; None when none waits for that."""
        now = self._clock.monotonic()
        return min((t.due - now for t in self if t.is_later(now)), default=None)

    def is_later(self, transfer: QueuedTransfer) -> bool:
        """Whether it waits for its next try."""
        return transfer.is_later(self._clock.monotonic())

    def is_idle(self) -> bool:
        """Whether nothing waits or travels."""
        return all(transfer.view.state.ended for transfer in self)

    def views(self) -> tuple[TransferView, ...]:
        """With counters and pace of this moment; one thread at a time. Needs no lock."""
        now = self._clock.monotonic()
        return tuple(transfer.sampled(now) for transfer in self)

    def restore(self) -> None:
        """What an earlier process left. Raises StateError."""
        for record in self._journal.transfers():
            self._transfers[record.id] = QueuedTransfer.restored(record)

    def add(self, request: TransferRequest) -> TransferView:
        """Tries the same again that failed or was cancelled; else the last in the order.

        Raises StateError.
        """
        if ended := next(self._like(waiting_view(request), RETRYABLE), None):
            self._ask_again(ended, request)
            return ended.view
        now, view = self._clock.now(), self._with_job(waiting_view(request))
        view = replace(view, id=self._journal.put_transfer(record_of(view, request, now)))
        self._transfers[view.id] = QueuedTransfer(view, request, now)
        self.changed.notify_all()
        return view

    def remove(self, unwanted: Callable[[QueuedTransfer], bool]) -> int:
        """Forgets these; returns how many. Raises StateError."""
        gone = list(filter(unwanted, self))
        for transfer in gone:
            del self._transfers[transfer.view.id]
            self._journal.remove_transfer(transfer.view.id)
        return len(gone)

    def supersede(self, arrived: QueuedTransfer) -> None:
        """Forgets what failed of the same."""
        failed = [*self._like(arrived.view, frozenset({TransferState.FAILED}))]
        try:
            self.remove(lambda transfer: transfer in failed)
        except RunFerryError:
            _log.exception("a transfer that failed was not forgotten")

    def begin(self, transfer: QueuedTransfer) -> None:
        """A thread is at it."""
        view = self._with_job(transfer.view)
        active = replace(view, state=TransferState.ACTIVE, attempts=view.attempts + 1)
        self._become(transfer, active)

    def queue_again(self, transfer: QueuedTransfer) -> None:
        """It waits, as if it had never been tried."""
        transfer.vain = 0
        self.postpone(transfer, 0.0)

    def postpone(
        self, transfer: QueuedTransfer, seconds: float, failure: Failure | None = None
    ) -> None:
        """It waits for so long at least, because of what happened to it."""
        transfer.renew()
        transfer.due = self._clock.monotonic() + seconds
        kept = transfer.progress.in_store
        self._become(transfer, replace(waiting(transfer.view), kept=kept, failure=failure))

    def await_restore(self, transfer: QueuedTransfer, seconds: float) -> None:
        """It waits for so long before it looks again; a look is no try."""
        transfer.renew()
        transfer.due = self._clock.monotonic() + seconds
        view = waiting(transfer.view)
        looked = replace(view, phase=Phase.RESTORING, attempts=view.attempts - 1, failure=None)
        self._become(transfer, looked)

    def pause(self, transfer: QueuedTransfer, because: Failure | None = None) -> None:
        """Nobody is at it, until it is queued again; its counters stay."""
        stood = transfer.stopped() if transfer.active else transfer.view
        paused = replace(stood, state=TransferState.PAUSED, phase=Phase.WAITING)
        self._become(transfer, replace(paused, failure=because or paused.failure))

    def add_paused(self, request: TransferRequest, because: Failure) -> TransferView | None:
        """Only to be queued when somebody asks for it; None when the same is open. Raises StateError."""
        if self.find_open(request):
            return None
        added = self._transfers[self.add(request).id]
        self.pause(added, because)
        return added.view

    def end(
        self,
        transfer: QueuedTransfer,
        state: TransferState,
        *,
        outcome: str = "",
        failure: Failure | None = None,
    ) -> None:
        """Done, failed or cancelled, now. What was cancelled keeps nothing."""
        if state is TransferState.CANCELLED:
            transfer.progress.expect_kept(0)
        self._become(
            transfer,
            replace(
                transfer.stopped(),
                state=state,
                outcome=outcome,
                failure=failure,
                ended_at=self._clock.now(),
            ),
        )

    def save(self, transfer: QueuedTransfer) -> None:
        """Writes down how far it is, and what it is about to become."""
        try:
            self._journal.put_transfer(transfer.record())
        except RunFerryError:
            # The queue in memory stays right; only a restart would not know of this step.
            _log.exception("the state of transfer %s was not saved", transfer.view.id)

    def save_progress(self) -> None:
        """How far the active ones are; once in two seconds at most."""
        now = self._clock.monotonic()
        if now >= self._save_at:
            self._save_at = now + _SAVE_SECONDS
            self._save_moved()

    def _save_moved(self) -> None:
        for transfer in self:
            if transfer.has_moved():
                self.save(transfer)

    def _ask_again(self, transfer: QueuedTransfer, request: TransferRequest) -> None:
        """It keeps its place, and what is known of what it has sent."""
        transfer.take(request)
        transfer.view = self._with_job(transfer.view)
        self.queue_again(transfer)

    def _like(
        self, view: TransferView, states: frozenset[TransferState]
    ) -> Iterator[QueuedTransfer]:
        return filter(lambda transfer: transfer.is_like(view, states), self)

    def _open(self) -> Iterator[QueuedTransfer]:
        return (transfer for transfer in self if transfer.open)

    def _due(self) -> Iterator[QueuedTransfer]:
        now = self._clock.monotonic()
        return (transfer for transfer in self if transfer.is_due(now))

    def _busy(self) -> set[str]:
        """Sources that somebody is at."""
        return self.freeing | {transfer.request.source for transfer in self if transfer.active}

    def _with_job(self, view: TransferView) -> TransferView:
        """An upload that does not say so goes to the job that its results root is bound to."""
        if view.job_id or view.target:
            return view
        return replace(view, job_id=self._bound_job(view.source))

    def _bound_job(self, source: str) -> int:
        try:
            return self._journal.bound_job(self._places.results_root_of(source)) or 0
        except RunFerryError:  # it is only shown; whoever carries it asks again
            return 0

    def _become(self, transfer: QueuedTransfer, view: TransferView) -> None:
        transfer.view = view
        self.changed.notify_all()
        self.save(transfer)
