"""What went wrong in SQLite, told apart by its result code and said in words a user can act on."""

import errno
import sqlite3
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

import peewee

DB_ERRORS: tuple[type[Exception], ...] = (peewee.PeeweeException, sqlite3.Error)
"""Raw statements raise sqlite3's own errors, peewee's queries peewee's."""


class Fault(Enum):
    """Why a database cannot do what was asked."""

    FULL = "full"
    LOCKED = "locked"
    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"
    DISK = "disk"
    CLOSED = "closed"
    GONE = "gone"
    VALUE = "value"
    OTHER = "other"

    @property
    def retryable(self) -> bool:
        """Whether waiting may be enough."""
        return self is Fault.LOCKED


UNWRITABLE = frozenset({Fault.FULL, Fault.READ_ONLY, Fault.UNREACHABLE, Fault.DISK})
"""What keeps a file from being written, whatever is in it."""


class Explanation(NamedTuple):
    """`what` has `{path}` in it; `todo` is empty when the owner of the file knows better."""

    what: str
    todo: str


EXPLANATIONS: Mapping[Fault, Explanation] = {
    Fault.FULL: Explanation(
        "The disk that holds {path} is full.", "Free some space there, then try again."
    ),
    Fault.LOCKED: Explanation(
        "{path} is locked by another program.",
        "Wait for the other RunFerry to finish or close it, then try again.",
    ),
    Fault.READ_ONLY: Explanation(
        "{path} cannot be written: it, or its directory, is read-only.",
        "Make it writable, or set RUNFERRY_HOME to a directory that is.",
    ),
    Fault.DAMAGED: Explanation("{path} is damaged or not a database.", ""),
    Fault.UNREACHABLE: Explanation(
        "{path} cannot be opened.",
        "Check that its directory exists and belongs to you, or set RUNFERRY_HOME to another one.",
    ),
    Fault.DISK: Explanation(
        "The disk reported an error for {path}.", "Check the disk and your quota, then try again."
    ),
    Fault.CLOSED: Explanation("{path} has been closed.", "Start RunFerry again."),
    Fault.GONE: Explanation(
        "{path} was removed or replaced while RunFerry was running.", "Start RunFerry again."
    ),
    Fault.VALUE: Explanation("{path} cannot hold a value that it was given.", ""),
    Fault.OTHER: Explanation("{path} could not be used.", ""),
}

_BY_CODE: Mapping[int, Fault] = {
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_BUSY: Fault.LOCKED,
    sqlite3.SQLITE_LOCKED: Fault.LOCKED,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_READONLY_DBMOVED: Fault.GONE,
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED,
    sqlite3.SQLITE_NOTADB: Fault.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: Fault.UNREACHABLE,
    sqlite3.SQLITE_PERM: Fault.UNREACHABLE,
    sqlite3.SQLITE_IOERR: Fault.DISK,
    sqlite3.SQLITE_IOERR_SHMSIZE: Fault.FULL,
    sqlite3.SQLITE_TOOBIG: Fault.VALUE,
    sqlite3.SQLITE_MISMATCH: Fault.VALUE,
    sqlite3.SQLITE_CONSTRAINT: Fault.VALUE,
}


_BY_ERRNO: Mapping[int, Fault] = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EFBIG: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
    errno.EACCES: Fault.READ_ONLY,
    errno.EPERM: Fault.READ_ONLY,
    errno.EIO: Fault.DISK,
}


def fault_of(error: BaseException) -> Fault:
    """The fault behind `error`: the one that SQLite reported first."""
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0, Fault.UNREACHABLE)
    if isinstance(error, (UnicodeEncodeError, OverflowError)):
        return Fault.VALUE
    first = _first_report(error)
    code = getattr(first, "sqlite_errorcode", None)
    if code is None:  # not from SQLite: from the module's or peewee's own checks
        late = isinstance(error, peewee.InterfaceError) or "closed database" in str(first)
        return Fault.CLOSED if late else Fault.OTHER
    return _BY_CODE.get(code) or _BY_CODE.get(code & 0xFF, Fault.OTHER)


def _first_report(error: BaseException) -> sqlite3.Error | None:
    """A full disk ends the transaction, and the roll-back that fails then hides why."""
    first: sqlite3.Error | None = None
    link: BaseException | None = error
    while isinstance(link, DB_ERRORS):
        if isinstance(link, sqlite3.Error):
            first = link
        link = link.__context__
    return first
