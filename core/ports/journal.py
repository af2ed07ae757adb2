"""What must survive a crash and cannot be read from the store: `state.db`."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Intent:
    """One upload under way: durable before the first byte is sent, closed after its rows exist.

    `write_token` goes into the object's metadata and proves who wrote it. `sha256`, `files`,
    `raw_bytes` and `stored_bytes` are known from the moment before `complete` (else empty, 0).
    """

    write_token: str
    job_id: int
    run_id: int
    version: int
    key: str
    started_at: datetime
    content_id: str = ""
    sha256: str = ""
    files: int = 0
    raw_bytes: int = 0
    stored_bytes: int = 0


@dataclass(frozen=True)
class Orphan:
    """A stored object that no manifest refers to, and why (redacted)."""

    url: str
    key: str
    write_token: str
    reason: str
    seen_at: datetime


@dataclass(frozen=True)
class TransferRecord:
    """One entry of the queue as it survives a restart. `state` is a value of TransferState.

    `message`, `kept` and `todo` are those of the failure, if it failed.
    """

    id: int
    job_id: int
    run_id: int
    source: str
    state: str
    message: str
    queued_at: datetime
    kept: str = ""
    todo: str = ""


class Journal(Protocol):
    """Durable on return (synchronous=FULL). Callable from any thread; raises only StateError."""

    @abstractmethod
    def put_intent(self, intent: Intent) -> None:
        """Inserts or updates by write token."""

    @abstractmethod
    def intents(self, job_id: int, run_id: int) -> Sequence[Intent]:
        """Open intents of the run, newest first."""

    @abstractmethod
    def close_intent(self, write_token: str) -> None:
        """The upload reached its end, or was given up with nothing left behind."""

    @abstractmethod
    def put_orphan(self, orphan: Orphan) -> None:
        """Inserts or updates by key."""

    @abstractmethod
    def orphans(self) -> Sequence[Orphan]:
        """All that are recorded, oldest first."""

    @abstractmethod
    def remove_orphan(self, key: str) -> None:
        """It was adopted, or is gone."""

    @abstractmethod
    def bind_root(self, results_root: str, job_id: int) -> None:
        """Remembers which job a results root belongs to in this store."""

    @abstractmethod
    def bound_job(self, results_root: str) -> int | None:
        """The job of a results root, if it was ever bound in this store."""

    @abstractmethod
    def put_stored(self, source: str, fingerprint: str) -> None:
        """The RUN directory `source` was stored as it was when it had `fingerprint`."""

    @abstractmethod
    def stored(self) -> Mapping[str, str]:
        """Fingerprint by RUN directory, of all that was ever stored from this machine."""

    @abstractmethod
    def put_transfer(self, record: TransferRecord) -> int:
        """Inserts (id 0) or updates; returns the id."""

    @abstractmethod
    def transfers(self) -> Sequence[TransferRecord]:
        """The queue, oldest first."""

    @abstractmethod
    def remove_transfer(self, transfer_id: int) -> None:
        """The user cleared it."""

    @abstractmethod
    def remember_root(self, root: str) -> None:
        """The tree that `runferry` watches when none is named."""

    @abstractmethod
    def last_root(self) -> str | None:
        """The tree watched last."""

    @abstractmethod
    def close(self) -> None:
        """Closes the connections of all threads."""
