"""From a directory to stored results: bind the job, register the run, upload."""

from core.errors import InvalidResultsDirectoryError
from core.model import Run
from core.ports.catalog import Catalog
from core.ports.journal import Journal
from core.progress import Progress
from core.transfer_queue import UploadRequest
from core.upload_result import UploadResult
from core.use_cases.bind_job import BindJob
from core.use_cases.find_results import FindResults, only_number
from core.use_cases.upload_results import UploadResults


class FerryRun:
    """What the transfer queue does with one request; on the queue's thread."""

    def __init__(
        self,
        find_results: FindResults,
        bind_job: BindJob,
        catalog: Catalog,
        journal: Journal,
        upload_results: UploadResults,
    ) -> None:
        self._find_results = find_results
        self._bind_job = bind_job
        self._catalog = catalog
        self._journal = journal
        self._upload_results = upload_results

    def __call__(self, request: UploadRequest, progress: Progress) -> UploadResult:
        """Raises what `BindJob` and `UploadResults` raise."""
        directories = self._find_results.run_directories(request.source)
        run_id = request.run_id or only_number(directories)
        if not run_id:
            raise InvalidResultsDirectoryError(
                f"{request.source} does not say which run it is.",
                todo="Name the run with --run-id (RUN0 has no number that could be one).",
            )
        self._find_results.scan(directories)  # a run that cannot be packed leaves no empty job
        results_root = directories[0].rpartition("/")[0]
        job = self._bind_job(results_root, job_id=request.job_id, name=request.job_name)
        if self._catalog.run(job.id, run_id) is None:
            self._catalog.put_run(Run(job.id, run_id))
        result = self._upload_results(job.id, run_id, request.source, progress)
        if len(directories) == 1:
            self._journal.put_stored(directories[0], result.fingerprint)
        return result
