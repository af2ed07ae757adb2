"""All transfers of a queue; each of their steps is written down."""

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from core.errors import Failure, RunFerryError
from core.ports.clock import Clock
from core.ports.journal.journal import QueueJournal
from core.ports.journal.queue import TransferRecord
from core.queue.queued_transfer import OPEN, PAUSABLE, QueuedTransfer
from core.queue.transfer_records import record_of, request_of, view_of
from core.queue.transfer_request import TransferRequest, waiting_view
from core.source.run_identity import results_root_of
from core.transfer_view import Direction, Phase, TransferState, TransferView

_log = logging.getLogger(__name__)


class TransferList:
    """In the order of submission. The state that all threads of a queue share.

    Hold `changed` around every use but `views`; it is notified when there may be something to do or
    nothing to wait for any more. `freeing` are sources whose parts are being freed in the store:
    nothing of them travels meanwhile. Once `closing`, nothing begins.
    """

    def __init__(self, journal: QueueJournal, clock: Clock) -> None:
        self.changed = threading.Condition()
        self.freeing: set[str] = set()
        self.closing = False
        self._journal = journal
        self._clock = clock
        self._transfers: dict[int, QueuedTransfer] = {}

    def __iter__(self) -> Iterator[QueuedTransfer]:
        """Of this moment: what is iterated over may be removed."""
        return iter(list(self._transfers.values()))

    def get(self, transfer_id: int, states: frozenset[TransferState]) -> QueuedTransfer | None:
        """The one with this id, if it is in one of these states."""
        transfer = self._transfers.get(transfer_id)
        return transfer if transfer and transfer.view.state in states else None

    def find_open(self, request: TransferRequest) -> QueuedTransfer | None:
        """The same, as long as it waits, travels or is paused."""
        identity = waiting_view(request).identity
        same = (t for t in self if t.view.identity == identity and t.view.state in OPEN)
        return next(same, None)

    def next(self) -> QueuedTransfer | None:
        """The first that is due while nobody is at its source."""
        now = self._clock.monotonic()
        busy = self.freeing | {t.request.source for t in self if t.active}
        waiting = (t for t in self if t.view.state is TransferState.QUEUED)
        free = (t for t in waiting if t.due <= now and t.request.source not in busy)
        return next(free, None)

    def seconds_to_next(self) -> float | None:
        """Until another one is due; None when none waits for that."""
        now = self._clock.monotonic()
        dues = (t.due - now for t in self if t.view.state is TransferState.QUEUED and t.due > now)
        return min(dues, default=None)

    def is_idle(self) -> bool:
        """Whether nothing waits or travels."""
        return all(transfer.view.state.ended for transfer in self)

    def views(self) -> tuple[TransferView, ...]:
        """With counters and pace of this moment; one thread at a time. Needs no lock."""
        now = self._clock.monotonic()
        return tuple(transfer.sampled(now) for transfer in self)

    def restore(self, records: Iterable[TransferRecord]) -> None:
        """What an earlier process left; what travelled then waits."""
        for record in records:
            view = view_of(record)
            if view.state in PAUSABLE:
                view = replace(
                    view,
                    state=TransferState.QUEUED,
                    phase=Phase.WAITING,
                    done=0,
                    sent=0,
                )
            transfer = QueuedTransfer(view, request_of(record), record.queued_at, vain=record.vain)
            if view.direction is Direction.UPLOAD:
                transfer.progress.expect_kept(view.kept)
            self._transfers[view.id] = transfer

    def add(self, request: TransferRequest) -> TransferView:
        """The last in the order. Raises StateError."""
        now, view = self._clock.now(), self._with_job(waiting_view(request))
        view = replace(view, id=self._journal.put_transfer(record_of(view, request, now)))
        self._transfers[view.id] = QueuedTransfer(view, request, now)
        self.changed.notify_all()
        return view

    def remove(self, transfer: QueuedTransfer) -> None:
        """Forgets it. Raises StateError."""
        del self._transfers[transfer.view.id]
        self._journal.remove_transfer(transfer.view.id)

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
        self._set(
            transfer,
            state=TransferState.QUEUED,
            phase=Phase.WAITING,
            done=0,
            sent=0,
            kept=transfer.progress.in_store,
            failure=failure,
        )

    def pause(self, transfer: QueuedTransfer) -> None:
        """Nobody is at it, until it is queued again; its counters stay."""
        stood = transfer.stopped() if transfer.active else transfer.view
        self._become(transfer, replace(stood, state=TransferState.PAUSED, phase=Phase.WAITING))

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
        self._write(transfer, transfer.counted())

    def _with_job(self, view: TransferView) -> TransferView:
        """An upload that does not say so goes to the job that its results root is bound to."""
        if view.job_id or view.target:
            return view
        try:
            bound = self._journal.bound_job(results_root_of(view.source))
        except RunFerryError:  # it is only shown; whoever carries it asks again
            return view
        return replace(view, job_id=bound or 0)

    def _set(self, transfer: QueuedTransfer, **changes: Any) -> None:
        self._become(transfer, replace(transfer.view, **changes))

    def _become(self, transfer: QueuedTransfer, view: TransferView) -> None:
        transfer.view = view
        self.changed.notify_all()
        self._write(transfer, view)

    def _write(self, transfer: QueuedTransfer, view: TransferView) -> None:
        try:
            self._journal.put_transfer(
                record_of(
                    transfer.durable(view), transfer.request, transfer.queued_at, transfer.vain
                )
            )
        except RunFerryError:
            # The queue in memory stays right; only a restart would not know of this step.
            _log.exception("the state of transfer %s was not saved", view.id)
