"""Delete a job with all of its artifacts, whoever stored them."""

from collections.abc import Callable

from core.care.empty_job import EmptyJob
from core.care.job_contents import FindJobContents, JobContents
from core.care.runs_at_rest import BusyTransfers
from core.care.saying_what_was_kept import kept_unless_said
from core.errors import ConflictError
from core.jobs.retire_job import RetireJob
from core.model import Job
from core.stored.find_job import unrecorded_job
from core.stored.job_records import UnrecordedJobError
from core.stored.job_s3_prefix import JobS3Prefix

_REST = "The job is listed still, with what is left of it; the same command goes on."


class DeleteJob:
    """Artifacts first, then what is left over, the job's record last.

    Killed anywhere, the job is listed still, with what is left of it, and the next call goes on.
    """

    def __init__(
        self,
        busy: BusyTransfers,
        find_contents: FindJobContents,
        empty_job: EmptyJob,
        retire_job: RetireJob,
    ) -> None:
        self._busy = busy
        self._find_contents = find_contents
        self._empty_job = empty_job
        self._retire_job = retire_job

    def contents(self, job_id: int) -> JobContents:
        """What the store holds now.

        Raises JobNotFoundError, ConflictError while transfers of the job wait or travel, StoreError.
        """
        self._busy.refuse_job(job_id, "Nothing was deleted.")
        return self._find_contents(job_id)

    def __call__(
        self, contents: JobContents, before_each: Callable[[], None] = lambda: None
    ) -> None:
        """Deletes exactly that, and then the job.

        What `before_each` raises ends it before the next object, as being killed does. Raises ConflictError when something is not what was listed any more or has come to it,
        also in the moment before the job was gone; StoreError, CatalogError, StateError.
        """
        job = contents.job
        self._busy.refuse_job(job.id, "Nothing was deleted.")
        with kept_unless_said(_REST):
            self._empty_job(contents, before_each)
            self._check_empty(job)
            self._retire_job(job.id)
        self._check_late(job)

    def _check_empty(self, job: Job) -> None:
        if self._is_left(job):
            raise ConflictError(
                f"Something new was stored in job {job.id} meanwhile, or is in use.",
                kept="The job is still there, with what is left of it.",
                todo="Give the same command again.",
            )

    def _is_left(self, job: Job) -> bool:
        try:
            left = self.contents(job.id)
        except UnrecordedJobError:  # another tool's: without its artifacts there is no such job
            return False
        return bool(left.objects or left.orphans)

    def _check_late(self, job: Job) -> None:
        """Who stores something looks at the record afterwards: what came later takes itself back."""
        if self._find_contents.of_deleted(job).objects:
            raise ConflictError(
                f"Job {job.id} is deleted, but something new was stored in it at the last moment.",
                kept="What is new is still there, as an unnamed job.",
                todo=f"`runferry jobs delete --job-id {job.id}` lists it, and deletes it when it is "
                f'confirmed as "{unrecorded_job(JobS3Prefix.from_job(job)).name}".',
            )
