"""Whether an upload can go where it was going."""

from collections.abc import Iterable

from core.binding.check_clear import CheckClear
from core.binding.run_ids import RunIds
from core.errors import JobNotFoundError
from core.jobs.get_job import GetJob
from core.jobs.get_run import GetRun
from core.ports.journal.journal import Journal
from core.source.find_results import FindResults, Results
from core.upload.create_artifact import ArtifactProducer
from core.upload.upload_request import UploadRequest


class CheckBegun:
    """The job may have been deleted while the upload waited or was paused.

    Then it ends, also where nobody named the job, and what it had sent is freed. The next one finds
    another job.
    """

    def __init__(
        self, get_job: GetJob, run_ids: RunIds, journal: Journal, producer: ArtifactProducer
    ) -> None:
        self._get_job = get_job
        self._run_ids = run_ids
        self._journal = journal
        self._producer = producer

    def __call__(self, request: UploadRequest, directory: str) -> None:
        """Asks the store only where an upload goes on.

        Raises JobNotFoundError, StoreError, StateError.
        """
        for job_id in self._jobs(request, directory):
            run_id = request.run_id or self._run_ids.expected(job_id, directory)
            self._check(job_id, run_id)

    def _jobs(self, request: UploadRequest, directory: str) -> Iterable[int]:
        if request.job_id:
            return [request.job_id]
        root = self._run_ids.root_of(directory)
        return dict.fromkeys(job.id for job in self._journal.remembered_jobs(root, directory))

    def _check(self, job_id: int, run_id: int | None) -> None:
        if run_id and self._journal.intents(job_id, run_id):
            self._check_job(job_id, run_id)

    def _check_job(self, job_id: int, run_id: int) -> None:
        try:
            self._get_job(job_id, confirm=True)
        except JobNotFoundError:
            self._producer.withdraw(job_id, run_id)
            raise JobNotFoundError(
                f"Job {job_id} was deleted while this upload to it waited.",
                kept="What was sent to it is freed; your files are untouched.",
                todo="Upload again without --job-id for a new job, or name another one.",
            ) from None


class CheckKnownRun:
    """Who mistypes an id makes no run of it."""

    def __init__(self, get_job: GetJob, get_run: GetRun) -> None:
        self._get_job = get_job
        self._get_run = get_run

    def __call__(self, job_id: int | None, run_id: int | None) -> None:
        """Asks the store. Raises JobNotFoundError, RunNotFoundError, StoreError."""
        if job_id and run_id:
            job = self._get_job(job_id, confirm=True)
            self._get_run.check_stored(job, run_id)


class CheckUpload:
    """Asked before anything is made for the run, each time that its upload begins or goes on.

    A run that cannot be packed, or that nobody can tell the id of, leaves no empty job.
    """

    def __init__(
        self,
        find_results: FindResults,
        check_clear: CheckClear,
        check_begun: CheckBegun,
        check_known_run: CheckKnownRun,
    ) -> None:
        self._find_results = find_results
        self._check_clear = check_clear
        self._check_begun = check_begun
        self._check_known_run = check_known_run

    def __call__(self, request: UploadRequest) -> Results:
        """What is to be uploaded. Asks the store only where an upload goes on, or for a known run.

        Raises InvalidResultsDirectoryError, ResultsPackagingError, JobNotFoundError,
        RunNotFoundError, StoreError, StateError.
        """
        whatever = bool(request.run_id) or self._check_clear.is_known(request.source)
        directories = self._find_results.run_directories(request.source, whatever=whatever)
        results = self._find_results.scan_packable(directories)
        self._check_clear(results, request.run_id)
        self._check_begun(request, results.path)
        if request.known_run:
            self._check_known_run(request.job_id, request.run_id)
        return results
