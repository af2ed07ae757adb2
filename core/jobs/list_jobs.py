"""Jobs, runs and artifacts as the catalog knows them: no network, any time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.model import Artifact, Job, Run, RunStatus
from core.ports.catalog import CatalogReader, JobOrder, RunOrder, Tally


@dataclass(frozen=True)
class JobSummary:
    """A job with the number of its runs."""

    job: Job
    runs: int


class ListJobs:
    """Pages of jobs, newest first."""

    def __init__(self, catalog: CatalogReader) -> None:
        self._catalog = catalog

    def __call__(self, *, offset: int = 0, limit: int = 1000) -> Sequence[JobSummary]:
        """At most `limit` jobs from `offset` on."""
        return self._summaries(self._catalog.jobs(offset=offset, limit=limit))

    def all(self) -> Iterator[JobSummary]:
        """A page at a time: there may be any number of them."""
        offset = 0
        while page := self(offset=offset):
            yield from page
            offset += len(page)

    def these(self, job_ids: Sequence[int]) -> Sequence[JobSummary]:
        """In this order; jobs that the catalog does not know are left out."""
        return self._summaries(self._catalog.jobs_of(job_ids))

    def like(self, words: Sequence[str], *, limit: int) -> Sequence[Job]:
        """At most `limit` whose number or name has all the words in it."""
        return self._catalog.jobs_like(words, limit=limit)

    def ids(self, by: JobOrder = JobOrder.ID, *, descending: bool = True) -> Sequence[int]:
        """Of all jobs, sorted; of very many that takes its time."""
        return self._catalog.job_ids(by, descending=descending)

    def before(self, job_id: int) -> int:
        """How many stand before this one."""
        return self._catalog.jobs_before(job_id)

    def tally(self, job_id: int) -> Tally:
        """What there is of a job; of a large one that takes its time."""
        return self._catalog.tally(job_id)

    def find(self, job_id: int) -> Job | None:
        """The job of this id, if the catalog knows it."""
        return self._catalog.job(job_id)

    def count(self) -> int:
        """How many there are."""
        return self._catalog.job_count()

    def synced_at(self) -> datetime | None:
        """When the catalog last equalled the store; None for never."""
        return self._catalog.synced_at()

    def _summaries(self, jobs: Sequence[Job]) -> Sequence[JobSummary]:
        runs = self._catalog.run_counts({job.id for job in jobs})
        return [JobSummary(job, runs.get(job.id, 0)) for job in jobs]


class ListRuns:
    """A job's runs in the order of their ids."""

    def __init__(self, catalog: CatalogReader) -> None:
        self._catalog = catalog

    def __call__(self, job_id: int, *, offset: int = 0, limit: int | None = None) -> Sequence[Run]:
        """At most `limit` runs from `offset` on; none for a job the catalog does not know."""
        return self._catalog.runs(job_id, offset=offset, limit=limit)

    def these(self, job_id: int, run_ids: Sequence[int]) -> Sequence[Run]:
        """In this order; runs that the catalog does not know are left out."""
        return self._catalog.runs_of(job_id, run_ids)

    def like(self, words: Sequence[str], *, limit: int) -> Sequence[Run]:
        """Of any job, at most `limit`: whose job, number or directory have all the words in them."""
        return self._catalog.runs_like(words, limit=limit)

    def ids(
        self, job_id: int, by: RunOrder = RunOrder.ID, *, descending: bool = False
    ) -> Sequence[int]:
        """Of all runs, sorted; of very many that takes its time."""
        return self._catalog.run_ids(job_id, by, descending=descending)

    def before(self, job_id: int, run_id: int) -> int:
        """How many stand before this one."""
        return self._catalog.runs_before(job_id, run_id)

    def count(self, job_id: int) -> int:
        """How many there are."""
        return self._catalog.run_count(job_id)


class ListArtifacts:
    """What is stored of a job or of one of its runs."""

    def __init__(self, catalog: CatalogReader) -> None:
        self._catalog = catalog

    def __call__(self, job_id: int, run_id: int | None = None) -> Sequence[Artifact]:
        """Ordered by run, kind and version; without content that only a manifest tells of any more."""
        artifacts = self._catalog.artifacts(job_id, run_id)
        gone = self._gone(artifacts, job_id, run_id)
        return [a for a in artifacts if a != gone.get(a.run_id)]

    def _gone(
        self, artifacts: Iterable[Artifact], job_id: int, run_id: int | None
    ) -> Mapping[int | None, Artifact | None]:
        """The latest results of the runs that have lost them."""
        newest = _newest_results(artifacts)
        return {lost: newest.get(lost) for lost in self._lost(job_id, run_id)}

    def _lost(self, job_id: int, run_id: int | None) -> Iterable[int]:
        runs = self._runs(job_id, run_id)
        return (run.run_id for run in runs if run.status is RunStatus.ERROR)

    def _runs(self, job_id: int, run_id: int | None) -> Iterable[Run]:
        if run_id is None:
            return self._catalog.runs(job_id)
        return filter(None, [self._catalog.run(job_id, run_id)])

    def of_job(self, job_id: int) -> Sequence[Artifact]:
        """What belongs to the job itself: configuration and input."""
        return self._catalog.own_artifacts(job_id)

    def like(self, key: str, *, limit: int) -> Sequence[Artifact]:
        """Of any job, at most `limit` with this in their keys; the one of exactly that key first."""
        return self._catalog.keys_like(key, limit=limit)

    def about(self, text: str) -> Sequence[Artifact]:
        """Of any job, with `text` in key, checksums, host, app version or tags."""
        return self._catalog.about(text)


def _newest_results(artifacts: Iterable[Artifact]) -> Mapping[int | None, Artifact]:
    """By run, of artifacts in the order of their versions."""
    return {a.run_id: a for a in artifacts if a.is_current_results}


def one_of_each(artifacts: Iterable[Artifact], version: int | None = None) -> list[Artifact]:
    """The version that is asked for, of what has it; else the latest of each.

    What is beside the current one of its run and kind is one of its own.
    """
    chosen: dict[tuple[int | None, str, str], Artifact] = {}
    for artifact in artifacts:
        key = (artifact.run_id, artifact.kind.value, artifact.beside)
        if version in {None, artifact.version}:
            chosen[key] = max(chosen.get(key, artifact), artifact, key=lambda a: a.version)
    return list(chosen.values())
