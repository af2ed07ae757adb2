"""An orphan is written down when the database cannot take it, and moves into it later."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import StateError
from core.ports.journal.orphans import Orphan
from core.redaction import register
from storage.db.journal_db import SqliteJournal
from storage.db.orphan_file import OrphanFile
from tests.full_disk import full_disk

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
STORE = "s3://lab"
ORPHAN = Orphan("s3://lab/jobs/7/x.zip", "jobs/7/x.zip", "f00d", "the manifest was refused", NOON)
OTHER = replace(ORPHAN, key="jobs/7/y.zip", url="/data/m\udcfcller/jobs/7/y.zip")
PUT_ON_A_FULL_DISK = """
import os, sys
from storage.db.journal_db import SqliteJournal
from tests.storage.db.test_orphan_file import ORPHAN, STORE
directory = sys.argv[1]
if os.system(f"mount -t tmpfs -o size=512k tmpfs {directory} 2>/dev/null"):
    sys.exit("no tmpfs")
journal = SqliteJournal(f"{directory}/state.db", store_location=STORE)
try:
    with open(f"{directory}/filler", "wb") as filler:
        while True:
            filler.write(bytes(512))
            filler.flush()
except OSError:
    pass
journal.put_orphan(ORPHAN)
print(list(journal.orphans()) == [ORPHAN], os.statvfs(directory).f_bavail)
os.unlink(f"{directory}/filler")
journal = SqliteJournal(f"{directory}/state.db", store_location=STORE)
journal.remove_orphan(ORPHAN.key)
print(list(journal.orphans()) == [])
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "state.db")


@pytest.fixture
def journal(path: str) -> Iterator[SqliteJournal]:
    opened = SqliteJournal(path, store_location=STORE, busy_seconds=0.05)
    yield opened
    opened.close()


@pytest.fixture
def kept(path: str) -> OrphanFile:
    return OrphanFile(os.path.join(os.path.dirname(path), "orphans.jsonl"))


def reopened(path: str, store: str = STORE) -> list[Orphan]:
    with closing(SqliteJournal(path, store_location=store)) as journal:
        return list(journal.orphans())


def rows(path: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM orphans").fetchone()[0]


def test_locked_database(journal: SqliteJournal, path: str) -> None:
    """Written beside it, listed at once, moved into it when it is free again."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        journal.put_orphan(ORPHAN)
        assert list(journal.orphans()) == [ORPHAN]
        other.rollback()
    assert list(journal.orphans()) == [ORPHAN]
    assert rows(path) == 1
    journal.remove_orphan(ORPHAN.key)
    assert reopened(path) == []


def test_next_start_finds_it(journal: SqliteJournal, path: str, kept: OrphanFile) -> None:
    """Also those of other stores, which stay apart; paths need not be UTF-8."""
    kept.add((os.fsencode(STORE), ORPHAN))
    kept.add((b"/data/store", OTHER))
    assert reopened(path, "/data/store") == [OTHER]
    assert reopened(path) == [ORPHAN]
    assert list(kept.kept()) == []


def test_removed_while_it_was_in_the_file(journal: SqliteJournal, kept: OrphanFile) -> None:
    """It does not come back."""
    kept.add((os.fsencode(STORE), ORPHAN))
    journal.remove_orphan(ORPHAN.key)
    assert list(journal.orphans()) == []


def test_file_that_cannot_grow(journal: SqliteJournal, path: str) -> None:
    """The file has its room already."""
    with full_disk(os.path.getsize(path)):
        journal.put_orphan(replace(ORPHAN, reason="x" * 9000))
    assert [len(orphan.reason) for orphan in reopened(path)] == [9000]


def test_full_disk(tmp_path: Path) -> None:
    """There is not a block left, and the orphan survives."""
    command = ["unshare", "-m", sys.executable, "-c", PUT_ON_A_FULL_DISK, str(tmp_path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare")
    if done.returncode and ("no tmpfs" in done.stderr or done.stderr.startswith("unshare")):
        pytest.skip("no tmpfs of one's own")
    assert done.stdout == "True 0\nTrue\n", done.stderr


def test_neither_works(journal: SqliteJournal, path: str, kept: OrphanFile) -> None:
    """The database's own error is the one that is told."""
    os.unlink(os.path.join(os.path.dirname(path), "orphans.jsonl"))
    os.mkdir(os.path.join(os.path.dirname(path), "orphans.jsonl"))
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="locked"):
            journal.put_orphan(ORPHAN)
        assert list(journal.orphans()) == []


@pytest.mark.parametrize("junk", [b"{", b"[]", b'"x"', b'{"store": 7}', b"\xff\xfe", b"\0" * 99])
def test_torn_line(kept: OrphanFile, junk: bytes, path: str) -> None:
    """A line that was not written to its end counts for nothing, the others do."""
    kept.add((os.fsencode(STORE), ORPHAN))
    with open(os.path.join(os.path.dirname(path), "orphans.jsonl"), "ab") as file:
        file.write(junk)
    kept.add((os.fsencode(STORE), OTHER))
    assert sorted(orphan.key for orphan in reopened(path)) == [ORPHAN.key, OTHER.key]


def test_more_than_was_reserved(kept: OrphanFile) -> None:
    """The file grows, and can be emptied."""
    kept.reserve()
    for number in range(200):
        kept.add((b"s", replace(ORPHAN, key=str(number))))
    assert len(kept.kept()) == 200
    moved: list[int] = []
    kept.move(lambda taken: moved.append(len(taken)))
    kept.move(lambda taken: moved.append(len(taken)))
    assert moved == [200]


def test_reason_is_redacted(kept: OrphanFile, path: str) -> None:
    """It comes from an error, and the file is plain text."""
    secret = "hunter2hunter2hunter2"
    register(secret)
    kept.add((b"s", replace(ORPHAN, reason=f"denied for {secret}")))
    with open(os.path.join(os.path.dirname(path), "orphans.jsonl"), "rb") as file:
        assert secret.encode() not in file.read()


def test_owner_only(journal: SqliteJournal, path: str) -> None:
    """As the database."""
    name = os.path.join(os.path.dirname(path), "orphans.jsonl")
    assert os.stat(name).st_mode & 0o777 == 0o600
