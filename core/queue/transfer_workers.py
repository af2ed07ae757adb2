"""The threads of a queue: as many as transfers may travel at a time."""

from collections.abc import Callable

from core.queue.queued_transfer import QueuedTransfer
from core.queue.transfer_list import TransferList
from core.threads import DaemonThreads


class TransferWorkers:
    """Each takes the next transfer, carries it to its end without a lock, and takes the next one.

    There are none before `start`. Callable from any thread.
    """

    def __init__(
        self,
        transfers: TransferList,
        carry: Callable[[QueuedTransfer], None],
        threads: DaemonThreads,
        count: int,
    ) -> None:
        self._transfers = transfers
        self._carry = carry
        self._threads = threads
        self._count = count
        self._started = False
        self._employed = 0

    @property
    def count(self) -> int:
        """How many transfers may travel at a time."""
        return self._count

    def set_count(self, count: int) -> None:
        """More begin at once; with fewer, what travels is let end."""
        with self._transfers.changed:
            self._count = count
            self._employ()
            self._transfers.changed.notify_all()

    def start(self) -> None:
        """From now on transfers travel."""
        with self._transfers.changed:
            self._started = True
            self._employ()

    def _employ(self) -> None:
        while self._is_short():
            self._employed += 1
            self._threads.begin(self._work, f"transfer-{self._employed}")

    def _work(self) -> None:
        while transfer := self._take():
            self._carry(transfer)

    def _take(self) -> QueuedTransfer | None:
        """The next one to travel; None when this thread is not needed any more."""
        with self._transfers.changed:
            transfer = self._wait_for_next()
            if transfer:
                self._transfers.begin(transfer)
            else:
                self._employed -= 1
            return transfer

    def _wait_for_next(self) -> QueuedTransfer | None:
        transfers = self._transfers
        while not self._is_superfluous():
            if transfer := transfers.next():
                return transfer
            transfers.changed.wait(transfers.seconds_to_next())
        return None

    def _is_short(self) -> bool:
        return self._started and not self._transfers.closing and self._employed < self._count

    def _is_superfluous(self) -> bool:
        return self._transfers.closing or self._employed > self._count
