"""What happened, in SQLite: nobody waits for it, and no byte of the file gives a secret away."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import StateError
from core.ports.journal.activity import ActivityEntry, ActivityKind, Level
from storage.db.activity_db import SqliteActivityLog
from storage.db.journal_db import SqliteJournal
from tests.builders import NOON
from tests.full_disk import full_disk

STORE = "s3://lab"
ENTRY = ActivityEntry(ActivityKind.UPLOAD, Level.ERROR, "RUN1", "Denied.", NOON, NOON, "a1")
SECRET = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "state.db")


@pytest.fixture
def journal(path: str) -> Iterator[SqliteJournal]:
    opened = SqliteJournal(path, store_location=STORE)
    yield opened
    opened.close()


@pytest.fixture
def log(journal: SqliteJournal, path: str) -> Iterator[SqliteActivityLog]:
    opened = SqliteActivityLog(path, store_location=STORE, busy_seconds=0.05)
    yield opened
    opened.close()


def test_locked(log: SqliteActivityLog, path: str) -> None:
    """While another process writes it gives up after a moment, and works again later."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="locked") as caught:
            log.add([ENTRY])
        assert caught.value.retryable
    log.add([ENTRY])
    assert [entry.count for entry in log.after(0)] == [1]


def test_beside_the_journal(log: SqliteActivityLog, journal: SqliteJournal) -> None:
    """Whoever holds the connection of the journal is not waited for, nor the other way round."""
    with journal.database.reading():
        log.add([ENTRY])
    assert journal.transfers() == []
    assert [entry.text for entry in log.after(0)] == ["Denied."]


def test_full(log: SqliteActivityLog) -> None:
    """Nothing of what has no room is there; what was there stays."""
    log.add([ENTRY])
    with full_disk(), pytest.raises(StateError):
        log.add([replace(ENTRY, likeness=str(n), text="x" * 1000) for n in range(100)])
    assert [entry.text for entry in log.after(0)] == ["Denied."]


def test_secret_is_nowhere(log: SqliteActivityLog, path: str) -> None:
    """A secret in any text or path reaches no byte of the file."""
    told = f"denied for {SECRET}"
    log.add([replace(ENTRY, subject=told, text=told, kept=told, todo=told, path=f"/{SECRET}")])
    log.close()
    content = Path(path).read_bytes()
    assert b"denied for" in content
    assert SECRET.encode() not in content


def test_damaged_row(log: SqliteActivityLog, path: str) -> None:
    """What somebody wrote over is passed over."""
    log.add([ENTRY, replace(ENTRY, likeness="b2", text="Other.")])
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE activity SET kind = 'nonsense' WHERE text = 'Denied.'")
    assert [entry.text for entry in log.after(0)] == ["Other."]
