"""The transfer queue: what can be asked of it. Its threads outlive every screen."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from core.errors import Failure
from core.events import Event, TransferQueued
from core.pace.throttle import Throttle
from core.queue.carry_transfer import CarryTransfer, GetCarriers
from core.queue.free_behind import FreeBehind
from core.queue.queued_transfer import CLEARABLE, FORGETTABLE
from core.queue.steer_transfer import SteerTransfer
from core.queue.transfer_ends import TransferEnds
from core.queue.transfer_list import TransferList
from core.queue.transfer_request import TransferRequest, identities_of
from core.queue.transfer_workers import TransferWorkers
from core.queue.transfers import Transfers
from core.queue.vain_tries import VainTries
from core.threads import DaemonThreads, Deadline
from core.transfer_view import TransferState, TransferView


@dataclass(frozen=True)
class QueueLimits:
    """How many transfers travel at a time, how fast all together, how soon one in vain is repeated.

    `throttle` is that of the carriers. The first two are those at the start: both can be set.
    """

    parallel: int
    throttle: Throttle = field(default_factory=Throttle)
    vain_tries: VainTries = field(default_factory=VainTries)


class TransferQueue(Transfers):
    """Both ways in the order of submission, `parallel` at a time, in this process.

    What is queued is durable: a queue that is built again goes on with what was left. Two transfers of
    one source never travel at once. No lock is held while an event is told.
    """

    def __init__(
        self,
        carriers: GetCarriers,
        transfers: TransferList,
        publish: Callable[[Event], None],
        limits: QueueLimits,
    ) -> None:
        self._transfers = transfers
        self._publish = publish
        self._throttle = limits.throttle
        self._changed = transfers.changed
        self._threads = DaemonThreads()
        free_behind = FreeBehind(lambda request: carriers().free(request), transfers, self._threads)
        self._ends = TransferEnds(transfers, free_behind, limits.vain_tries)
        self._steer = SteerTransfer(transfers, self._ends, publish)
        carry = CarryTransfer(carriers, self._ends, publish)
        self._workers = TransferWorkers(transfers, carry, self._threads, limits.parallel)

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
        with self._changed:
            self._transfers.restore()
            self._workers.start()

    def submit(self, request: TransferRequest) -> TransferView:
        """Queues it, unless the same waits, travels or is paused already.

        The same that failed or was cancelled is tried again instead.
        """
        with self._changed:
            if known := self._transfers.find_open(request):
                return known.view
            view = self._transfers.add(request)
        self._publish(TransferQueued(view))
        return view

    def keep_paused(self, request: TransferRequest, because: Failure) -> None:
        """What was begun elsewhere and broken off: it goes on when somebody says so."""
        with self._changed:
            view = self._transfers.add_paused(request, because)
        if view:
            self._publish(TransferQueued(view))

    def retry(self, transfer_id: int) -> bool:
        """Queues a failed or cancelled transfer again, and one that waits for its next try now.

        False when there is nothing to retry.
        """
        return self._steer.retry(transfer_id)

    def pause(self, transfer_id: int) -> bool:
        """Keeps a transfer from going on; False when it is given up, or neither waits nor travels."""
        return self._steer.pause(transfer_id)

    def resume(self, transfer_id: int) -> bool:
        """Queues a paused transfer again, also one that has not stopped yet."""
        return self._steer.resume(transfer_id)

    def cancel(self, transfer_id: int) -> bool:
        """Stops an active transfer at its next step; what others have sent is freed behind them."""
        return self._steer.cancel(transfer_id)

    def reconnect(self, away: bool = True) -> int:
        """Queues again what the store did not answer; returns how many.

        Unless it was `away`, those failed that got nothing across although it answered: they wait for
        longer each time, and end.
        """
        events = self._ends.answered(away=away)
        for event in events:
            self._publish(event)
        return sum(isinstance(event, TransferQueued) for event in events)

    def forget(self, requests: Collection[TransferRequest]) -> None:
        """What waits, is paused or failed of these is dropped; what it sent is kept."""
        unwanted = identities_of(requests)
        with self._changed:
            self._transfers.remove(
                lambda transfer: (
                    transfer.view.state in FORGETTABLE and transfer.view.identity in unwanted
                )
            )

    def forget_failed(self, transfer_id: int) -> None:
        """If it still is what failed."""
        with self._changed:
            failed = self._transfers.get(transfer_id, frozenset({TransferState.FAILED}))
            self._transfers.remove(lambda transfer: transfer is failed)

    def clear_ended(self, ids: Collection[int] | None = None) -> int:
        """Forgets transfers that are done or cancelled, all or those of these; returns how many."""

        def unwanted(view: TransferView) -> bool:
            return view.state in CLEARABLE and (ids is None or view.id in ids)

        with self._changed:
            return self._transfers.remove(lambda transfer: unwanted(transfer.view))

    def views(self) -> tuple[TransferView, ...]:
        """All transfers in the order of submission, with counters and pace of this moment.

        One thread at a time. Takes no lock: whoever draws must not wait for a disk.
        """
        return self._transfers.views()

    def save_progress(self) -> None:
        """Writes down how far the active transfers are, for other processes to see.

        To be called often: only once in two seconds is something done.
        """
        with self._changed:
            self._transfers.save_progress()

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Blocks until nothing waits or travels; False when `timeout` seconds were not enough."""
        with self._changed:
            return self._changed.wait_for(self._transfers.is_idle, timeout)

    def stop(self) -> None:
        """Lets active transfers stop at their next step; they stay queued for the next start.

        Waits for nobody, not even for who holds the lock and waits for a disk.
        """
        self._transfers.closing = True
        self._stop_active()

    @property
    def running(self) -> bool:
        """Whether a thread has not ended that carries something, or frees what was sent."""
        return self._threads.running

    def close(self, deadline: Deadline) -> None:
        """Stops, and waits for that."""
        self.stop()
        if self._changed.acquire(timeout=deadline.left()):
            self._stop_active()  # also what began just before
            self._changed.notify_all()
            self._changed.release()
        self._threads.join(deadline)

    def _stop_active(self) -> None:
        for transfer in self._transfers:
            if transfer.active:
                transfer.progress.stop()
