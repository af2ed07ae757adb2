"""From a directory to stored results: see what it is, find its place, upload."""

from contextlib import suppress
from dataclasses import replace

from core.errors import OtherRunError, RunFerryError
from core.model import Run
from core.progress import Progress
from core.source.find_results import Results
from core.upload.check_upload import CheckUpload
from core.upload.place_run import PlaceRun
from core.upload.upload_logs import UploadLogs
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadResult
from core.upload.upload_results import UploadResults


class FerryRun:
    """What the transfer queue does with one request; on the queue's thread."""

    def __init__(
        self,
        check_upload: CheckUpload,
        place_run: PlaceRun,
        upload_results: UploadResults,
        upload_logs: UploadLogs,
    ) -> None:
        self._check_upload = check_upload
        self._place_run = place_run
        self._upload_results = upload_results
        self._upload_logs = upload_logs

    def __call__(self, request: UploadRequest, progress: Progress) -> UploadResult:
        """Raises what `CheckUpload`, `PlaceRun`, `UploadResults`, `UploadLogs` raise."""
        results = self._check_upload(request)
        while True:
            with suppress(OtherRunError):  # then it is placed as the next one
                return self._ferried(request, results, progress)

    def _ferried(
        self, request: UploadRequest, results: Results, progress: Progress
    ) -> UploadResult:
        with self._place_run(request, results, progress) as run:
            result = self._upload_results(run, results, progress, request.batch)
            self._place_run.remember(results, run, result)
            return self._with_logs(result, results, progress) if request.sidecars else result

    def _with_logs(
        self, result: UploadResult, results: Results, progress: Progress
    ) -> UploadResult:
        version = result.manifest
        run = Run(version.job_id, version.run_id)
        try:
            logs = self._upload_logs(run, results.paths, progress)
        except RunFerryError as error:
            error.what = f"The files beside the run were not stored: {error.what}"
            error.kept = f"The results are stored as version {version.version} of run {run.run_id}."
            raise
        return replace(result, logs=logs)
