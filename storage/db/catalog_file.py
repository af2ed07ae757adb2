"""Finding a usable `cache.db`, or making one: the cache is never a reason not to start."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from core.errors import CatalogError, StateError
from storage.db.catalog_schema import APPLICATION_ID, VERSION, create_tables
from storage.db.database import Database
from storage.db.database_faults import Fault
from storage.db.database_header import Header, examine

_COMPANIONS = ("", "-wal", "-shm", "-journal")


def open_cache(database: Database, busy_seconds: float) -> None:
    """Opens the cache at `database.path`, empty when there was none that could be used.

    A damaged file, one that is not ours and one of a newer RunFerry are renamed to
    `….set-aside-<UTC>`; one of an older version is removed. Where the directory does not allow any
    of that the cache is in memory only. Raises StateError when another program has it locked.
    """
    try:
        _open_file(database, busy_seconds)
    except StateError as error:
        if error.retryable:
            raise
        database.leave_file(error)
        _fill(database)


def _open_file(database: Database, busy_seconds: float) -> None:
    try:
        with _alone_in(os.path.dirname(database.path)):
            _clear_the_way(database, busy_seconds)
            database.open()
            _fill(database)
    except CatalogError as error:
        raise _as_state_error(error) from None
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise StateError(
            f"The cache {database.path} cannot be made: {reason}.",
            todo="Make its directory writable, or set RUNFERRY_HOME to another one.",
        ) from None


def _clear_the_way(database: Database, busy_seconds: float) -> None:
    found = examine(database.path, busy_seconds)
    if found is Fault.DAMAGED:
        _set_aside(database.path)
    elif isinstance(found, Fault):
        raise database.failure(found)
    elif _is_older(found):
        _remove(database.path)
    elif not is_usable(found):
        _set_aside(database.path)


def is_usable(header: Header) -> bool:
    """Whether it is a cache of this version, or can become one."""
    ours = header.application_id == APPLICATION_ID and header.version == VERSION
    return ours or header == Header(0, 0, blank=True)


def _is_older(header: Header) -> bool:
    return header.application_id == APPLICATION_ID and header.version < VERSION


def _fill(database: Database) -> None:
    with database.reading() as session:
        if session.version() == VERSION:  # without the lock: another process may be writing
            return
    with database.writing() as session:
        create_tables(session)


def _set_aside(path: str) -> None:
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    for companion in _COMPANIONS:
        with suppress(FileNotFoundError):
            os.rename(path + companion, f"{path}.set-aside-{moment}{companion}")


def _remove(path: str) -> None:
    for companion in _COMPANIONS:
        with suppress(FileNotFoundError):
            os.unlink(path + companion)


def _as_state_error(error: CatalogError) -> StateError:
    translated = StateError(error.what, kept=error.kept, todo=error.todo)
    translated.retryable = error.retryable
    return translated


@contextmanager
def _alone_in(directory: str) -> Generator[None]:
    """Two processes that start together must not set aside each other's new cache."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # not every network file system can lock a directory
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
