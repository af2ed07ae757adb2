"""See what lies in the store of one run, and what of it is ours to delete."""

from collections.abc import Callable, Collection, Sequence
from itertools import chain

from core.care.job_contents import contents_of
from core.care.left_behind import LeftBehind
from core.care.run_contents import RunContents, left_contents, run_contents, version_contents
from core.errors import ArtifactNotFoundError, RunNotFoundError
from core.jobs.get_job import GetJob
from core.model import Artifact, Job
from core.ports.catalog import Catalog
from core.ports.journal.journal import Journal
from core.ports.object_store import ObjectStore
from core.stored.find_job import job_prefixes
from core.stored.job_s3_prefix import JobS3Prefix


class FindRunContents:
    """Reads anew what the store holds of the job; `refresh_job` makes the catalog equal to that."""

    def __init__(
        self,
        store: ObjectStore,
        catalog: Catalog,
        journal: Journal,
        refresh_job: Callable[[int], object],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._journal = journal
        self.refresh_job = refresh_job
        self._get_job = GetJob(catalog, store)
        self._left_behind = LeftBehind(store, catalog, journal)

    def __call__(self, job_id: int, run_id: int, version: int | None = None) -> RunContents:
        """Without a version all of the run.

        Raises JobNotFoundError, RunNotFoundError, ArtifactNotFoundError when there is no such
        version, StoreError, StateError, CatalogError.
        """
        self.refresh_job(job_id)
        job = self._get_job(job_id)
        if version is not None:
            return self._of_version(job, run_id, version)
        contents = self._of_run(job, run_id)
        if not contents.anything:
            raise _nothing(job, run_id)
        return contents

    def _of_run(self, job: Job, run_id: int) -> RunContents:
        judged = self._left_behind(job.id, self._prefixes(job), run_id)
        loose = [one.orphan for one in judged]
        what = contents_of(job, self._managed(job, run_id), loose, self._listed(job, run_id))
        return run_contents(what, run_id, judged, self._sources(job, run_id))

    def _of_version(self, job: Job, run_id: int, version: int) -> RunContents:
        versions = [*filter(_is_version_of_it, self._managed(job, run_id))]
        numbers = [artifact.version for artifact in versions]
        if version not in numbers:
            return self._left_of(job, run_id, version, numbers)
        chosen = versions[numbers.index(version)]
        return version_contents(job, chosen, versions, self._sources(job, run_id))

    def _left_of(self, job: Job, run_id: int, version: int, numbers: Sequence[int]) -> RunContents:
        judged = self._left_behind(job.id, self._prefixes(job), run_id)
        found = left_contents(job, run_id, version, judged)
        if found is None:
            raise _no_version(job, run_id, version, numbers)
        return found

    def _managed(self, job: Job, run_id: int) -> Sequence[Artifact]:
        return [a for a in self._catalog.artifacts(job.id, run_id) if a.managed]

    def _listed(self, job: Job, run_id: int) -> Sequence[str]:
        begins = chain.from_iterable(
            (p.of_run(run_id), p.superseded_of(run_id)) for p in self._prefixes(job)
        )
        listed = chain.from_iterable(map(self._store.list, begins))
        return [stored.key for stored in listed]

    def _prefixes(self, job: Job) -> Collection[JobS3Prefix]:
        """All of the job's."""
        found = job_prefixes(self._store, job.id)
        return dict.fromkeys((JobS3Prefix.from_job(job), *found))

    def _sources(self, job: Job, run_id: int) -> Sequence[str]:
        return self._journal.sources_of(job.id, run_id)


def _is_version_of_it(artifact: Artifact) -> bool:
    """What is beside the current ones is numbered by itself."""
    return artifact.is_version and artifact.current


def _nothing(job: Job, run_id: int) -> RunNotFoundError:
    return RunNotFoundError(
        f"Nothing is stored of run {run_id} of job {job.id}.",
        kept="Nothing was changed.",
        todo=f"`runferry jobs info --job-id {job.id}` shows its runs.",
    )


def _no_version(
    job: Job, run_id: int, version: int, numbers: Sequence[int]
) -> ArtifactNotFoundError:
    there = ", ".join(map(str, numbers)) or "none"
    return ArtifactNotFoundError(
        f"Run {run_id} of job {job.id} has no version {version}.",
        kept="Nothing was deleted.",
        todo=f"Its versions: {there}.",
    )
