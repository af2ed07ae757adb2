"""From a directory to stored results: bind the job, register the run, upload."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from core.binding.bind_job import BindJob
from core.binding.run_ids import RunIds
from core.errors import RunFerryError, StateError
from core.model import Run
from core.ports.catalog import Catalog
from core.ports.journal.bindings import StoredSource, StoredSources
from core.progress import Progress
from core.source.find_results import FindResults
from core.source.run_identity import identify
from core.upload.check_upload import CheckUpload
from core.upload.upload_logs import UploadLogs
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadResult
from core.upload.upload_results import UploadResults
from core.waiting.patient_turns import PatientTurns

_log = logging.getLogger(__name__)


class FerryRun:
    """What the transfer queue does with one request; on the queue's thread."""

    def __init__(
        self,
        *,
        find_results: FindResults,
        check_upload: CheckUpload,
        bind_job: BindJob,
        run_ids: RunIds,
        catalog: Catalog,
        journal: StoredSources,
        turns: PatientTurns,
        upload_results: UploadResults,
        upload_logs: UploadLogs,
    ) -> None:
        self._find_results = find_results
        self._check_upload = check_upload
        self._bind_job = bind_job
        self._run_ids = run_ids
        self._catalog = catalog
        self._journal = journal
        self._turns = turns
        self._upload_results = upload_results
        self._upload_logs = upload_logs

    def __call__(self, request: UploadRequest, progress: Progress) -> UploadResult:
        """Raises what `CheckUpload`, `BindJob`, `RunIds`, `UploadResults`, `UploadLogs` raise."""
        directories = self._find_results.run_directories(request.source)
        # A run that cannot be packed, or that nobody can tell the id of, leaves no empty job.
        results = self._find_results.scan_packable(directories)
        self._run_ids.check(results, request.run_id)
        self._check_upload(request, directories[0])
        job = self._bind_job(
            identify(directories[0]).results_root,
            job_id=request.job_id,
            name=request.job_name,
            bound=request.bound,
            results=results,
            progress=progress,
        )
        with self._run_ids.assigned(job.id, results, request.run_id, progress) as run_id:
            if self._catalog.run(job.id, run_id) is None:
                self._catalog.put_run(Run(job.id, run_id))
            with self._turns.storing(job.id, run_id, directories[0], progress):
                result = self._upload_results(job.id, run_id, results, progress)
                self._remember(directories, result)
                if request.sidecars:
                    return self._with_logs(directories, result, progress)
                return result

    def _remember(self, directories: Sequence[str], result: UploadResult) -> None:
        if len(directories) == 1:
            run = result.manifest
            stored = StoredSource(result.fingerprint, run.job_id, run.run_id)
            try:
                self._journal.put_stored(directories[0], stored)
            except StateError:  # it is stored all the same; the next upload finds it by its content
                _log.warning("%s is not remembered as stored", directories[0], exc_info=True)

    def _with_logs(
        self, directories: Sequence[str], result: UploadResult, progress: Progress
    ) -> UploadResult:
        run = result.manifest
        try:
            logs = self._upload_logs(run.job_id, run.run_id, directories, progress)
        except RunFerryError as error:
            error.what = f"The files beside the run were not stored: {error.what}"
            error.kept = f"The results are stored as version {run.version} of run {run.run_id}."
            raise
        return replace(result, logs=logs)
