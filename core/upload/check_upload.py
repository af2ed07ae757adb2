"""Whether an upload can go where it was going."""

from collections.abc import Iterable

from core.binding.run_ids import RunIds
from core.errors import JobNotFoundError
from core.jobs.get_job import GetJob
from core.jobs.get_run import GetRun
from core.ports.journal.journal import Journal
from core.source.run_identity import identify
from core.upload.create_artifact import ArtifactProducer
from core.upload.upload_request import UploadRequest


class CheckUpload:
    """Asked before anything is made for the run, each time that its upload begins or goes on.

    The job may have been deleted while the upload waited or was paused: then it ends, also where
    nobody named the job, and what it had sent is freed. The next one finds another job.
    """

    def __init__(
        self,
        *,
        get_job: GetJob,
        get_run: GetRun,
        run_ids: RunIds,
        journal: Journal,
        producer: ArtifactProducer,
    ) -> None:
        self._get_job = get_job
        self._get_run = get_run
        self._run_ids = run_ids
        self._journal = journal
        self._producer = producer

    def __call__(self, request: UploadRequest, directory: str) -> None:
        """Asks the store only where an upload goes on, or a run has to be known.

        Raises JobNotFoundError, RunNotFoundError, StoreError, StateError.
        """
        for job_id in self._jobs(request, directory):
            run_id = request.run_id or self._run_ids.expected(job_id, directory)
            if run_id and self._journal.intents(job_id, run_id):
                self._check_begun(job_id, run_id)
        if request.known_run and request.job_id and request.run_id:
            job = self._get_job(request.job_id, confirm=True)
            self._get_run.check_stored(job, request.run_id)

    def _check_begun(self, job_id: int, run_id: int) -> None:
        try:
            self._get_job(job_id, confirm=True)
        except JobNotFoundError:
            self._producer.withdraw(job_id, run_id)
            raise JobNotFoundError(
                f"Job {job_id} was deleted while this upload to it waited.",
                kept="What was sent to it is freed; your files are untouched.",
                todo="Upload again without --job-id for a new job, or name another one.",
            ) from None

    def _jobs(self, request: UploadRequest, directory: str) -> Iterable[int]:
        if request.job_id:
            return [request.job_id]
        root = identify(directory).results_root
        return dict.fromkeys(job.id for job in self._journal.remembered_jobs(root, directory))
