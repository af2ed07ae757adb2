"""What is particular to the journal in SQLite: durability, migrations, refusals."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import RunFerryError, StateError
from core.ports.journal.orphans import Orphan
from core.ports.journal.queue import TransferRecord
from core.ports.journal.uploads import Intent
from storage.db.database import Database
from storage.db.database_header import Header, examine
from storage.db.database_session import Session
from storage.db.journal.schema import APPLICATION_ID, MIGRATIONS
from storage.db.journal_db import SqliteJournal
from storage.db.migrations import migrate
from tests.full_disk import full_disk

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
STORE = "s3://lab"
TRANSFER = TransferRecord(0, 7, 4, "/data/out/RUN4", "queued", "", NOON)
PUT_FOR_EVER = """
import sys
from storage.db.journal_db import SqliteJournal
from tests.storage.db.test_journal_db import STORE, intent
journal = SqliteJournal(sys.argv[1], store_location=STORE)
for number in range(1000000):
    journal.put_intent(intent(number))
    print(number, flush=True)
"""
PUT_TRANSFERS = """
import sys
from storage.db.journal_db import SqliteJournal
from tests.storage.db.test_journal_db import STORE, TRANSFER
journal = SqliteJournal(sys.argv[1], store_location=STORE)
for number in range(50):
    journal.put_transfer(TRANSFER)
journal.close()
"""
Damage = Callable[[bytes], bytes]
DAMAGES: dict[str, Damage] = {
    "header": lambda data: b"\xff" * 100 + data[100:],
    "truncated": lambda data: data[: len(data) // 2],
    "pages": lambda data: data[:4096] + b"\xff" * (len(data) - 4096),
    "text file": lambda _: b"job_id,run_id\n" * 900,
}


def intent(number: int) -> Intent:
    return Intent(f"{number:032x}", 7, 4, 1, f"jobs/7/{number}.zip", NOON)


class Plain(Database):
    """A database whose errors say nothing special."""

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            journal_mode="truncate",
            synchronous="full",
            error=StateError,
            kept="",
            when_damaged="",
        )


class Overtaken(Plain):
    """Another process always writes just before this one."""

    before_writing: Callable[[], None]

    @contextmanager
    def writing(self) -> Generator[Session]:
        self.before_writing()
        with super().writing() as session:
            yield session


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "state.db")


@pytest.fixture
def journal(path: str) -> Iterator[SqliteJournal]:
    opened = SqliteJournal(path, store_location=STORE, busy_seconds=0.05)
    yield opened
    opened.close()


class TestFile:
    def test_new(self, journal: SqliteJournal, path: str) -> None:
        """A new file is ours, at the newest schema, fully synchronous, for its owner only."""
        assert examine(path) == Header(APPLICATION_ID, len(MIGRATIONS), blank=False)
        with journal.database.reading() as session:
            assert session.pragma("synchronous") == 2
            assert session.pragma("journal_mode") == "truncate"
        assert os.stat(path).st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
    def test_damaged(self, journal: SqliteJournal, path: str, damage: Damage) -> None:
        """A damaged file is refused with advice, and not a byte of it is changed."""
        journal.put_intent(intent(1))
        journal.close()
        damaged = damage(Path(path).read_bytes())
        Path(path).write_bytes(damaged)
        with pytest.raises(StateError, match="is damaged") as caught:
            SqliteJournal(path, store_location=STORE)
        assert path in caught.value.what
        assert "move it away" in caught.value.todo
        assert Path(path).read_bytes() == damaged

    def test_newer(self, journal: SqliteJournal, path: str) -> None:
        """A newer RunFerry's file is refused and left alone."""
        with journal.database.writing() as session:
            session.mark(APPLICATION_ID, len(MIGRATIONS) + 1)
        journal.close()
        content = Path(path).read_bytes()
        with pytest.raises(StateError, match="newer RunFerry") as caught:
            SqliteJournal(path, store_location=STORE)
        assert "Update RunFerry" in caught.value.todo
        assert Path(path).read_bytes() == content

    def test_another_program(self, path: str) -> None:
        """Somebody else's database is refused and left alone."""
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE precious (id)")
        content = Path(path).read_bytes()
        with pytest.raises(StateError, match="another program"):
            SqliteJournal(path, store_location=STORE)
        assert Path(path).read_bytes() == content

    def test_removed_while_open(self, journal: SqliteJournal, path: str) -> None:
        """Writing to a file whose name is gone would save nothing: it is an error."""
        os.unlink(path)
        with pytest.raises(StateError, match="removed or replaced"):
            journal.put_intent(intent(1))

    @pytest.mark.parametrize("path", ["/proc/self/state.db", "/dev/null/state.db"])
    def test_unwritable_directory(self, path: str) -> None:
        """Where no file can be made, even by root, nothing is known and nothing can be promised."""
        told: list[RunFerryError] = []
        journal = SqliteJournal(path, store_location=STORE, on_unsaved=told.append)
        assert list(journal.intents(7, 4)) == []
        with pytest.raises(StateError, match="RUNFERRY_HOME") as caught:
            journal.put_intent(intent(1))
        assert caught.value.exit_code == 2
        assert told == [caught.value]
        journal.close()

    def test_locked(self, journal: SqliteJournal, path: str) -> None:
        """Another program's lock is reported as something that may pass."""
        with closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StateError, match="locked") as caught:
                journal.put_intent(intent(1))
            assert caught.value.retryable
            second = SqliteJournal(path, store_location=STORE, busy_seconds=0.05)
            assert list(second.intents(7, 4)) == []
            second.close()

    def test_disk_full(self, journal: SqliteJournal) -> None:
        """A full disk is named before a byte is sent, and what was there can be read."""
        journal.put_intent(intent(1))
        with journal.database.writing() as session:
            session.pragma("max_page_count", int(str(session.pragma("page_count"))))
        with pytest.raises(StateError, match="is full"):
            journal.put_intent(replace(intent(2), content_id="x" * 100_000))
        assert list(journal.intents(7, 4)) == [intent(1)]

    @pytest.mark.parametrize("schema", [len(MIGRATIONS), 1])
    def test_full_from_the_beginning(self, path: str, schema: int) -> None:
        """What an earlier RunFerry wrote down can be read; nothing new is promised."""
        database = Plain(path)
        database.open()
        migrate(database, application_id=APPLICATION_ID, migrations=MIGRATIONS[:schema])
        database.close()
        content = Path(path).read_bytes()
        with full_disk():
            journal = SqliteJournal(path, store_location=STORE)
            assert list(journal.intents(7, 4)) == []
            with pytest.raises(StateError, match=r"state\.db"):
                journal.put_intent(intent(1))
            journal.close()
        assert Path(path).read_bytes() == content

    def test_value(self, journal: SqliteJournal) -> None:
        """Text that no file system could have given is refused as an error of ours."""
        with pytest.raises(StateError, match="cannot hold"):
            journal.bind_root("/data/\ud800", 7)
        with pytest.raises(StateError, match="cannot hold"):
            journal.bound_job("/data/\ud800")

    def test_naive_moment(self, journal: SqliteJournal) -> None:
        """A moment without time zone is refused, and nothing is written."""
        naive = Intent("f00d", 7, 4, 1, "jobs/7/x.zip", NOON.replace(tzinfo=None))
        with pytest.raises(ValueError, match="time zone"):
            journal.put_intent(naive)
        assert list(journal.intents(7, 4)) == []

    def test_paths_as_bytes(self, journal: SqliteJournal, path: str) -> None:
        """Paths are stored in the bytes of the file system."""
        journal.bind_root("/data/m\udcfcller", 7)
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("SELECT store, results_root FROM bindings").fetchall() == [
                (b"s3://lab", b"/data/m\xfcller")
            ]

    def test_secret_is_nowhere(self, journal: SqliteJournal, path: str) -> None:
        """A secret in a reason or a message reaches no byte of the file."""
        secret = "AKIAIOSFODNN7EXAMPLE"
        journal.put_orphan(Orphan("s3://lab/x", "x", "", f"denied for {secret}", NOON))
        journal.put_transfer(TransferRecord(0, 7, 4, "/data", "failed", f"{secret}: no", NOON))
        journal.close()
        content = Path(path).read_bytes()
        assert b"denied for" in content
        assert secret.encode() not in content


class TestProcesses:
    def test_killed_writer(
        self, path: str, written_when_killed: Callable[[str, str], list[int]]
    ) -> None:
        """What was acknowledged before kill -9 is there."""
        acknowledged = written_when_killed(PUT_FOR_EVER, path)
        journal = SqliteJournal(path, store_location=STORE)
        found = {each.write_token for each in journal.intents(7, 4)}
        assert {intent(number).write_token for number in acknowledged} <= found
        journal.close()

    def test_second_process(self, path: str) -> None:
        """Two processes that start and write together lose nothing and share the numbering."""
        with subprocess.Popen([sys.executable, "-c", PUT_TRANSFERS, path]) as theirs:
            journal = SqliteJournal(path, store_location=STORE)
            for _ in range(50):
                journal.put_transfer(TRANSFER)
            assert theirs.wait(60) == 0
        assert [record.id for record in journal.transfers()] == list(range(1, 101))
        journal.close()

    def test_threads(self, path: str) -> None:
        """Threads share one journal."""
        journal = SqliteJournal(path, store_location=STORE)
        threads = [
            threading.Thread(target=lambda: [journal.put_transfer(TRANSFER) for _ in range(25)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(journal.transfers()) == 100
        journal.close()


class TestMigrations:
    @pytest.fixture
    def database(self, path: str) -> Iterator[Database]:
        database = Plain(path)
        database.open()
        yield database
        database.close()

    def test_in_order(self, database: Database) -> None:
        """Each version is reached from the one before it, once."""
        first = ["CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('one')"]
        second = ["ALTER TABLE notes ADD COLUMN more TEXT", "UPDATE notes SET more = text || '!'"]
        migrate(database, application_id=5, migrations=[first])
        migrate(database, application_id=5, migrations=[first, second])
        migrate(database, application_id=5, migrations=[first, second])
        assert examine(database.path) == Header(5, 2, blank=False)
        with database.reading() as session:
            assert session.sql("SELECT * FROM notes") == [{"text": "one", "more": "one!"}]

    def test_words_of_before(self, database: Database) -> None:
        """The states of an older file are read in the words of today."""
        migrate(database, application_id=APPLICATION_ID, migrations=MIGRATIONS[:5])
        words = {"new": "empty", "writing": "running", "finished": "complete", "failed": "failed"}
        with database.writing() as session:
            for state, outcome in words.items():
                row = (STORE.encode(), f"/w/{state}".encode(), state, outcome)
                rest = ("f1", "2026-03-02T14:07:31Z", "2026-03-02T14:07:31Z", 0.0, "")
                session.sql("INSERT INTO watched VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row + rest)
        database.close()
        journal = SqliteJournal(database.path, store_location=STORE)
        assert {(r.proof, r.writers) for r in journal.watched("/w")} == {("", "")}
        assert {r.path: (r.state, r.outcome) for r in journal.watched("/w")} == {
            "/w/new": ("running", "running"),
            "/w/writing": ("running", "running"),
            "/w/finished": ("done", "done"),
            "/w/failed": ("failed", "failed"),
        }
        journal.close()

    def test_what_was_stored_before(self, database: Database) -> None:
        """An older file tells which run each directory is, as far as it knew; jobs are unknown."""
        migrate(database, application_id=APPLICATION_ID, migrations=MIGRATIONS[:4])
        with database.writing() as session:
            session.sql("INSERT INTO bindings VALUES (?, ?, 7)", (STORE.encode(), b"/w/OUT"))
            for source, job_id in ((b"/w/OUT/RUN4", 7), (b"/w/OUT/RUN5", 0)):
                row = (STORE.encode(), source, "f1", job_id, 4)
                session.sql("INSERT INTO stored VALUES (?, ?, ?, ?, ?)", row)
        database.close()
        journal = SqliteJournal(database.path, store_location=STORE)
        assert journal.stored_in(7) == {"/w/OUT/RUN4": 4}
        assert (journal.stored_in(0), journal.bound_job("/w/OUT")) == ({}, 7)
        assert journal.known_jobs() == {}
        journal.close()

    def test_queue_of_before(self, database: Database) -> None:
        """Of what an older file's transfers were tried, nothing is known to have been in vain."""
        migrate(database, application_id=APPLICATION_ID, migrations=MIGRATIONS[:7])
        with database.writing() as session:
            session.sql(
                "INSERT INTO transfers (store, job_id, run_id, source, state, message, queued_at,"
                " kept, todo, attempts) VALUES (?, 7, 4, ?, 'queued', 'no', ?, '', '', 4)",
                (STORE.encode(), b"/w/RUN4", "2026-03-02T14:07:31Z"),
            )
        database.close()
        journal = SqliteJournal(database.path, store_location=STORE)
        assert [(t.attempts, t.vain) for t in journal.transfers()] == [(4, 0)]
        journal.close()

    def test_runs_with_parts_of_before(self, database: Database) -> None:
        """The only RUN directory of a `run_<id>` stood for the run; of several nobody knows."""
        migrate(database, application_id=APPLICATION_ID, migrations=MIGRATIONS[:11])
        sources = [
            *("/w/run_4/RUN1", "/w/run_5/RUN1", "/w/run_5/RUN2", "/w/RUN7", "/w/run_0/RUN1"),
            *("/w/run_6/RUNX", "/w/run_x/RUN1", "/w/\udcff/run_8/RUN12"),
        ]
        with database.writing() as session:
            for run_id, source in enumerate(map(os.fsencode, sources), start=1):
                row = (STORE.encode(), source, f"f{run_id}", 7, run_id, 0, "")
                session.sql("INSERT INTO stored VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                row = (STORE.encode(), 7, source, run_id)
                session.sql("INSERT INTO stored_in VALUES (?, ?, ?, ?)", row)
                session.sql("INSERT INTO held VALUES (?, ?)", (STORE.encode(), source))
        database.close()
        journal = SqliteJournal(database.path, store_location=STORE)
        now = ["/w/run_4", *sources[1:-1], "/w/\udcff/run_8"]
        assert {s: j.run_id for s, j in journal.stored().items()} == {
            source: run_id for run_id, source in enumerate(now, start=1)
        }
        assert journal.stored_in(7) == {s: n for n, s in enumerate(now, start=1)}
        assert journal.held() == {*now}
        journal.close()

    def test_overtaken(self, database: Database) -> None:
        """Another process that was faster is noticed under the lock."""
        migrations = [["CREATE TABLE notes (text TEXT)"]]
        faster, slower = database, Overtaken(database.path)
        slower.before_writing = lambda: migrate(faster, application_id=5, migrations=migrations)
        slower.open()
        migrate(slower, application_id=5, migrations=migrations)
        assert examine(database.path) == Header(5, 1, blank=False)
        slower.close()

    def test_all_or_nothing(self, database: Database) -> None:
        """A migration that fails leaves the version before it, complete and numbered."""
        good = ["CREATE TABLE notes (text TEXT)"]
        bad = ["INSERT INTO notes VALUES ('half')", "no SQL at all"]
        with pytest.raises(StateError):
            migrate(database, application_id=5, migrations=[good, bad])
        assert examine(database.path) == Header(5, 1, blank=False)
        with database.reading() as session:
            assert session.sql("SELECT * FROM notes") == []
