"""What must survive a crash and cannot be read from the store: `state.db`."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from core.ports.object_store import OpenUpload, SentPart


@dataclass(frozen=True)
class Intent:
    """One upload under way: durable before the first byte is sent, closed after its rows exist.

    `write_token` goes into the object's metadata and proves who wrote it. `sha256`, `files`,
    `raw_bytes` and `stored_bytes` are known from the moment before `complete` (else empty, 0).
    `session` is the store's upload in parts, once it has begun. `encoder` made the content, if one
    did: another one makes other parts.
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
    session: OpenUpload | None = None
    encoder: str = ""


@dataclass(frozen=True)
class Orphan:
    """A stored object that no manifest refers to, and why (redacted)."""

    url: str
    key: str
    write_token: str
    reason: str
    seen_at: datetime


@dataclass(frozen=True)
class LinkRate:
    """How fast the link to the store was when an upload had to wait for it."""

    bytes_per_second: int
    measured_at: datetime


@dataclass(frozen=True)
class TransferRecord:
    """One entry of the queue, as it survives a restart and as other processes see it.

    `state` and `phase` are values of TransferState and Phase. `message`, `kept`, `todo`,
    `retryable` and `exit_code` are those of the failure, if it failed. `done`, `total`, `sent`
    and `kept_bytes` are bytes, some seconds old while it is active. `request` is what was asked for, as plain values
    of JSON; empty in records of early versions. Of the `attempts`, the last `vain` ones in a row got
    nothing across.
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
    retryable: bool = False
    ended_at: datetime | None = None
    request: Mapping[str, object] = field(default_factory=dict[str, object])
    exit_code: int = 0
    phase: str = ""
    done: int = 0
    total: int = 0
    sent: int = 0
    attempts: int = 0
    outcome: str = ""
    vain: int = 0
    kept_bytes: int = 0


@dataclass(frozen=True)
class StoredSource:
    """What became of a RUN directory: stored as it was when it had `fingerprint`, as this run."""

    fingerprint: str
    job_id: int
    run_id: int


class RememberedJob(NamedTuple):
    """`created_at` tells it from another job that had the id; None when that was never put."""

    id: int
    created_at: datetime | None


@dataclass(frozen=True)
class WatchedRecord:
    """What is remembered of a watched run between two sessions.

    `state` and `outcome` are values of RunState and Outcome. `changed_at` is when the fingerprint
    was first seen, `seen_at` when last, both by the wall clock. `longest_pause` in seconds.
    `submitted` is the fingerprint that was queued by itself last.
    """

    path: str
    state: str
    outcome: str
    fingerprint: str
    changed_at: datetime
    seen_at: datetime
    longest_pause: float = 0.0
    submitted: str = ""


@dataclass(frozen=True)
class Command:
    """What another process asks the agent to do. `id` gives the order.

    `verb` is a value of AgentVerb; `arguments` are plain values of JSON.
    """

    verb: str
    arguments: Mapping[str, object]
    id: int = 0


class Journal(Protocol):
    """Durable on return (synchronous=FULL). Callable from any thread; raises only StateError."""

    @abstractmethod
    def put_intent(self, intent: Intent) -> None:
        """Inserts or updates by write token."""

    @abstractmethod
    def intents(self, job_id: int, run_id: int) -> Sequence[Intent]:
        """Open intents of the run, newest first."""

    @abstractmethod
    def all_intents(self) -> Sequence[Intent]:
        """Open intents of all jobs and runs, oldest first."""

    @abstractmethod
    def close_intent(self, write_token: str) -> None:
        """The upload reached its end, or was given up with nothing left behind."""

    @abstractmethod
    def put_part(self, write_token: str, part: SentPart) -> None:
        """The store accepted a part of the intent's session. Closing the intent forgets it."""

    @abstractmethod
    def parts(self, write_token: str) -> Sequence[SentPart]:
        """In the order of their numbers."""

    @abstractmethod
    def forget_parts(self, write_token: str) -> None:
        """The intent's session was begun anew."""

    @abstractmethod
    def put_link_rate(self, rate: LinkRate | None) -> None:
        """Replaces what was known of the link to this store; None forgets it."""

    @abstractmethod
    def link_rate(self) -> LinkRate | None:
        """The last one that was put."""

    @abstractmethod
    def put_orphan(self, orphan: Orphan) -> None:
        """Inserts or updates by key. The last resort: it does what it can to keep the orphan."""

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
    def put_job(self, job_id: int, created_at: datetime) -> None:
        """Remembers which job has the id. If it was another one, that one is forgotten at once."""

    @abstractmethod
    def known_jobs(self) -> Mapping[int, datetime]:
        """When the jobs were made that were put, by id."""

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
    def remembered_jobs(self, results_root: str, source: str) -> Sequence[RememberedJob]:
        """What RUN directory `source` was stored in last, then what its root is bound to.

        Read at one moment; only what there is.
        """

    @abstractmethod
    def stored_in(self, job_id: int) -> Mapping[str, int]:
        """Run ids in the job by RUN directory, also of those stored in another job since."""

    @abstractmethod
    def forget_job(self, job_id: int) -> None:
        """Nothing is bound to the job, nor stored in it, any more: it was deleted."""

    @abstractmethod
    def put_watched(self, records: Sequence[WatchedRecord]) -> None:
        """Inserts or updates by path, in one transaction."""

    @abstractmethod
    def watched(self, root: str) -> Sequence[WatchedRecord]:
        """Of all runs at or below `root`."""

    @abstractmethod
    def forget_watched(self, paths: Sequence[str]) -> None:
        """They are gone from the tree."""

    @abstractmethod
    def put_held(self, source: str, *, held: bool) -> None:
        """Whether the user holds a RUN directory back from being uploaded by itself."""

    @abstractmethod
    def held(self) -> frozenset[str]:
        """RUN directories that are held back."""

    @abstractmethod
    def put_auto_upload(self, root: str, *, on: bool) -> None:
        """Whether runs below a watched root are uploaded by themselves."""

    @abstractmethod
    def auto_uploads(self) -> frozenset[str]:
        """Watched roots whose runs are uploaded by themselves."""

    @abstractmethod
    def put_command(self, command: Command) -> None:
        """Leaves a command for the agent; its `id` is given here."""

    @abstractmethod
    def commands(self) -> Sequence[Command]:
        """Commands not carried out yet, oldest first."""

    @abstractmethod
    def remove_command(self, command_id: int) -> None:
        """It was carried out, or cannot be."""

    @abstractmethod
    def revision(self) -> object:
        """Equal to an earlier answer only while no process has changed anything.

        To be compared with answers on the same thread.
        """

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
    def remember_roots(self, roots: Sequence[str]) -> None:
        """The trees that `runferry` watches when none is named."""

    @abstractmethod
    def last_roots(self) -> tuple[str, ...]:
        """The trees watched last."""

    @abstractmethod
    def close(self) -> None:
        """Closes the connections of all threads."""
