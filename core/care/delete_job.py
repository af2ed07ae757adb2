"""Delete a job with everything that RunFerry stored of it."""

from collections.abc import Sequence

from core.care.empty_job import EmptyJob
from core.care.job_contents import FindJobContents, JobContents
from core.errors import ConflictError
from core.jobs.retire_job import RetireJob
from core.model import Job
from core.ports.journal.journal import Journal
from core.ports.journal.queue import TransferRecord
from core.source.run_identity import results_root_of
from core.stored.implied_rows import unrecorded_job
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.orphans import is_under_way


class DeleteJob:
    """Artifacts first, then what is left over, the job's record last.

    Killed anywhere, the job is listed still, with what is left of it, and the next call goes on.
    """

    def __init__(
        self,
        journal: Journal,
        find_contents: FindJobContents,
        empty_job: EmptyJob,
        retire_job: RetireJob,
    ) -> None:
        self._journal = journal
        self._find_contents = find_contents
        self._empty_job = empty_job
        self._retire_job = retire_job

    def contents(self, job_id: int) -> JobContents:
        """What the store holds now.

        Raises JobNotFoundError, ConflictError while transfers of the job wait or travel, StoreError.
        """
        self._refuse_busy(job_id)
        return self._find_contents(job_id)

    def __call__(self, contents: JobContents) -> None:
        """Deletes exactly that, and then the job.

        Raises ConflictError when something is not what was listed any more or has come to it,
        also in the moment before the job was gone; StoreError, CatalogError, StateError.
        """
        job = contents.job
        self._refuse_busy(job.id)
        self._empty_job(contents)
        self._check_empty(job)
        self._retire_job(job.id)
        self._check_late(job)

    def _check_empty(self, job: Job) -> None:
        left = self.contents(job.id)
        if left.objects or left.orphans:
            raise ConflictError(
                f"Something new was stored in job {job.id} meanwhile, or is in use.",
                kept="The job is still there, with what is left of it.",
                todo="Give the same command again.",
            )

    def _check_late(self, job: Job) -> None:
        """Who stores something looks at the record afterwards: what came later takes itself back."""
        if self._find_contents.of_deleted(job).objects:
            raise ConflictError(
                f"Job {job.id} is deleted, but something new was stored in it at the last moment.",
                kept="What is new is still there, as an unnamed job.",
                todo=f"`runferry jobs delete --job-id {job.id}` lists it, and deletes it when it is "
                f'confirmed as "{unrecorded_job(JobS3Prefix.from_job(job)).name}".',
            )

    def _refuse_busy(self, job_id: int) -> None:
        if busy := self._under_way(job_id):
            numbers = " ".join(map(str, busy))
            raise ConflictError(
                f"Transfers of job {job_id} are queued or under way.",
                kept="Nothing was deleted.",
                todo=f"Wait for them, or give them up: `runferry queue cancel {numbers}`.",
            )

    def _under_way(self, job_id: int) -> Sequence[int]:
        transfers = filter(is_under_way, self._journal.transfers())
        return [transfer.id for transfer in transfers if self._job_of(transfer) == job_id]

    def _job_of(self, transfer: TransferRecord) -> object:
        asked = transfer.job_id or transfer.request.get("job_id")
        return asked or self._journal.bound_job(results_root_of(transfer.source))
