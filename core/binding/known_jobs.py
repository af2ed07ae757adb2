"""Jobs that this machine remembers, looked at again: they may be gone, or others by now."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.errors import JobNotFoundError, OtherJobError
from core.jobs.get_job import GetJob
from core.model import Job
from core.ports.journal.bindings import Bindings, RememberedJob
from core.progress import Progress
from core.source.find_results import Results


class KnownJobs:
    """Asks the store about each job that is about to be used."""

    def __init__(self, get_job: GetJob, journal: Bindings) -> None:
        self._get_job = get_job
        self._journal = journal

    def asked_for(self, job_id: int, progress: Progress) -> Job:
        """The one with that id.

        Raises JobNotFoundError, StoreError, StateError, TransferCancelledError.
        """
        job = self._get_job(job_id, confirm=True)
        progress.check_cancelled()
        self._journal.put_job(job.id, job.created_at)
        return job

    def of_root(self, results_root: str, name: str | None, results: Results | None) -> Job | None:
        """What the results, then their root, went to before.

        Raises StoreError, StateError, and OtherJobError when none of it is called `name`; what was only
        found by content is nobody's choice, and need not be.
        """
        there = filter(None, map(self.same, self._remembered(results_root, results)))
        if name is None:
            return next(there, None)
        return self._called(name, results_root, [*there])

    def _called(self, name: str, results_root: str, jobs: Sequence[Job]) -> Job | None:
        by_name = sorted(jobs, key=lambda job: job.name == name)
        job = next(iter(by_name[-1:]), None)
        if job and job.name != name:
            self._check_found(results_root, job)
            return None
        return job

    def forget(self, results_root: str, results: Results | None) -> None:
        """Nothing is stored in what `of_root` asks about, any more. Raises StateError."""
        for known in self._remembered(results_root, results):
            self._journal.forget_job(known.id)

    def made_at(self) -> Mapping[int, datetime]:
        """When those were made that were used before, by id. Raises StateError."""
        return self._journal.known_jobs()

    def same(self, known: RememberedJob) -> Job | None:
        """None when it was deleted, or another one has its id. Raises as `of_root` does."""
        job = self._there(known.id)
        return self._confirmed(job, known.created_at) if job else None

    def _check_found(self, results_root: str, job: Job) -> None:
        """A name that is mistyped, or kept in a script, must not take a tree apart."""
        if job.id != self._journal.found_job(results_root):
            raise _other_job(results_root, job)

    def _remembered(self, results_root: str, results: Results | None) -> Sequence[RememberedJob]:
        source = results.path if results else ""
        return self._journal.remembered_jobs(results_root, source)

    def _there(self, job_id: int) -> Job | None:
        try:
            return self._get_job(job_id, confirm=True)
        except JobNotFoundError:
            return None  # the job was deleted, or the store is a new one

    def _confirmed(self, job: Job, made_at: datetime | None) -> Job | None:
        if made_at == job.created_at:
            return job
        self._journal.put_job(job.id, job.created_at)
        return None if made_at else job  # the store was emptied: another one has the id


def _other_job(results_root: str, job: Job) -> OtherJobError:
    return OtherJobError(
        f'{results_root} belongs to job {job.id} "{job.name}".',
        kept="Nothing was stored; your files are untouched.",
        todo="Leave the name out, or name another job by its id (--job-id N).",
    )
