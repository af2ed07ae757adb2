"""The transfer queue: what can be asked of it. Its threads outlive every screen."""

from collections.abc import Callable, Collection

from core.events import Event, TransferCancelled, TransferFailed, TransferQueued
from core.pace.throttle import Throttle
from core.ports.clock import Clock
from core.ports.journal.journal import QueueJournal
from core.queue.carry_transfer import CarryTransfer, GetCarry
from core.queue.free_behind import Free, FreeBehind
from core.queue.queued_transfer import (
    CANCELLABLE,
    CLEARABLE,
    FORGETTABLE,
    PAUSABLE,
    RESUMABLE,
    RETRYABLE,
    QueuedTransfer,
)
from core.queue.transfer_list import TransferList
from core.queue.transfer_request import TransferRequest, waiting_view
from core.queue.transfer_workers import TransferWorkers
from core.queue.transfers import Transfers
from core.queue.vain_tries import MOST_TRIES, VainTries, hopeless
from core.threads import DaemonThreads, Deadline
from core.transfer_view import TransferState, TransferView


class TransferQueue(Transfers):
    """Both ways in the order of submission, `parallel` at a time, in this process.

    What is queued is durable: a queue that is built again goes on with what was left. `throttle`
    is that of `carry`. Two transfers of one source never travel at once. No lock is held while an
    event is told.
    """

    def __init__(
        self,
        carry: GetCarry,
        journal: QueueJournal,
        clock: Clock,
        publish: Callable[[Event], None],
        *,
        parallel: int,
        throttle: Throttle | None = None,
        free: Free | None = None,
        vain_tries: VainTries | None = None,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._publish = publish
        self._throttle = throttle or Throttle()
        self._vain_tries = vain_tries or VainTries()
        self._threads = DaemonThreads()
        self._transfers = transfers = TransferList(journal, clock)
        self._changed = transfers.changed
        self._free_behind = FreeBehind(free, transfers, self._threads)
        carry_transfer = CarryTransfer(
            carry, transfers, self._free_behind, publish, self._vain_tries
        )
        self._workers = TransferWorkers(transfers, carry_transfer, self._threads, parallel)

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
        return self._workers.count

    def set_parallel(self, count: int) -> None:
        """More begin at once; with fewer, what travels is let end. 0 lets nothing begin."""
        self._workers.set_count(count)

    def start(self) -> None:
        """Restores what an earlier process left and begins to work."""
        records = self._journal.transfers()
        with self._changed:
            self._transfers.restore(records)
            self._workers.start()

    def submit(self, request: TransferRequest) -> TransferView:
        """Queues it, unless the same waits, travels or is paused already."""
        with self._changed:
            if known := self._transfers.find_open(request):
                return known.view
            view = self._transfers.add(request)
        self._publish(TransferQueued(view))
        return view

    def retry(self, transfer_id: int) -> bool:
        """Queues a failed or cancelled transfer again, and one that waits for its next try now.

        False when there is nothing to retry.
        """
        return self._change(transfer_id, RETRYABLE | {TransferState.QUEUED}, self._retry)

    def pause(self, transfer_id: int) -> bool:
        """Stops a waiting transfer at once and an active one at its next step; see `Transfers`."""
        return self._change(transfer_id, PAUSABLE, self._pause)

    def resume(self, transfer_id: int) -> bool:
        """Queues a paused transfer again, also one that has not stopped yet."""
        return self._change(transfer_id, RESUMABLE, self._resume)

    def cancel(self, transfer_id: int) -> bool:
        """Stops an active transfer at its next step; what others have sent is freed behind them."""
        return self._change(transfer_id, CANCELLABLE, self._cancel)

    def reconnect(self, away: bool = True) -> int:
        """Queues again what the store did not answer; returns how many.

        Unless it was `away`, those failed that got nothing across although it answered: they wait for
        longer each time, and end.
        """
        with self._changed:
            lost = [transfer for transfer in self._transfers if transfer.offline]
            events = [self._reconnect(transfer, away) for transfer in lost]
        for event in events:
            self._publish(event)
        return sum(isinstance(event, TransferQueued) for event in events)

    def forget(self, requests: Collection[TransferRequest]) -> None:
        """What waits, is paused or failed of these is dropped; what it sent is kept."""
        unwanted = {waiting_view(request).identity for request in requests}
        self._remove(FORGETTABLE, lambda view: view.identity in unwanted)

    def clear_ended(self) -> int:
        """Forgets transfers that are done or cancelled; returns how many."""
        return self._remove(CLEARABLE, lambda _: True)

    def views(self) -> tuple[TransferView, ...]:
        """All transfers in the order of submission, with counters and pace of this moment.

        One thread at a time. Takes no lock: whoever draws must not wait for a disk.
        """
        return self._transfers.views()

    def save_progress(self) -> None:
        """Writes down how far the active transfers are, for other processes to see."""
        with self._changed:
            for transfer in self._transfers:
                counts = transfer.progress.counts()
                if transfer.active and counts != transfer.saved:
                    transfer.saved = counts
                    self._transfers.save(transfer)

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Blocks until nothing waits or travels; False when `timeout` seconds were not enough."""
        with self._changed:
            return self._changed.wait_for(self._transfers.is_idle, timeout)

    def stop(self) -> None:
        """Lets active transfers stop at their next step; they stay queued for the next start."""
        with self._changed:
            self._transfers.closing = True
            for transfer in self._transfers:
                if transfer.active:
                    transfer.progress.stop()
            self._changed.notify_all()

    def close(self, deadline: Deadline) -> None:
        """Stops, and waits for that."""
        self.stop()
        self._threads.join(deadline)

    def _change(
        self,
        transfer_id: int,
        states: frozenset[TransferState],
        change: Callable[[QueuedTransfer], bool],
    ) -> bool:
        """Whether it was in one of these states, and changed. Who is at it tells that it stopped."""
        with self._changed:
            transfer = self._transfers.get(transfer_id, states)
            if transfer is None or not change(transfer):
                return False
            view = transfer.view
        if view.state is TransferState.CANCELLED:
            self._publish(TransferCancelled(view))
        elif view.state is not TransferState.ACTIVE:
            self._publish(TransferQueued(view))
        return True

    def _reconnect(self, transfer: QueuedTransfer, away: bool) -> Event:
        failure = transfer.view.failure
        if not away:
            transfer.count_vain()
        if failure and transfer.vain >= MOST_TRIES:
            failure = hopeless(failure, transfer.vain)
            self._transfers.end(transfer, TransferState.FAILED, failure=failure)
            return TransferFailed(transfer.view)
        pause = self._vain_tries.pause_when_back(transfer.vain)
        self._transfers.postpone(transfer, pause, failure if pause else None)
        return TransferQueued(transfer.view)

    def _retry(self, transfer: QueuedTransfer) -> bool:
        waits = transfer.view.state is TransferState.QUEUED
        if waits and transfer.due <= self._clock.monotonic():
            return False
        return self._queue_again(transfer)

    def _queue_again(self, transfer: QueuedTransfer) -> bool:
        self._transfers.queue_again(transfer)
        return True

    def _pause(self, transfer: QueuedTransfer) -> bool:
        if not transfer.active:
            self._transfers.pause(transfer)
            return True
        if transfer.then is TransferState.CANCELLED:
            return False
        transfer.then = TransferState.PAUSED
        transfer.progress.stop()
        self._transfers.save(transfer)  # a restart before it has stopped knows
        return True

    def _resume(self, transfer: QueuedTransfer) -> bool:
        if not transfer.active:
            return self._queue_again(transfer)
        if transfer.then is not TransferState.PAUSED:
            return False
        transfer.then = TransferState.QUEUED
        self._transfers.save(transfer)
        return True

    def _cancel(self, transfer: QueuedTransfer) -> bool:
        transfer.then = TransferState.CANCELLED
        transfer.progress.cancel()
        if not transfer.active:
            self._transfers.end(transfer, TransferState.CANCELLED, outcome="cancelled")
            self._free_behind(transfer)
        return True

    def _remove(
        self, states: frozenset[TransferState], wanted: Callable[[TransferView], bool]
    ) -> int:
        with self._changed:
            gone = [t for t in self._transfers if t.view.state in states and wanted(t.view)]
            for transfer in gone:
                self._transfers.remove(transfer)
        return len(gone)
