"""The cache of the store's metadata: disposable, rebuilt from the store."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from core.model import Artifact, ArtifactKind, FileId, Job, Run, RunStatus


class Extent(NamedTuple):
    """How much a run's results hold, before they were packed. Cheap to know of a directory, too."""

    files: int
    raw_bytes: int


class JobOrder(StrEnum):
    """What jobs can be sorted by; those that are equal stay newest first."""

    ID = "id"
    NAME = "name"
    RUNS = "runs"
    STATUS = "status"
    CREATED = "created"


class RunOrder(StrEnum):
    """What the runs of a job can be sorted by; those that are equal stay in the order of their ids."""

    ID = "id"
    STATUS = "status"
    UPLOADED = "uploaded"


class Tally(NamedTuple):
    """What there is of a job: its runs by their status, all its artifacts and their bytes as stored."""

    runs: Mapping[RunStatus, int]
    artifacts: int
    bytes: int


@dataclass(frozen=True)
class ReadAt:
    """When the cache last equalled the store: `everything` of it, the list of jobs, single jobs."""

    everything: datetime | None = None
    job_list: datetime | None = None
    jobs: Mapping[int, datetime] = field(default_factory=dict[int, datetime])

    @property
    def of_list(self) -> datetime | None:
        """Since when other jobs may have come; None when it never was equal."""
        return max(filter(None, (self.everything, self.job_list)), default=None)

    def of_job(self, job_id: int) -> datetime | None:
        """The same of what a job holds."""
        return max(filter(None, (self.everything, self.jobs.get(job_id))), default=None)


class CatalogReader(Protocol):
    """What the cache knows; callable from any thread; raises only CatalogError."""

    @abstractmethod
    def job(self, job_id: int) -> Job | None:
        """The job, if the cache knows it."""

    @abstractmethod
    def jobs(self, *, offset: int = 0, limit: int | None = None) -> Sequence[Job]:
        """Newest id first: at most `limit` from `offset` on, without a limit all of them."""

    @abstractmethod
    def job_count(self) -> int:
        """How many jobs the cache knows."""

    @abstractmethod
    def jobs_before(self, job_id: int) -> int:
        """How many stand before this one in `jobs`."""

    @abstractmethod
    def job_ids(self, by: JobOrder, *, descending: bool) -> Sequence[int]:
        """Of all jobs, sorted; capitals do not matter."""

    @abstractmethod
    def jobs_of(self, job_ids: Sequence[int]) -> Sequence[Job]:
        """These, in this order; those that the cache does not know are left out."""

    @abstractmethod
    def jobs_like(self, words: Sequence[str], *, limit: int) -> Sequence[Job]:
        """Newest first: those whose "job 12 simpleflu" has all the words in it; ASCII capitals do not matter."""

    @abstractmethod
    def run(self, job_id: int, run_id: int) -> Run | None:
        """The run *of this job*: run ids repeat across jobs."""

    @abstractmethod
    def runs(self, job_id: int, *, offset: int = 0, limit: int | None = None) -> Sequence[Run]:
        """The job's runs in the order of their ids; `offset` and `limit` as with `jobs`."""

    @abstractmethod
    def run_count(self, job_id: int) -> int:
        """How many runs of the job the cache knows."""

    @abstractmethod
    def runs_before(self, job_id: int, run_id: int) -> int:
        """How many of the job stand before this one in `runs`."""

    @abstractmethod
    def run_ids(self, job_id: int, by: RunOrder, *, descending: bool) -> Sequence[int]:
        """Of all runs of the job, sorted; those that were never uploaded come last."""

    @abstractmethod
    def runs_of(self, job_id: int, run_ids: Sequence[int]) -> Sequence[Run]:
        """These, in this order; those that the cache does not know are left out."""

    @abstractmethod
    def runs_like(self, words: Sequence[str], *, limit: int) -> Sequence[Run]:
        """Those of the newest jobs first: whose "job 12 simpleflu run 3 RUN3 seed_3" has all the words in it."""

    @abstractmethod
    def tally(self, job_id: int) -> Tally:
        """What there is of a job; of one with a hundred thousand runs it takes its time."""

    @abstractmethod
    def run_counts(self, job_ids: Collection[int]) -> Mapping[int, int]:
        """`run_count` of all these jobs at once; jobs without runs are left out."""

    @abstractmethod
    def artifacts(self, job_id: int, run_id: int | None = None) -> Sequence[Artifact]:
        """All of the job, or of one of its runs.

        Ordered by run, kind, version; those that are the current ones of a run and kind first.
        """

    @abstractmethod
    def own_artifacts(self, job_id: int) -> Sequence[Artifact]:
        """Those that belong to no run: configuration and input; ordered as `artifacts`."""

    @abstractmethod
    def about(self, text: str) -> Sequence[Artifact]:
        """Those with `text` in key, digests, host, app version or tags; ordered as `artifacts`.

        ASCII capitals do not matter.
        """

    @abstractmethod
    def keys_like(self, text: str, *, limit: int) -> Sequence[Artifact]:
        """Those with `text` in their key, the shortest keys first; ASCII capitals do not matter."""

    @abstractmethod
    def holding(self, sha256: str) -> Sequence[Artifact]:
        """The artifacts that refer to the content of this digest; ordered as `artifacts`."""

    @abstractmethod
    def extent(self, content_id: str) -> Extent | None:
        """What `put_extents` was told of a content."""

    @abstractmethod
    def knows_extent(self, extent: Extent) -> bool:
        """Whether there are any results of exactly this extent: `stored_like` is not empty."""

    @abstractmethod
    def results_of(self, content_id: str) -> Sequence[Artifact]:
        """Results of this content, all versions, in any job; ordered as `artifacts`."""

    @abstractmethod
    def stored_like(self, extent: Extent) -> Sequence[Artifact]:
        """Results of exactly this extent, all versions, in any job; ordered as `artifacts`."""

    @abstractmethod
    def etags(self, below: str = "") -> Mapping[str, str]:
        """What was told last of these keys: an object that still has its etag tells nothing new."""

    @abstractmethod
    def synced_at(self) -> datetime | None:
        """When the cache last equalled the whole store; None for never."""

    @abstractmethod
    def read_at(self) -> ReadAt:
        """When the cache last equalled which part of the store."""

    @abstractmethod
    def last_recording(self) -> int:
        """The number of the last `put_…` or `remove_…`, of whichever process on this cache.

        A reading of the store takes it before it asks the store for anything.
        """

    @abstractmethod
    def revision(self) -> object:
        """Equal to an earlier answer only while nobody has changed anything, in whichever process."""


class CatalogRecorder(Protocol):
    """Rows by natural keys; every write is one transaction and may be repeated.

    Callable from any thread; raises only CatalogError.
    """

    @abstractmethod
    def put_job(self, job: Job) -> None:
        """Inserts or updates by id."""

    @abstractmethod
    def put_run(self, run: Run) -> None:
        """Inserts or updates by (job_id, run_id)."""

    @abstractmethod
    def put_artifact(self, artifact: Artifact) -> FileId:
        """Records the object under (job, run, kind, version, beside) and references its content.

        Contents are told apart by SHA-256; returns the content's id.
        """

    @abstractmethod
    def put_extents(self, extents: Mapping[str, Extent]) -> None:
        """By content id. Those that no artifact has any more are forgotten by `replace`."""

    @abstractmethod
    def remove_artifact(
        self,
        job_id: int,
        run_id: int | None,
        kind: ArtifactKind,
        version: int,
        beside: str = "",
    ) -> None:
        """Forgets one; the content goes with the last artifact that refers to it."""

    @abstractmethod
    def remove_run(self, job_id: int, run_id: int) -> None:
        """Forgets the run; its artifacts, if there are any, stay."""

    @abstractmethod
    def remove_job(self, job_id: int, *, since: int | None = None) -> None:
        """Forgets the job with all its runs and artifacts.

        With `since`, as of `replace`, it was a reading that did not find it: a job of which
        anything was recorded after that stays.
        """

    @abstractmethod
    def replace(
        self,
        jobs: Sequence[Job],
        runs: Sequence[Run],
        artifacts: Sequence[Artifact],
        synced_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
        anew: bool = False,
    ) -> None:
        """Makes the cache equal to what was read from the store, in one transaction.

        `etags` are those of the objects that the rows come from, by key. `synced_at` is when the
        reading began, for who asks how old the cache is.

        `since` is the `last_recording` from before the reading; None is now. What anything was
        recorded of after it stays as it is here, also removed: the listing may have been too early.
        That is a run, all artifacts of a run and kind, or a job that was removed; a job that was put
        stays, too, and becomes what was read of it. Moments do not matter: they are of anybody's clock.

        Runs that are not stored yet stay as long as their job, unless they are an ERROR. With `anew`
        they go, too.
        """

    @abstractmethod
    def replace_job(
        self,
        job: Job,
        runs: Sequence[Run],
        artifacts: Sequence[Artifact],
        read_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
    ) -> None:
        """The same of one job alone; other jobs stay as they are."""

    @abstractmethod
    def replace_job_list(
        self,
        jobs: Sequence[Job],
        gone: Collection[int],
        read_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
    ) -> None:
        """Puts these jobs, and removes those that are `gone` with all that they hold.

        Not those that were removed after `since`, as of `replace`, nor those of which anything was
        recorded after it.
        """


class Catalog(CatalogReader, CatalogRecorder, Protocol):
    """Both."""

    @abstractmethod
    def close(self) -> None:
        """Closes the connections of all threads."""
