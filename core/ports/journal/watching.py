"""What was seen in the watched trees, and what the user decided about them."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class WatchedRecord:
    """What is remembered of a watched run between two sessions.

    `state` and `outcome` are values of RunState and Outcome. `changed_at` is when the fingerprint
    was first seen, `seen_at` when last, both by the wall clock. `longest_pause` in seconds.
    `submitted` is the fingerprint that was queued by itself last, `proof` what the finish rule
    remembers, `writers` what core.watch.last_writers does.
    """

    path: str
    state: str
    outcome: str
    fingerprint: str
    changed_at: datetime
    seen_at: datetime
    longest_pause: float = 0.0
    submitted: str = ""
    proof: str = ""
    writers: str = ""


class WatchedRuns(Protocol):
    """How the runs of a tree looked last, so that a restart need not wait for each to settle again.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_watched(self, records: Sequence[WatchedRecord]) -> None:
        """Inserts or updates by path, in one transaction."""

    @abstractmethod
    def watched(self, root: str) -> Sequence[WatchedRecord]:
        """Of all runs at or below `root`."""

    @abstractmethod
    def forget_watched(self, paths: Sequence[str]) -> None:
        """They are gone from the tree."""


class UploadDecisions(Protocol):
    """What the user decided about uploads that nobody starts.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_held(self, source: str, *, held: bool) -> None:
        """Whether the user holds a RUN directory back from being uploaded by itself."""

    @abstractmethod
    def held(self) -> frozenset[str]:
        """RUN directories that are held back."""

    @abstractmethod
    def put_auto_upload(self, root: str, *, on: bool, changed: bool | None = None) -> None:
        """Whether runs below a watched root are uploaded by themselves.

        `changed`: also those that changed since they were stored; None leaves it to the settings.
        """

    @abstractmethod
    def auto_uploads(self) -> Mapping[str, bool | None]:
        """Watched roots whose runs are uploaded by themselves, with their `changed`."""


class LastRoots(Protocol):
    """Of all stores together.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def remember_roots(self, roots: Sequence[str]) -> None:
        """The trees that `runferry` watches when none is named."""

    @abstractmethod
    def last_roots(self) -> tuple[str, ...]:
        """The trees watched last."""
