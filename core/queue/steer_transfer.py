"""What a user does to one transfer: try it again, let it rest, let it go on, give it up."""

from collections.abc import Callable

from core.events import Event, TransferCancelled, TransferQueued
from core.queue.queued_transfer import (
    CANCELLABLE,
    PAUSABLE,
    RESUMABLE,
    RETRYABLE,
    QueuedTransfer,
)
from core.queue.transfer_ends import TransferEnds
from core.queue.transfer_list import TransferList
from core.transfer_view import TransferState, TransferView

_TOLD: dict[TransferState, Callable[[TransferView], Event]] = {
    TransferState.QUEUED: TransferQueued,
    TransferState.PAUSED: TransferQueued,
    TransferState.CANCELLED: TransferCancelled,
}
"""What it is now; of one that still travels, who is at it tells that it stopped."""


class SteerTransfer:
    """Each returns False where there is nothing to do. No lock is held while an event is told."""

    def __init__(
        self, transfers: TransferList, ends: TransferEnds, publish: Callable[[Event], None]
    ) -> None:
        self._transfers = transfers
        self._ends = ends
        self._publish = publish

    def retry(self, transfer_id: int) -> bool:
        """Queues a failed or cancelled one again, and one that waits for its next try now."""
        return self._steer(transfer_id, RETRYABLE | {TransferState.QUEUED}, self._retry)

    def pause(self, transfer_id: int) -> bool:
        """One that travels stops at its next step; what it has sent is kept."""
        return self._steer(transfer_id, PAUSABLE, self._pause)

    def resume(self, transfer_id: int) -> bool:
        """Queues a paused one again, also one that has not stopped yet."""
        return self._steer(transfer_id, RESUMABLE, self._resume)

    def cancel(self, transfer_id: int) -> bool:
        """One that travels stops at its next step; what others have sent is freed behind them."""
        return self._steer(transfer_id, CANCELLABLE, self._cancel)

    def _steer(
        self,
        transfer_id: int,
        states: frozenset[TransferState],
        change: Callable[[QueuedTransfer], bool],
    ) -> bool:
        with self._transfers.changed:
            transfer = self._transfers.get(transfer_id, states)
            if transfer is None or not change(transfer):
                return False
            view = transfer.view
        self._tell(view)
        return True

    def _tell(self, view: TransferView) -> None:
        if event := _TOLD.get(view.state):
            self._publish(event(view))

    def _retry(self, transfer: QueuedTransfer) -> bool:
        waits = transfer.view.state is TransferState.QUEUED
        if waits and not self._transfers.is_later(transfer):
            return False
        return self._queue_again(transfer)

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

    def _queue_again(self, transfer: QueuedTransfer) -> bool:
        self._transfers.queue_again(transfer)
        return True

    def _cancel(self, transfer: QueuedTransfer) -> bool:
        transfer.then = TransferState.CANCELLED
        transfer.progress.cancel()
        if not transfer.active:
            self._ends.given_up(transfer)
        return True
