"""Where in a job the artifacts of a run are, and where new ones go."""

from collections.abc import Iterator, Sequence

from core.errors import StoreAccessDeniedError
from core.model import ArtifactKind, Job
from core.ports.object_store import ObjectReader
from core.stored.current_artifacts import current_runs
from core.stored.find_job import job_prefixes
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.listed_jobs import ListedRun, listed_run


class JobPlaces:
    """What is there is gone on with where it is; what is new goes below the job's own prefix.

    Below which other prefixes something lies is asked once for each job: what another tool stores
    below a new one meanwhile is shown beside what is stored here. Callable from any thread.
    """

    def __init__(self, store: ObjectReader) -> None:
        self._store = store
        self._known: dict[int, Sequence[JobS3Prefix]] = {}

    def results(self, job: Job, run_id: int) -> JobS3Prefix:
        """Below which the versions of a run are. Raises StoreError."""
        own = JobS3Prefix.from_job(job)
        if not self.others(job):
            return own
        found = current_runs(self._there(job, run_id), own)
        return found[run_id].prefix if found else own

    def artifact(self, job: Job, kind: ArtifactKind, run_id: int | None = None) -> str:
        """The key of an artifact of a kind without versions. Raises StoreError."""
        own, *others = self.all(job)
        keys = [prefix.artifact(kind, run_id) for prefix in (own, *reversed(others))]
        return next(filter(self._store.head, keys), keys[0]) if others else keys[0]

    def all(self, job: Job) -> Sequence[JobS3Prefix]:
        """The job's own, then the others. Raises StoreError."""
        return JobS3Prefix.from_job(job), *self.others(job)

    def others(self, job: Job) -> Sequence[JobS3Prefix]:
        """The oldest first. Who may not list them finds what is below the job's own prefix."""
        own = JobS3Prefix.from_job(job)
        return [prefix for prefix in self._prefixes(job.id) if prefix != own]

    def _there(self, job: Job, run_id: int) -> Iterator[ListedRun]:
        listed = (listed_run(self._store, prefix, run_id) for prefix in self.all(job))
        return filter(_is_there, listed)

    def _prefixes(self, job_id: int) -> Sequence[JobS3Prefix]:
        if job_id not in self._known:
            self._known[job_id] = self._listed(job_id)
        return self._known[job_id]

    def _listed(self, job_id: int) -> Sequence[JobS3Prefix]:
        try:
            return [*job_prefixes(self._store, job_id)]
        except StoreAccessDeniedError:
            return ()


def _is_there(run: ListedRun) -> bool:
    return run.anything
