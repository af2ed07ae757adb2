"""Where in a job the artifacts of a run are, and where new ones go."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from core.errors import StoreAccessDeniedError
from core.model import ArtifactKind, Job
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.stored.current_artifacts import current_runs
from core.stored.find_job import job_prefixes
from core.stored.job_s3_prefix import JobS3Prefix, prefix_of
from core.stored.listed_jobs import ListedRun, listed_run


class JobPlaces:
    """What is there is gone on with where it is; what is new goes below the job's own prefix.

    Below which other prefixes something lies is asked once for each job, and the catalog knows what
    was found since. What nobody has seen yet is shown beside what is stored here. Callable from any
    thread.
    """

    def __init__(self, store: ObjectReader, catalog: CatalogReader) -> None:
        self._store = store
        self._catalog = catalog
        self._asked: dict[int, Sequence[JobS3Prefix]] = {}

    def results(self, job: Job, run_id: int) -> JobS3Prefix:
        """Below which the versions of a run are. Raises StoreError, CatalogError."""
        own, *others = self.all(job, run_id)
        if not others:
            return own
        found = current_runs(self._there((own, *others), run_id), own)
        return found[run_id].prefix if found else own

    def artifact(self, job: Job, kind: ArtifactKind, run_id: int | None = None) -> str:
        """The key of an artifact of a kind without versions. Raises StoreError, CatalogError."""
        keys = [prefix.artifact(kind, run_id) for prefix in self.all(job, run_id)]
        return next(filter(self._store.head, keys), keys[0]) if len(keys) > 1 else keys[0]

    def all(self, job: Job, run_id: int | None) -> Sequence[JobS3Prefix]:
        """The job's own, then the others, the newest first. Raises StoreError, CatalogError."""
        own = JobS3Prefix.from_job(job)
        found = {*self._prefixes(job.id), *self._known(job.id, run_id)} - {own}
        return own, *sorted(found, key=attrgetter("created_at"), reverse=True)

    def _there(self, prefixes: Iterable[JobS3Prefix], run_id: int) -> Iterator[ListedRun]:
        listed = (listed_run(self._store, prefix, run_id) for prefix in prefixes)
        return filter(_is_there, listed)

    def _known(self, job_id: int, run_id: int | None) -> Iterable[JobS3Prefix]:
        if run_id is None:
            found = self._catalog.own_artifacts(job_id)
        else:
            found = self._catalog.artifacts(job_id, run_id)
        return (prefix_of(artifact.key) for artifact in found)

    def _prefixes(self, job_id: int) -> Sequence[JobS3Prefix]:
        if job_id not in self._asked:
            self._asked[job_id] = self._listed(job_id)
        return self._asked[job_id]

    def _listed(self, job_id: int) -> Sequence[JobS3Prefix]:
        """Who may not list them finds what is below the job's own prefix."""
        try:
            return [*job_prefixes(self._store, job_id)]
        except StoreAccessDeniedError:
            return ()


def _is_there(run: ListedRun) -> bool:
    return run.anything
