"""One queued transfer, from the moment a thread took it until it is told what became of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.download.download_request import DownloadRequest
from core.download.wanted import Fetch
from core.errors import (
    Failure,
    ObjectRestoringError,
    RunFerryError,
    TransferCancelledError,
    TransferStoppedError,
)
from core.events import Event, TransferStarted
from core.progress import Progress
from core.queue.free_behind import Free
from core.queue.queued_transfer import QueuedTransfer
from core.queue.transfer_ends import TransferEnds
from core.queue.transfer_request import (
    Carried,
    TransferRequest,
    carried_download,
    carried_upload,
)
from core.redaction import redact
from core.upload.upload_result import Ferry
from core.waiting.giving_up import on_behalf_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Carriers:
    """Who does transfers, either way, and frees what was sent of one that is given up.

    With `sidecars` the files beside every run go along.
    """

    ferry: Ferry
    fetch: Fetch
    free: Free
    sidecars: bool = False

    def __call__(self, request: TransferRequest, progress: Progress) -> Carried:
        """What came of it, on the calling thread. Raises RunFerryError."""
        if isinstance(request, DownloadRequest):
            return carried_download(request, self.fetch(request, progress))
        wanted = replace(request, sidecars=request.sidecars or self.sidecars)
        return carried_upload(request, self.ferry(wanted, progress))


GetCarriers = Callable[[], Carriers]
"""Asked for each transfer, on its thread: made when there is one; raises RunFerryError."""


class CarryTransfer:
    """Holds no lock while something travels, nor while it tells. Raises nothing."""

    def __init__(
        self, carriers: GetCarriers, ends: TransferEnds, publish: Callable[[Event], None]
    ) -> None:
        self._carriers = carriers
        self._ends = ends
        self._publish = publish

    def __call__(self, transfer: QueuedTransfer) -> None:
        """On the calling thread."""
        self._publish(TransferStarted(transfer.view))
        self._publish(self._run(transfer))

    def _run(self, transfer: QueuedTransfer) -> Event:
        try:
            carried = self._carry(transfer.request, transfer.progress)
        except Exception as error:  # noqa: BLE001 - a bug in one transfer must not end the queue
            return self._ended(transfer, error)
        return self._ends.done(transfer, carried)

    def _ended(self, transfer: QueuedTransfer, error: Exception) -> Event:
        if isinstance(error, TransferCancelledError):
            return self._ends.stopped(transfer, kept=isinstance(error, TransferStoppedError))
        if isinstance(error, ObjectRestoringError):
            return self._ends.restoring(transfer)
        return self._ends.failed(transfer, _failure_of(error, transfer.request.source))

    def _carry(self, request: TransferRequest, progress: Progress) -> Carried:
        with on_behalf_of(progress):
            return self._carriers()(request, progress)


def _failure_of(error: Exception, source: str) -> Failure:
    if isinstance(error, RunFerryError):
        return Failure.of(error)
    _log.error("transfer %s", source, exc_info=error)
    what = f"Unexpected {type(error).__name__}: {redact(str(error))}"
    return Failure(what, todo="The log has the details.")
