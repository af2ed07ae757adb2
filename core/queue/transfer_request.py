"""What the queue is asked to carry, one way or the other."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.download.download_request import DownloadRequest
from core.download.wanted import Downloaded
from core.transfer_view import Direction, TransferState, TransferView
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadResult

TransferRequest = UploadRequest | DownloadRequest


@dataclass(frozen=True)
class Carried:
    """How a transfer ended: its request as it turned out, and the outcome in words.

    `fingerprint` is that of the run that was packed; empty for a download.
    """

    request: TransferRequest
    outcome: str
    fingerprint: str = ""


def carried_upload(request: TransferRequest, result: UploadResult) -> Carried:
    """With the job and run that it turned out to be of."""
    stored = result.manifest
    placed = replace(request, job_id=stored.job_id, run_id=stored.run_id)
    return Carried(placed, result.describe(), result.fingerprint)


def carried_download(request: TransferRequest, got: Downloaded) -> Carried:
    """With the key that it turned out to be of."""
    return Carried(replace(request, source=got.artifact.key), got.describe())


def identities_of(requests: Iterable[TransferRequest]) -> set[tuple[str, str]]:
    """What is transferred, and where to."""
    return {waiting_view(request).identity for request in requests}


def waiting_view(request: TransferRequest, transfer_id: int = 0) -> TransferView:
    """A transfer that nothing has happened to yet."""
    fetched = isinstance(request, DownloadRequest)
    return TransferView(
        transfer_id,
        request.job_id or 0,
        request.run_id or 0,
        request.source,
        TransferState.QUEUED,
        total=request.size,
        direction=Direction.DOWNLOAD if fetched else Direction.UPLOAD,
        target=request.target if fetched else "",
        name=request.name,
    )
