"""The transfer queue: a few daemon threads that carry things and outlive every screen."""

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from core.errors import RunFerryError, TransferCancelledError, TransferStoppedError
from core.events import (
    Event,
    Failure,
    Phase,
    TransferCancelled,
    TransferFailed,
    TransferQueued,
    TransferStarted,
    TransferState,
    TransferSucceeded,
    TransferView,
)
from core.ports.clock import Clock
from core.ports.journal import Journal, TransferRecord
from core.progress import Progress
from core.queued_transfer import (
    CANCELLABLE,
    CLEARABLE,
    FORGETTABLE,
    OPEN,
    PAUSABLE,
    RETRYABLE,
    QueuedTransfer,
)
from core.redaction import redact
from core.throttle import Throttle
from core.transfer_records import record_of, request_of, view_of
from core.transfer_request import Carried, TransferRequest, waiting_view
from core.transfers import Transfers
from core.upload_request import UploadRequest

_log = logging.getLogger(__name__)


Carry = Callable[[TransferRequest, Progress], Carried]
"""Does one transfer on the calling thread; raises RunFerryError."""

Free = Callable[[UploadRequest], None]
"""Frees what an upload that is given up has sent, on the calling thread; raises RunFerryError."""


class TransferQueue(Transfers):
    """Both ways in the order of submission, `parallel` at a time, in this process.

    What is queued is durable: a queue that is built again goes on with what was left. `throttle`
    is that of `carry`. Two transfers of one source never travel at once.
    """

    def __init__(
        self,
        carry: Carry,
        journal: Journal,
        clock: Clock,
        publish: Callable[[Event], None],
        *,
        parallel: int,
        throttle: Throttle | None = None,
        free: Free | None = None,
    ) -> None:
        self._carry = carry
        self._free = free
        self._journal = journal
        self._clock = clock
        self._publish = publish
        self._parallel = parallel
        self._throttle = throttle or Throttle()
        self._changed = threading.Condition()
        self._transfers: dict[int, QueuedTransfer] = {}
        self._threads: list[threading.Thread] = []
        self._workers = 0
        self._freeing: set[str] = set()
        self._started = self._closing = False

    @property
    def agent(self) -> None:
        """The work is done here."""

    @property
    def trouble(self) -> str:
        """Whoever makes a queue without a lock knows that it is the only one."""
        return ""

    @property
    def limit(self) -> int:
        """Bytes per second of all transfers together; 0 for none."""
        return self._throttle.limit

    def set_limit(self, bytes_per_second: int) -> None:
        """Counts at once, also for what travels."""
        self._throttle.set_limit(bytes_per_second)

    @property
    def parallel(self) -> int:
        """How many transfers travel at a time."""
        return self._parallel

    def set_parallel(self, count: int) -> None:
        """More begin at once; with fewer, what travels is let end. 0 lets nothing begin."""
        with self._changed:
            self._parallel = count
            self._employ()
            self._changed.notify_all()

    def start(self) -> None:
        """Restores what an earlier process left and begins to work."""
        records = self._journal.transfers()
        with self._changed:
            for record in records:
                self._restore(record)
            self._started = True
            self._employ()

    def submit(self, request: TransferRequest) -> TransferView:
        """Queues it, unless the same waits, travels or is paused already."""
        view = waiting_view(request)
        with self._changed:
            for known in self._transfers.values():
                if known.view.identity == view.identity and known.view.state in OPEN:
                    return known.view
            now = self._clock.now()
            view = replace(view, id=self._journal.put_transfer(record_of(view, request, now)))
            self._transfers[view.id] = QueuedTransfer(view, request, now)
            self._changed.notify_all()
        self._publish(TransferQueued(view))
        return view

    def retry(self, transfer_id: int) -> bool:
        """Queues a failed or cancelled transfer again; False when there is nothing to retry."""
        with self._changed:
            transfer = self._transfers.get(transfer_id)
            if not transfer or transfer.view.state not in RETRYABLE:
                return False
            self._queue_again(transfer)
            view = transfer.view
        self._publish(TransferQueued(view))
        return True

    def pause(self, transfer_id: int) -> bool:
        """Stops a waiting transfer at once and an active one at its next step; see `Transfers`."""
        with self._changed:
            transfer = self._transfers.get(transfer_id)
            if not transfer or transfer.view.state not in PAUSABLE:
                return False
            if transfer.active:
                return self._stop(transfer)
            self._set(transfer, state=TransferState.PAUSED)
            view = transfer.view
        self._publish(TransferQueued(view))
        return True

    def resume(self, transfer_id: int) -> bool:
        """Queues a paused transfer again, also one that has not stopped yet."""
        with self._changed:
            transfer = self._transfers.get(transfer_id)
            if transfer and transfer.active and transfer.then is TransferState.PAUSED:
                transfer.then = TransferState.QUEUED
                self._write(transfer, transfer.counted())
                return True
            if not transfer or transfer.view.state is not TransferState.PAUSED:
                return False
            self._queue_again(transfer)
            view = transfer.view
        self._publish(TransferQueued(view))
        return True

    def cancel(self, transfer_id: int) -> bool:
        """Stops an active transfer at its next step; what others have sent is freed behind them."""
        with self._changed:
            transfer = self._transfers.get(transfer_id)
            if not transfer or transfer.view.state not in CANCELLABLE:
                return False
            transfer.then = TransferState.CANCELLED
            transfer.progress.cancel()
            if transfer.active:
                return True
            self._end(transfer, TransferState.CANCELLED, outcome="cancelled")
            self._free_behind(transfer)
            view = transfer.view
        self._publish(TransferCancelled(view))
        return True

    def reconnect(self) -> int:
        """Queues again what the store did not answer; returns how many."""
        with self._changed:
            lost = [t for t in self._transfers.values() if t.offline]
            for transfer in lost:
                self._queue_again(transfer)
            views = [transfer.view for transfer in lost]
        for view in views:
            self._publish(TransferQueued(view))
        return len(views)

    def forget(self, requests: Collection[TransferRequest]) -> None:
        """What waits, is paused or failed of these is dropped; what it sent is kept."""
        unwanted = {waiting_view(request).identity for request in requests}
        with self._changed:
            for transfer in list(self._transfers.values()):
                if transfer.view.identity in unwanted and transfer.view.state in FORGETTABLE:
                    self._remove(transfer.view.id)

    def clear_ended(self) -> int:
        """Forgets transfers that are done or cancelled; returns how many."""
        with self._changed:
            gone = [t.view.id for t in self._transfers.values() if t.view.state in CLEARABLE]
            for transfer_id in gone:
                self._remove(transfer_id)
        return len(gone)

    def views(self) -> tuple[TransferView, ...]:
        """All transfers in the order of submission, with counters and pace of this moment.

        One thread at a time. Takes no lock: whoever draws must not wait for a disk.
        """
        now = self._clock.monotonic()
        return tuple(t.sampled(now) for t in list(self._transfers.values()))

    def save_progress(self) -> None:
        """Writes down how far the active transfers are, for other processes to see."""
        with self._changed:
            for transfer in self._transfers.values():
                counts = transfer.progress.counts()
                if transfer.active and counts != transfer.saved:
                    transfer.saved = counts
                    self._write(transfer, transfer.counted())

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Blocks until nothing waits or travels; False when `timeout` seconds were not enough."""
        with self._changed:
            return self._changed.wait_for(self._idle, timeout)

    def close(self, timeout: float = 2.0) -> None:
        """Lets active transfers stop at their next step; they stay queued for the next start."""
        with self._changed:
            self._closing = True
            for transfer in self._transfers.values():
                if transfer.active:
                    transfer.progress.stop()
            self._changed.notify_all()
            threads = list(self._threads)
        deadline = self._clock.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, deadline - self._clock.monotonic()))

    def _restore(self, record: TransferRecord) -> None:
        view = view_of(record)
        if view.state in PAUSABLE:
            view = replace(
                view, state=TransferState.QUEUED, phase=Phase.WAITING, done=0, total=0, sent=0
            )
        self._transfers[view.id] = QueuedTransfer(view, request_of(record), record.queued_at)

    def _employ(self) -> None:
        while self._started and not self._closing and self._workers < self._parallel:
            self._workers += 1
            self._begin_thread(self._work, f"transfer-{self._workers}")

    def _begin_thread(self, act: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=act, name=name, daemon=True)
        self._threads = [*(t for t in self._threads if t.is_alive()), thread]
        thread.start()

    def _work(self) -> None:
        while transfer := self._next():
            self._publish(TransferStarted(transfer.view))
            self._publish(self._run(transfer))

    def _next(self) -> QueuedTransfer | None:
        """The next one to travel; None when this thread is not needed any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._superfluous() or self._waiting() is not None)
            transfer = self._waiting()
            if self._superfluous() or transfer is None:
                self._workers -= 1
                return None
            self._set(transfer, state=TransferState.ACTIVE, attempts=transfer.view.attempts + 1)
            return transfer

    def _superfluous(self) -> bool:
        return self._closing or self._workers > self._parallel

    def _run(self, transfer: QueuedTransfer) -> Event:
        try:
            carried = self._carry(transfer.request, transfer.progress)
        except TransferCancelledError as error:
            return self._stopped(transfer, kept=isinstance(error, TransferStoppedError))
        except RunFerryError as error:
            failure = Failure(error.what, error.kept, error.todo, error.retryable, error.exit_code)
            return self._failed(transfer, failure)
        except Exception as error:  # noqa: BLE001 - a bug in one transfer must not end the queue
            _log.exception("transfer %s", transfer.request.source)
            what = f"Unexpected {type(error).__name__}: {redact(str(error))}"
            return self._failed(transfer, Failure(what, todo="The log has the details."))
        with self._changed:
            transfer.take(carried.request)
            self._end(transfer, TransferState.DONE, outcome=carried.outcome)
            return TransferSucceeded(transfer.view, carried.fingerprint)

    def _stopped(self, transfer: QueuedTransfer, *, kept: bool) -> Event:
        """`kept` says whether the store still has what was sent."""
        with self._changed:
            if transfer.then is TransferState.CANCELLED or not kept:
                self._end(transfer, TransferState.CANCELLED, outcome="cancelled")
                if kept:
                    self._free_behind(transfer)
                return TransferCancelled(transfer.view)
            if transfer.then is TransferState.PAUSED:
                stood = replace(transfer.counted(), phase=Phase.WAITING)
                self._become(transfer, replace(stood, state=TransferState.PAUSED))
            else:
                self._queue_again(transfer)
            return TransferQueued(transfer.view)

    def _failed(self, transfer: QueuedTransfer, failure: Failure) -> Event:
        if self._closing:  # whatever went wrong while all around it ends, it is tried again
            return self._stopped(transfer, kept=True)
        view = transfer.view
        _log.warning("%s of %s failed: %s", view.direction, view.source, failure.what)
        with self._changed:
            self._end(transfer, TransferState.FAILED, failure=failure)
            return TransferFailed(transfer.view)

    def _remove(self, transfer_id: int) -> None:
        del self._transfers[transfer_id]
        self._journal.remove_transfer(transfer_id)

    def _stop(self, transfer: QueuedTransfer) -> bool:
        if transfer.then is TransferState.CANCELLED:
            return False
        transfer.then = TransferState.PAUSED
        transfer.progress.stop()
        self._write(transfer, transfer.counted())  # a restart before it has stopped knows
        return True

    def _queue_again(self, transfer: QueuedTransfer) -> None:
        transfer.renew()
        self._set(transfer, state=TransferState.QUEUED, phase=Phase.WAITING, failure=None)

    def _free_behind(self, transfer: QueuedTransfer) -> None:
        """Without success it stays for the next upload of the source, which uses or frees it."""
        if not isinstance(transfer.request, UploadRequest):
            return  # the store has nothing of it
        source = transfer.request.source
        others = (t for t in self._transfers.values() if t is not transfer)
        wanted = any(t.request.source == source and t.view.state in OPEN for t in others)
        if self._free and transfer.view.attempts and not wanted and source not in self._freeing:
            self._freeing.add(source)
            free, request = self._free, transfer.request
            self._begin_thread(lambda: self._free_now(free, request), f"free-{transfer.view.id}")

    def _free_now(self, free: Free, request: UploadRequest) -> None:
        try:
            free(request)
        except Exception:  # noqa: BLE001 - whatever it was: nothing depends on it
            _log.warning("what was sent of %s was not freed", request.source, exc_info=True)
        with self._changed:
            self._freeing.discard(request.source)
            self._changed.notify_all()

    def _waiting(self) -> QueuedTransfer | None:
        busy = self._freeing | {t.request.source for t in self._transfers.values() if t.active}
        for transfer in self._transfers.values():
            if transfer.view.state is TransferState.QUEUED and transfer.request.source not in busy:
                return transfer
        return None

    def _idle(self) -> bool:
        return all(t.view.state.ended for t in self._transfers.values())

    def _end(
        self,
        transfer: QueuedTransfer,
        state: TransferState,
        *,
        outcome: str = "",
        failure: Failure | None = None,
    ) -> None:
        ended = replace(
            transfer.counted(),
            state=state,
            outcome=outcome,
            failure=failure,
            ended_at=self._clock.now(),
        )
        self._become(transfer, ended)

    def _set(self, transfer: QueuedTransfer, **changes: Any) -> None:
        self._become(transfer, replace(transfer.view, **changes))

    def _become(self, transfer: QueuedTransfer, view: TransferView) -> None:
        transfer.view = view
        self._changed.notify_all()
        self._write(transfer, transfer.view)

    def _write(self, transfer: QueuedTransfer, view: TransferView) -> None:
        try:
            record = record_of(transfer.durable(view), transfer.request, transfer.queued_at)
            self._journal.put_transfer(record)
        except RunFerryError:
            # The queue in memory stays right; only a restart would not know of this step.
            _log.exception("the state of transfer %s was not saved", view.id)
