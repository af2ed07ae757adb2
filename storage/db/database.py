"""One SQLite file: how it is opened, shared between threads and processes, and closed."""

import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TypeVar

import peewee

from core.errors import InvalidIdError, RunFerryError
from core.threads import Deadline
from storage.db.database_faults import DB_ERRORS, EXPLANATIONS, UNWRITABLE, Fault, fault_of
from storage.db.database_header import BUSY_SECONDS, Header
from storage.db.database_session import Session
from storage.db.memory_copy import copy_usable
from storage.machine.system import SystemClock

T = TypeVar("T")
_CLOSING_SECONDS = 0.15
"""For each file; a session opens up to three, and who quits waits for two seconds in all."""
_ERRORS = (*DB_ERRORS, OSError, OverflowError, UnicodeEncodeError)


class Database:
    """One file for any number of threads and processes: one writes, one reads, others wait.

    With a write-ahead log the reader does not wait for the writer. Every write is an IMMEDIATE
    transaction: one that reads first cannot fail later for having read something old. Another
    process that holds the lock is waited for (`busy_seconds`). Errors become `error`, with `kept`;
    `when_damaged` says what to do about a damaged file.

    One that is `spare` is no reason to stop: when its file cannot be written, `write` goes on in a
    copy in memory, which is lost at the end.
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
        spare: Callable[[Header], bool] | None = None,
        on_unsaved: Callable[[RunFerryError], None] = lambda _: None,
    ) -> None:
        """`spare` says which files are worth a copy; `on_unsaved` is told, once, why there is one."""
        self.path = path
        self._spare = spare
        self._on_unsaved = on_unsaved
        self._refusal: RunFerryError | None = None
        self._error = error
        self._kept = kept
        self._when_damaged = when_damaged
        pragmas = (
            ("journal_mode", journal_mode),
            ("synchronous", synchronous),
            ("fullfsync", int(synchronous == "full")),  # means something on systems that have it
            ("foreign_keys", 1),
            ("journal_size_limit", 64 << 20),
        )
        self._writer = _Connection(path, pragmas, busy_seconds)
        separate = journal_mode == "wal"
        self._reader = _Connection(path, pragmas, busy_seconds) if separate else self._writer
        self._left: list[_Connection] = []

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
        reader = self._reader
        with reader.lock, self.translated():
            try:
                yield Session(reader.db)
            except UnicodeEncodeError:
                raise
            except (ValueError, TypeError, InvalidIdError):
                raise self.failure(Fault.DAMAGED) from None

    @contextmanager
    def writing(self) -> Generator[Session]:
        """One transaction: all of it, or nothing."""
        if self._refusal:
            raise self._refusal
        writer = self._writer
        with writer.lock, self.translated(), writer.transaction():
            yield Session(writer.db)

    def write(self, action: Callable[[Session], T]) -> T:
        """What `action` returns, in one transaction; it may be called twice."""
        writer = self._writer
        try:
            with writer.lock, writer.transaction():
                return action(Session(writer.db))
        except _ERRORS as error:
            fault = fault_of(error)
            if self._spare is None or self._left or fault not in UNWRITABLE:
                raise self.failure(fault) from None
        self.leave_file(self.failure(fault))
        with self.writing() as session:
            return action(session)

    def leave_file(self, why: RunFerryError) -> bool:
        """From now on a copy in memory is used; False when it is empty, for want of a usable file."""
        with self._writer.lock:
            copy = _Connection(":memory:", (("foreign_keys", 1),), 0)
            copy.open()
            copied = self._spare is not None and copy_usable(self.path, copy.raw(), self._spare)
            if not copied:
                copy.db.close()
                copy.open()
            self._left += [self._reader, self._writer]
            self._reader = self._writer = copy
        self._on_unsaved(why)
        return copied

    def refuse_writing(self, why: RunFerryError) -> None:
        """`writing` raises `why` from now on."""
        self._refusal = why

    @contextmanager
    def translated(self) -> Generator[None]:
        """Raises what SQLite reports as the error of this database."""
        try:
            yield
        except _ERRORS as error:
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
        """Waits a moment for the threads that are using the connections; safe to repeat.

        A connection on which one still waits for the disk, or for another process, is left to it: the
        end of the process is that of a transaction which is not committed, too.
        """
        moment = Deadline(_CLOSING_SECONDS, SystemClock())
        with self.translated():
            for connection in (*self._left, self._reader, self._writer):
                connection.close(moment)


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
            self.raw().text_factory = _text_if_any

    def raw(self) -> sqlite3.Connection:
        return self.db.connection()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped in peewee

    def transaction(self) -> AbstractContextManager[object]:
        return self.db.atomic()  # pyright: ignore[reportUnknownMemberType] - untyped in peewee

    def close(self, deadline: Deadline) -> None:
        if self.lock.acquire(timeout=deadline.left()):
            try:
                self.db.close()
            finally:
                self.lock.release()


def _text_if_any(data: bytes) -> str | bytes:
    """One value that is not UTF-8 would fail the whole query: it stays bytes, which no text is."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _create(path: str) -> None:
    """Never opens a file that exists: closing it would drop the locks of this very process."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
