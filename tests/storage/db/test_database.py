"""What is common to both databases: one connection, many threads, and errors with a name."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import CatalogError
from core.threads import DaemonThreads
from storage.db.database import Database
from storage.db.database_faults import Fault
from storage.db.database_header import Header, examine
from tests.fakes.clock import within

WRITE_ROWS = """
import sys
from tests.storage.db.test_database import make_database
database = make_database(sys.argv[1], 30.0, sys.argv[2])
database.open()
for number in range(100):
    with database.writing() as session:
        session.sql("INSERT INTO notes (text) VALUES ('theirs')")
database.close()
"""

TRY_TO_LOCK = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0).execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error.sqlite_errorname)
"""


def make_database(path: str, busy_seconds: float = 0.05, journal_mode: str = "wal") -> Database:
    return Database(
        path,
        journal_mode=journal_mode,
        synchronous="normal",
        error=CatalogError,
        kept="Nothing is lost.",
        when_damaged="Start again.",
        busy_seconds=busy_seconds,
    )


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "notes.db")


@pytest.fixture
def database(path: str) -> Iterator[Database]:
    opened = make_database(path)
    opened.open()
    with opened.writing() as session:
        session.sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    yield opened
    opened.close()


def write(database: Database, text: str) -> None:
    with database.writing() as session:
        session.sql("INSERT INTO notes (text) VALUES (?)", (text,))


def count(database: Database) -> int:
    with database.reading() as session:
        return session.sql("SELECT count(*) AS notes FROM notes")[0]["notes"]


class TestOpen:
    def test_owner_only(self, database: Database) -> None:
        """Nobody else on the machine can read the file, whatever the umask."""
        assert os.stat(database.path).st_mode & 0o777 == 0o600

    def test_no_directory(self, tmp_path: Path) -> None:
        """A missing directory is named, not created."""
        path = str(tmp_path / "missing" / "notes.db")
        with pytest.raises(CatalogError, match="cannot be opened") as caught:
            make_database(path).open()
        assert path in caught.value.what

    def test_directory_in_the_way(self, path: str) -> None:
        """A directory of that name is an error, too."""
        os.mkdir(path)
        with pytest.raises(CatalogError, match="cannot be opened"):
            make_database(path).open()

    def test_second_connection_of_this_process(self, path: str) -> None:
        """Opening the file again does not drop the lock that a first connection holds."""
        first = make_database(path, journal_mode="truncate")
        second = make_database(path, journal_mode="truncate")
        first.open()
        with first.writing() as session:
            session.sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
            second.open()
            theirs = subprocess.run(
                [sys.executable, "-c", TRY_TO_LOCK, path],
                check=True,
                capture_output=True,
                text=True,
            )
        assert theirs.stdout == "SQLITE_BUSY\n"
        first.close()
        second.close()


class TestWriting:
    def test_all_or_nothing(self, database: Database) -> None:
        """What a failing block wrote is rolled back, and its own error is left alone."""
        with contextlib.suppress(KeyError), database.writing() as session:
            session.sql("INSERT INTO notes (text) VALUES ('half')")
            raise KeyError
        assert count(database) == 0

    def test_threads(self, database: Database) -> None:
        """Writers and readers of one process wait for each other."""
        threads = [
            threading.Thread(target=lambda: [write(database, "x") for _ in range(50)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert count(database) <= 200
        assert count(database) == 200

    def test_reader_does_not_wait(self, database: Database) -> None:
        """While a large write goes on, others read the state before it."""
        with database.writing() as session:
            session.sql("INSERT INTO notes (text) VALUES ('x')")
            thread = threading.Thread(target=lambda: seen.append(count(database)))
            seen: list[int] = []
            thread.start()
            thread.join(30)
            assert seen == [0]
        assert count(database) == 1

    @pytest.mark.parametrize("journal_mode", ["wal", "truncate"])
    def test_second_process(self, path: str, journal_mode: str) -> None:
        """A second process writes at the same time and neither loses a row."""
        ours = make_database(path, 30.0, journal_mode)
        ours.open()
        with ours.writing() as session:
            session.sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        with subprocess.Popen([sys.executable, "-c", WRITE_ROWS, path, journal_mode]) as theirs:
            for _ in range(100):
                write(ours, "ours")
            assert theirs.wait(60) == 0
        assert count(ours) == 200
        ours.close()


class TestFaults:
    def test_disk_full(self, database: Database) -> None:
        """The cause is named, although the roll-back after it fails as well; then all works again."""
        with database.writing() as session:
            pages = int(str(session.pragma("page_count")))
            session.pragma("max_page_count", pages)
        with pytest.raises(CatalogError, match=r"disk .* is full") as caught:
            write(database, "x" * 100_000)
        assert caught.value.kept == "Nothing is lost."
        assert count(database) == 0
        with database.writing() as session:
            session.pragma("max_page_count", pages + 1000)
        write(database, "x" * 100_000)
        assert count(database) == 1

    def test_locked(self, database: Database) -> None:
        """Another program's lock is waited for, then reported as something that may pass."""
        with contextlib.closing(sqlite3.connect(database.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(CatalogError, match="locked by another program") as caught:
                write(database, "x")
            assert caught.value.retryable
            assert count(database) == 0
        write(database, "x")
        assert count(database) == 1

    def test_cause_of_an_earlier_error(self, database: Database) -> None:
        """What fails while another error is handled is explained by its own cause."""
        with contextlib.closing(sqlite3.connect(database.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            try:
                with database.reading() as session:
                    session.sql("SELECT * FROM nowhere")
            except CatalogError:
                with pytest.raises(CatalogError, match="locked"):
                    write(database, "x")

    def test_read_only(self, database: Database) -> None:
        """A database that cannot be written says so."""
        with database.writing() as session:
            session.pragma("query_only", 1)
        with pytest.raises(CatalogError, match="read-only"):
            write(database, "x")

    def test_closed_while_it_is_used(self, database: Database) -> None:
        """Who closes does not wait for a disk that does not answer; what is under way may end."""
        inside, go_on = threading.Event(), threading.Event()

        def use() -> None:
            with database.writing() as session:
                session.sql("INSERT INTO notes (text) VALUES ('x')")
                inside.set()
                assert go_on.wait(30)

        users, closing = DaemonThreads(), DaemonThreads()
        users.begin(use, "uses")
        assert inside.wait(30)
        closing.begin(database.close, "closes")
        try:
            assert closing.join(within(10))
        finally:
            go_on.set()
        assert users.join(within(30))
        database.close()
        database.open()
        assert count(database) == 1

    def test_closed(self, database: Database) -> None:
        """A thread that comes late gets an error of ours; closing again is harmless."""
        database.close()
        database.close()
        with pytest.raises(CatalogError, match="has been closed"):
            count(database)
        with pytest.raises(CatalogError, match="has been closed"):
            write(database, "x")

    @pytest.mark.parametrize("value", [1 << 63, "\ud800"], ids=["too large", "no UTF-8"])
    def test_value(self, database: Database, value: object) -> None:
        """A value that SQLite cannot hold is an error of ours, and changes nothing."""
        rows = [("good",), (value,)]
        with pytest.raises(CatalogError, match="cannot hold"), database.writing() as session:
            session.sql_many("INSERT INTO notes (text) VALUES (?)", rows)
        assert count(database) == 0

    def test_wrong_statement(self, database: Database) -> None:
        """Anything else names the file."""
        expected = pytest.raises(CatalogError, match=r"notes\.db could not be used")
        with expected, database.reading() as session:
            session.sql("SELECT * FROM nowhere")

    def test_damage_seen_late(self, path: str) -> None:
        """A page that is overwritten while the file is in use is reported as damage."""
        opened = make_database(path, journal_mode="truncate")
        opened.open()
        with opened.writing() as session:
            session.sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
            session.sql_many("INSERT INTO notes (text) VALUES (?)", [("x" * 900,)] * 100)
        opened.close()
        opened.open()
        with open(path, "r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 8 * 4096)
        with pytest.raises(CatalogError, match="is damaged") as caught, opened.reading() as session:
            session.sql("SELECT * FROM notes")
        assert caught.value.todo == "Start again."
        opened.close()

    def test_removed_while_open(self, path: str) -> None:
        """Without a write-ahead log SQLite notices that the file's name is gone."""
        opened = make_database(path, journal_mode="truncate")
        opened.open()
        with opened.writing() as session:
            session.sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        os.unlink(path)
        with pytest.raises(CatalogError, match="removed or replaced"):
            write(opened, "x")
        opened.close()


class TestExamine:
    def test_missing(self, path: str) -> None:
        """A missing file is a blank one, and is not made."""
        assert examine(path) == Header(0, 0, blank=True)
        assert not os.path.exists(path)

    def test_empty(self, path: str) -> None:
        """So is one without a byte."""
        Path(path).touch()
        assert examine(path) == Header(0, 0, blank=True)

    def test_header(self, database: Database) -> None:
        """It reads who made the file, and its version."""
        with database.writing() as session:
            session.mark(77, 3)
        assert examine(database.path) == Header(77, 3, blank=False)

    def test_no_database(self, path: str) -> None:
        """Something else is damage, and is not changed."""
        Path(path).write_text("job_id,run_id\n" * 1000)
        assert examine(path) is Fault.DAMAGED
        assert Path(path).read_text() == "job_id,run_id\n" * 1000

    def test_any_truncation(self, path: str) -> None:
        """A file that lost a page or more at its end is damage, wherever it was cut."""
        opened = make_database(path, journal_mode="truncate")
        opened.open()
        with opened.writing() as session:
            session.sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
            session.sql_many("INSERT INTO notes (text) VALUES (?)", [("x" * 900,)] * 100)
        opened.close()
        for size in range(os.path.getsize(path) - 4096, 0, -1777):
            os.truncate(path, size)
            assert examine(path) is Fault.DAMAGED, size

    def test_directory(self, tmp_path: Path) -> None:
        """A directory cannot be looked into."""
        assert examine(str(tmp_path)) is Fault.UNREACHABLE
