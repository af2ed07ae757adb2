"""What is said of state and cache, without making or mending them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.ports.examiner import Diagnosis, Outcome
from storage.db.catalog_db import SqliteCatalog
from storage.db.databases_examiner import DatabasesExaminer
from storage.db.journal_db import SqliteJournal


@pytest.fixture
def state(tmp_path: Path) -> Path:
    path = tmp_path / "state.db"
    SqliteJournal(str(path), store_location="s3://lab").close()
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    path = tmp_path / "cache.db"
    SqliteCatalog(str(path)).close()
    return path


def seen(state: Path, cache: Path) -> tuple[Diagnosis, Diagnosis]:
    first, second = DatabasesExaminer(str(state), str(cache)).examine()
    return first, second


def test_whole(state: Path, cache: Path) -> None:
    assert [told.outcome for told in seen(state, cache)] == [Outcome.OK] * 2


def test_not_there(tmp_path: Path) -> None:
    """That is no fault, and they are not made."""
    told = seen(tmp_path / "a.db", tmp_path / "b.db")
    assert [(one.outcome, one.detail[:13]) for one in told] == [(Outcome.OK, "not there yet")] * 2
    assert not list(tmp_path.iterdir())


def test_unknown_store(state: Path) -> None:
    assert len(list(DatabasesExaminer(str(state), "").examine())) == 1


def test_damaged(state: Path, cache: Path) -> None:
    """Both are left as they are."""
    for path in (state, cache):
        path.write_bytes(b"no database" * 1000)
    for told in seen(state, cache):
        assert told.outcome is Outcome.NOT_OK
        assert "damaged" in told.detail
        assert told.hint
    assert state.read_bytes() == cache.read_bytes() == b"no database" * 1000


def test_locked(state: Path, cache: Path) -> None:
    """Another program that does not let go is named as the cause, after a second."""
    with closing(sqlite3.connect(state)) as other:
        other.execute("BEGIN EXCLUSIVE")
        told, _ = seen(state, cache)
    assert told.outcome is Outcome.NOT_OK
    assert "locked" in told.detail


def test_newer(state: Path, cache: Path) -> None:
    """A state of a newer RunFerry, and a cache of another version."""
    for path in (state, cache):
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA user_version = 999")
    told = seen(state, cache)
    assert [one.outcome for one in told] == [Outcome.NOT_OK] * 2
    assert "newer" in told[0].detail
