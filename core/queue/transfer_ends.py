"""What becomes of a transfer when a try of it has ended."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from core.errors import Failure
from core.events import (
    Event,
    TransferCancelled,
    TransferFailed,
    TransferQueued,
    TransferSucceeded,
)
from core.queue.free_behind import FreeBehind
from core.queue.queued_transfer import QueuedTransfer
from core.queue.restore_looks import RestoreLooks, restore_looks
from core.queue.transfer_list import TransferList
from core.queue.transfer_request import Carried
from core.queue.vain_tries import VainTries, judged
from core.transfer_view import TransferState

_log = logging.getLogger(__name__)


class TransferEnds:
    """It is done, or it waits, is paused, failed or cancelled. Returns what the caller has to tell.

    Takes the lock of the transfers for each step; tell it without.
    """

    def __init__(
        self,
        transfers: TransferList,
        free_behind: FreeBehind,
        vain_tries: VainTries,
        restore_looks: RestoreLooks = restore_looks,
    ) -> None:
        self._transfers = transfers
        self._free_behind = free_behind
        self._vain_tries = vain_tries
        self._restore_looks = restore_looks

    def done(self, transfer: QueuedTransfer, carried: Carried) -> Event:
        """It has arrived, and turned out to be what was carried."""
        with self._transfers.changed:
            transfer.take(carried.request)
            self._transfers.end(transfer, TransferState.DONE, outcome=carried.outcome)
            self._transfers.supersede(transfer)
            return TransferSucceeded(transfer.view, carried.fingerprint)

    def stopped(self, transfer: QueuedTransfer, *, kept: bool) -> Event:
        """It is what it was to become then. `kept` says whether the store still has what was sent."""
        with self._transfers.changed:
            if not kept:
                return self._cancelled(transfer)
            if transfer.then is TransferState.CANCELLED:
                return self.given_up(transfer)
            return self._put_aside(transfer)

    def failed(self, transfer: QueuedTransfer, failure: Failure) -> Event:
        """It is tried again by itself, now or later, or not."""
        if self._was_to_stop(transfer, failure):
            return self.stopped(transfer, kept=True)
        view = transfer.view
        _log.warning("%s of %s failed: %s", view.direction, view.source, failure.what)
        with self._transfers.changed:
            transfer.take_stock()
            if not failure.unreachable:  # else it is open what was wrong: the watch finds out
                transfer.count_vain()
            return self._after(transfer, judged(failure, transfer.vain))

    def restoring(self, transfer: QueuedTransfer) -> Event:
        """It waits for the store to restore what is archived, and looks again now and then."""
        with self._transfers.changed:
            transfer.looks += 1
            self._transfers.await_restore(transfer, self._restore_looks(transfer.looks))
            return TransferQueued(transfer.view)

    def given_up(self, transfer: QueuedTransfer) -> Event:
        """Nobody is at it, nor will be; what was sent is freed."""
        with self._transfers.changed:
            event = self._cancelled(transfer)
            self._free_behind(transfer)
            return event

    def answered(self, *, away: bool) -> Sequence[Event]:
        """The store answers again, for want of which some failed.

        Unless it was `away`, their last tries count as in vain after all.
        """
        with self._transfers.changed:
            lost = self._transfers.lost()
            return [self._go_on(transfer, failure, away) for transfer, failure in lost]

    def _was_to_stop(self, transfer: QueuedTransfer, failure: Failure) -> bool:
        """While all around it ends, or while it waited for another try of its own."""
        waited = failure.retryable and transfer.progress.ended
        return self._transfers.closing or waited

    def _after(self, transfer: QueuedTransfer, failure: Failure) -> Event:
        if not (failure.offline and failure.answered):
            return self._fail(transfer, failure)
        pause = self._vain_tries.pause_after(transfer.vain)
        todo = f"It is tried again after {pause:.0f} s. {failure.todo}".strip()
        return self._postpone(transfer, pause, replace(failure, todo=todo))

    def _go_on(self, transfer: QueuedTransfer, failure: Failure, away: bool) -> Event:
        if not away:
            transfer.count_vain()
        failure = judged(failure, transfer.vain)
        if not failure.offline:
            return self._fail(transfer, failure)
        return self._postpone(transfer, self._vain_tries.pause_when_back(transfer.vain), failure)

    def _put_aside(self, transfer: QueuedTransfer) -> Event:
        if transfer.then is TransferState.PAUSED:
            self._transfers.pause(transfer)
        else:
            self._transfers.queue_again(transfer)
        return TransferQueued(transfer.view)

    def _postpone(self, transfer: QueuedTransfer, pause: float, failure: Failure) -> Event:
        self._transfers.postpone(transfer, pause, failure if pause else None)
        return TransferQueued(transfer.view)

    def _fail(self, transfer: QueuedTransfer, failure: Failure) -> Event:
        self._transfers.end(transfer, TransferState.FAILED, failure=failure)
        return TransferFailed(transfer.view)

    def _cancelled(self, transfer: QueuedTransfer) -> Event:
        self._transfers.end(transfer, TransferState.CANCELLED, outcome="cancelled")
        return TransferCancelled(transfer.view)
