"""One queued transfer, from the moment a thread took it until it is told what became of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.download.download_request import DownloadRequest
from core.download.wanted import Downloaded
from core.errors import (
    Failure,
    RunFerryError,
    TransferCancelledError,
    TransferStoppedError,
)
from core.events import (
    Event,
    TransferCancelled,
    TransferFailed,
    TransferQueued,
    TransferStarted,
    TransferSucceeded,
)
from core.progress import Progress
from core.queue.free_behind import FreeBehind
from core.queue.queued_transfer import QueuedTransfer
from core.queue.transfer_list import TransferList
from core.queue.transfer_request import Carried, TransferRequest
from core.queue.vain_tries import MOST_TRIES, VainTries, hopeless
from core.redaction import redact
from core.transfer_view import TransferState
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadResult
from core.waiting.giving_up import on_behalf_of

_log = logging.getLogger(__name__)

Ferry = Callable[[UploadRequest, Progress], UploadResult]
"""Does one upload on the calling thread; raises RunFerryError."""

Fetch = Callable[[DownloadRequest, Progress], Downloaded]
"""Does one download on the calling thread; raises RunFerryError."""


@dataclass(frozen=True)
class Carriers:
    """Who does transfers, either way. With `sidecars` the files beside every run go along."""

    ferry: Ferry
    fetch: Fetch
    sidecars: bool = False

    def __call__(self, request: TransferRequest, progress: Progress) -> Carried:
        """What came of it, on the calling thread. Raises RunFerryError."""
        if isinstance(request, DownloadRequest):
            got = self.fetch(request, progress)
            return Carried(replace(request, source=got.artifact.key), got.describe())
        wanted = replace(request, sidecars=request.sidecars or self.sidecars)
        result = self.ferry(wanted, progress)
        stored = result.manifest
        placed = replace(request, job_id=stored.job_id, run_id=stored.run_id)
        return Carried(placed, result.describe(), result.fingerprint)


Carry = Callable[[TransferRequest, Progress], Carried]
"""Does one transfer on the calling thread; raises RunFerryError."""

GetCarry = Callable[[], Carry]
"""Asked for each transfer, on its thread: made when there is one; raises RunFerryError."""


class CarryTransfer:
    """Holds no lock while something travels, nor while it tells. Raises nothing."""

    def __init__(
        self,
        carry: GetCarry,
        transfers: TransferList,
        free_behind: FreeBehind,
        publish: Callable[[Event], None],
        vain_tries: VainTries,
    ) -> None:
        self._carry = carry
        self._transfers = transfers
        self._free_behind = free_behind
        self._publish = publish
        self._vain_tries = vain_tries

    def __call__(self, transfer: QueuedTransfer) -> None:
        """On the calling thread."""
        self._publish(TransferStarted(transfer.view))
        self._publish(self._run(transfer))

    def _run(self, transfer: QueuedTransfer) -> Event:
        try:
            with on_behalf_of(transfer.progress):
                carried = self._carry()(transfer.request, transfer.progress)
        except TransferCancelledError as error:
            return self._stopped(transfer, kept=isinstance(error, TransferStoppedError))
        except RunFerryError as error:
            if error.retryable and transfer.progress.ended:  # it was waiting for another try
                return self._stopped(transfer, kept=True)
            return self._failed(transfer, _failure_of(error))
        except Exception as error:  # noqa: BLE001 - a bug in one transfer must not end the queue
            _log.exception("transfer %s", transfer.request.source)
            what = f"Unexpected {type(error).__name__}: {redact(str(error))}"
            return self._failed(transfer, Failure(what, todo="The log has the details."))
        return self._done(transfer, carried)

    def _done(self, transfer: QueuedTransfer, carried: Carried) -> Event:
        with self._transfers.changed:
            transfer.take(carried.request)
            self._transfers.end(transfer, TransferState.DONE, outcome=carried.outcome)
            return TransferSucceeded(transfer.view, carried.fingerprint)

    def _stopped(self, transfer: QueuedTransfer, *, kept: bool) -> Event:
        """`kept` says whether the store still has what was sent."""
        transfers = self._transfers
        with transfers.changed:
            if transfer.then is TransferState.CANCELLED or not kept:
                transfers.end(transfer, TransferState.CANCELLED, outcome="cancelled")
                if kept:
                    self._free_behind(transfer)
                return TransferCancelled(transfer.view)
            if transfer.then is TransferState.PAUSED:
                transfers.pause(transfer)
            else:
                transfers.queue_again(transfer)
            return TransferQueued(transfer.view)

    def _failed(self, transfer: QueuedTransfer, failure: Failure) -> Event:
        if self._transfers.closing:  # whatever went wrong while all around it ends, is tried again
            return self._stopped(transfer, kept=True)
        view = transfer.view
        _log.warning("%s of %s failed: %s", view.direction, view.source, failure.what)
        with self._transfers.changed:
            transfer.take_stock()
            if not failure.unreachable:  # otherwise it is open what was wrong: the watch finds out
                transfer.count_vain()
            if failure.offline and transfer.vain >= MOST_TRIES:
                failure = hopeless(failure, transfer.vain)
            elif failure.offline and failure.answered:
                return self._postponed(transfer, failure)
            self._transfers.end(transfer, TransferState.FAILED, failure=failure)
            return TransferFailed(transfer.view)

    def _postponed(self, transfer: QueuedTransfer, failure: Failure) -> Event:
        pause = self._vain_tries.pause_after(transfer.vain)
        todo = f"It is tried again after {pause:.0f} s."
        self._transfers.postpone(transfer, pause, replace(failure, todo=todo))
        return TransferQueued(transfer.view)


def _failure_of(error: RunFerryError) -> Failure:
    return Failure(
        error.what, error.kept, error.todo, error.retryable, error.exit_code, error.answered
    )
