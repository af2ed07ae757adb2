"""What happened, kept for whoever asks later: of this machine's state, by every command and the app."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

MOST_ENTRIES = 10_000
MERGED_WITHIN = timedelta(hours=1)
"""What happens again later than that after the last time is another entry."""


class ActivityKind(StrEnum):
    """What an entry is about, in the words a user filters by."""

    RUN = "run"
    UPLOAD = "upload"
    DOWNLOAD = "download"
    SYNC = "sync"
    DELETION = "deletion"
    STORE = "store"
    COMMAND = "command"


class Level(StrEnum):
    """How much it matters."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """Something that happened, `count` times from `first_at` to `last_at` (UTC).

    `subject` names what it happened to, `text` says what happened; `kept`, `todo` and `cause` (the name
    of the error's class) are those of an error. `path` is on this machine, or empty; ids are 0 where
    there is none. Entries of one `likeness` are the same thing happening again. `seen_by` names the process
    that saw what others may have seen, too; it is empty for what was done by one. `store` is where the store is.
    `id` is the entry's for ever; `number` grows with each time that something happened.
    """

    kind: ActivityKind
    level: Level
    subject: str
    text: str
    first_at: datetime
    last_at: datetime
    likeness: str
    count: int = 1
    kept: str = ""
    todo: str = ""
    cause: str = ""
    path: str = ""
    job_id: int = 0
    run_id: int = 0
    transfer_id: int = 0
    seen_by: str = ""
    store: str = ""
    id: int = 0
    number: int = 0


class ActivityLog(Protocol):
    """The newest `MOST_ENTRIES` things that happened. Callable from any thread; raises only StateError.

    Nobody waits for it: while another process writes, it gives up after a moment.
    """

    @abstractmethod
    def add(self, entries: Sequence[ActivityEntry]) -> None:
        """In order; texts are redacted. All of them, or none.

        One that is like an entry of this store that last happened less than `MERGED_WITHIN` ago counts there, and has
        the last word; what another process saw as well does not count again.
        """

    @abstractmethod
    def after(self, number: int) -> Sequence[ActivityEntry]:
        """What happened, or happened again, after the one of that number; of all stores, oldest first."""

    @abstractmethod
    def close(self) -> None:
        """Safe to repeat."""
