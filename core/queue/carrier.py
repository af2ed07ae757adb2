"""Does one transfer, whichever way it goes."""

from collections.abc import Callable
from dataclasses import replace

from core.download.download_artifact import Downloaded
from core.download.download_request import DownloadRequest
from core.progress import Progress
from core.queue.transfer_request import Carried, TransferRequest
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadResult

Ferry = Callable[[UploadRequest, Progress], UploadResult]
"""Does one upload on the calling thread; raises RunFerryError."""

Fetch = Callable[[DownloadRequest, Progress], Downloaded]
"""Does one download on the calling thread; raises RunFerryError."""


class Carrier:
    """On the calling thread; raises RunFerryError."""

    def __init__(self, ferry: Ferry, fetch: Fetch) -> None:
        self._ferry = ferry
        self._fetch = fetch

    def __call__(self, request: TransferRequest, progress: Progress) -> Carried:
        """What came of it."""
        if isinstance(request, DownloadRequest):
            got = self._fetch(request, progress)
            return Carried(replace(request, source=got.artifact.key), got.describe())
        result = self._ferry(request, progress)
        stored = result.manifest
        placed = replace(request, job_id=stored.job_id, run_id=stored.run_id)
        return Carried(placed, result.describe(), result.fingerprint)
