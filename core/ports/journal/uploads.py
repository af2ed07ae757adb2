"""Uploads under way, and how fast the link was."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.ports.journal.orphans import Orphans
from core.ports.journal.proofs import Proofs
from core.ports.object_store import OpenUpload, SentPart


@dataclass(frozen=True)
class Intent:
    """One upload under way: durable before the first byte is sent, closed after its rows exist.

    `run_id` is None for what belongs to the job itself. `write_token` goes into the object's
    metadata and proves who wrote it. `sha256`, `files`, `raw_bytes` and `stored_bytes` are known
    from the moment before `complete` (else empty, 0).
    `session` is the store's upload in parts, once it has begun. `encoder` made the content, if one
    did: another one makes other parts. `left_out` and `directory` are for the manifest.
    """

    write_token: str
    job_id: int
    run_id: int | None
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
    left_out: tuple[str, ...] = ()
    directory: str = ""


@dataclass(frozen=True)
class LinkRate:
    """How fast the link to the store was when an upload had to wait for it."""

    bytes_per_second: int
    measured_at: datetime


class Intents(Protocol):
    """What is about to be stored, so that a process that finds it half done can finish or free it.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_intent(self, intent: Intent) -> None:
        """Inserts or updates by write token."""

    @abstractmethod
    def intents(self, job_id: int, run_id: int | None) -> Sequence[Intent]:
        """Open intents of the run, or of the job's own artifacts (None), newest first."""

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


class LinkRates(Protocol):
    """What the next upload may expect of the link, before it has sent anything.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_link_rate(self, rate: LinkRate | None) -> None:
        """Replaces what was known of the link to this store; None forgets it."""

    @abstractmethod
    def link_rate(self) -> LinkRate | None:
        """The last one that was put."""


class UploadJournal(Intents, LinkRates, Orphans, Proofs, Protocol):
    """What an upload writes down."""
