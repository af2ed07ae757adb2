"""One SQLite file: how it is opened, shared between threads and processes, and closed."""

import os
import threading
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress

import peewee

from core.errors import InvalidIdError, RunFerryError
from storage.db.database_faults import DB_ERRORS, EXPLANATIONS, Fault, fault_of
from storage.db.database_header import BUSY_SECONDS
from storage.db.database_session import Session


class Database:
    """One file for any number of threads and processes: one writes, one reads, others wait.

    With a write-ahead log the reader does not wait for the writer. Every write is an IMMEDIATE
    transaction: one that reads first cannot fail later for having read something old. Another
    process that holds the lock is waited for (`busy_seconds`). Errors become `error`, with `kept`;
    `when_damaged` says what to do about a damaged file.
    """

    def __init__(
        self,
        path: str,
        *,
        journal_mode: str,
        synchronous: str,
        error: type[RunFerryError],
        kept: str,
        when_damaged: str,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        self._error = error
        self._kept = kept
        self._when_damaged = when_damaged
        pragmas = (
            ("journal_mode", journal_mode),
            ("synchronous", synchronous),
            ("foreign_keys", 1),
            ("journal_size_limit", 64 << 20),
        )
        self._writer = _Connection(path, pragmas, busy_seconds)
        separate = journal_mode == "wal"
        self._reader = _Connection(path, pragmas, busy_seconds) if separate else self._writer

    def open(self) -> None:
        """Connects, making the file if there is none, readable by its owner only."""
        with self.translated():
            _create(self.path)
            self._writer.open()
            self._reader.open()

    @contextmanager
    def reading(self) -> Generator[Session]:
        """The committed state. Fetch all inside: an open cursor keeps the write-ahead log growing.

        A value that cannot be one of ours is reported as damage.
        """
        with self._reader.lock, self.translated():
            try:
                yield Session(self._reader.db)
            except UnicodeEncodeError:
                raise
            except (ValueError, TypeError, InvalidIdError):
                raise self.failure(Fault.DAMAGED) from None

    @contextmanager
    def writing(self) -> Generator[Session]:
        """One transaction: all of it, or nothing."""
        with self._writer.lock, self.translated(), self._writer.transaction():
            yield Session(self._writer.db)

    @contextmanager
    def translated(self) -> Generator[None]:
        """Raises what SQLite reports as the error of this database."""
        try:
            yield
        except (*DB_ERRORS, OSError, OverflowError, UnicodeEncodeError) as error:
            raise self.failure(fault_of(error)) from None

    def failure(self, fault: Fault) -> RunFerryError:
        """The error that says so; for the caller to raise."""
        what, todo = EXPLANATIONS[fault]
        if fault is Fault.DAMAGED:
            todo = self._when_damaged
        error = self._error(what.format(path=self.path), kept=self._kept, todo=todo)
        error.retryable = fault.retryable
        return error

    def close(self) -> None:
        """Waits for the threads that are using the connections; safe to repeat."""
        with self.translated():
            self._reader.close()
            self._writer.close()


class _Connection:
    """A connection that threads take in turns; peewee's own way is one for each thread."""

    def __init__(
        self, path: str, pragmas: Sequence[tuple[str, str | int]], busy_seconds: float
    ) -> None:
        self.lock = threading.RLock()
        self.db = peewee.SqliteDatabase(
            path,
            pragmas=pragmas,
            lock_type="IMMEDIATE",
            autoconnect=False,
            thread_safe=False,
            timeout=busy_seconds,
            check_same_thread=False,
        )

    def open(self) -> None:
        with self.lock:
            self.db.connect(reuse_if_open=True)

    def transaction(self) -> AbstractContextManager[object]:
        return self.db.atomic()  # pyright: ignore[reportUnknownMemberType] - untyped in peewee

    def close(self) -> None:
        with self.lock:
            self.db.close()


def _create(path: str) -> None:
    """Never opens a file that exists: closing it would drop the locks of this very process."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
