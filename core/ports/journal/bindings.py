"""Which job a results root belongs to, and what its RUN directories were stored as."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


@dataclass(frozen=True)
class StoredSource:
    """What became of a RUN directory: stored as it was when it had `fingerprint`, as this run.

    `found` tells that it was there already, whoever had stored it. `content_id` is what it held
    then; empty when that was not written down. The `fingerprint` is empty when what was stored is
    not there any more, though the run is.
    """

    fingerprint: str
    job_id: int
    run_id: int
    found: bool = False
    content_id: str = ""


class RememberedJob(NamedTuple):
    """`created_at` tells it from another job that had the id; None when that was never put."""

    id: int
    created_at: datetime | None


class Bindings(Protocol):
    """The user's answer to where the runs of a root go: asked once, kept until the job is gone.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def bind_root(self, results_root: str, job_id: int, *, found: bool = False) -> None:
        """Remembers which job a results root belongs to in this store.

        `found` when nobody chose the job: it holds the same content.
        """

    @abstractmethod
    def bound_job(self, results_root: str) -> int | None:
        """The job of a results root, if it was ever bound in this store."""

    @abstractmethod
    def bound_roots(self, job_id: int) -> Sequence[str]:
        """The results roots that are bound to the job, in the order of paths."""

    @abstractmethod
    def found_job(self, results_root: str) -> int | None:
        """The job that it is bound to, if that was `found`."""

    @abstractmethod
    def put_job(self, job_id: int, created_at: datetime) -> None:
        """Remembers which job has the id. If it was another one, that one is forgotten at once."""

    @abstractmethod
    def known_jobs(self) -> Mapping[int, datetime]:
        """When the jobs were made that were put, by id."""

    @abstractmethod
    def remembered_jobs(self, results_root: str, source: str) -> Sequence[RememberedJob]:
        """What RUN directory `source` was stored in last, then what its root is bound to.

        Read at one moment; only what there is. What was only found there does not count.
        """

    @abstractmethod
    def forget_job(self, job_id: int) -> None:
        """Nothing is bound to the job, nor stored in it, any more: it was deleted."""


class GivenIds(Protocol):
    """As which run each directory of a results root counts, also before it is stored.

    By the name of the directory below the root. Kept for ever: what is gone may come back.
    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def give_ids(self, results_root: str, ids: Mapping[str, int]) -> None:
        """From now on these count, whatever they counted as before."""

    @abstractmethod
    def given_ids(self, results_root: str) -> Mapping[str, int]:
        """All of a root."""


class StoredSources(Protocol):
    """What was stored from which directory of this machine; the store does not know that.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_stored(self, source: str, stored: StoredSource) -> None:
        """The RUN directory `source` was stored; what was known of it before is replaced."""

    @abstractmethod
    def stored(self) -> Mapping[str, StoredSource]:
        """By RUN directory, what each was stored as last from this machine."""

    @abstractmethod
    def stored_as(self, source: str) -> StoredSource | None:
        """What this RUN directory was stored as last."""

    @abstractmethod
    def sources_of(self, job_id: int, run_id: int) -> Sequence[str]:
        """RUN directories that were stored as this run last in that job, in the order of paths."""

    @abstractmethod
    def stored_in(self, job_id: int) -> Mapping[str, int]:
        """Run ids in the job by RUN directory, also of those stored in another job since."""

    @abstractmethod
    def forget_run(self, job_id: int, run_id: int) -> None:
        """Nothing is stored as this run any more: it was deleted."""

    @abstractmethod
    def move_run(self, job_id: int, run_id: int, to_job: int, to_run: int) -> None:
        """What was stored as this run is now that one."""


class LinkedPaths(Protocol):
    """Directories that have two paths, as one of them leads through a link.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def know_as(self, there: str, path: str) -> None:
        """What is known and decided of the path `there`, and below it, counts for `path`, too.

        What is known of that already stays as it is. Nothing happens when the two belong to different
        jobs.
        """
