"""What every journal does, the fake one and the one in SQLite."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.ports.journal import Intent, Journal, Orphan, TransferRecord
from storage.db.journal_db import SqliteJournal
from tests.fakes.journal import FakeJournal, FakeStateFile

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
INTENT = Intent("f00d" * 8, 7, 4, 1, "jobs/7/2026/11/20/120000/run_4_results.zip", NOON)
ORPHAN = Orphan(f"s3://lab/{INTENT.key}", INTENT.key, "f00d" * 8, "the catalog was full", NOON)
TRANSFER = TransferRecord(0, 7, 4, "/data/out/RUN4", "queued", "", NOON)
NOT_UTF8 = "/data/m\udcfcller/OUT"

OpenJournal = Callable[[str], Journal]


@pytest.fixture(params=["fake", "sqlite"])
def open_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenJournal]:
    file = FakeStateFile()
    opened: list[Journal] = []

    def open_one(location: str) -> Journal:
        path = str(tmp_path / "state.db")
        opened.append(
            FakeJournal(location, file)
            if request.param == "fake"
            else SqliteJournal(path, store_location=location)
        )
        return opened[-1]

    yield open_one
    for journal in opened:
        journal.close()


@pytest.fixture
def journal(open_journal: OpenJournal) -> Journal:
    return open_journal("s3://lab")


class TestIntents:
    def test_round_trip(self, journal: Journal) -> None:
        """An intent comes back as it was put."""
        journal.put_intent(INTENT)
        assert list(journal.intents(7, 4)) == [INTENT]

    def test_update(self, journal: Journal) -> None:
        """What becomes known before completion is added under the same token."""
        known = replace(
            INTENT, content_id="c" * 64, sha256="a" * 64, files=9, raw_bytes=800, stored_bytes=80
        )
        journal.put_intent(INTENT)
        journal.put_intent(known)
        assert list(journal.intents(7, 4)) == [known]

    def test_newest_first(self, journal: Journal) -> None:
        """Later attempts come first; other runs are not mixed in."""
        later = replace(INTENT, write_token="0" * 32, started_at=NOON + timedelta(microseconds=1))
        for intent in (INTENT, later, replace(INTENT, write_token="1" * 32, run_id=5)):
            journal.put_intent(intent)
        assert list(journal.intents(7, 4)) == [later, INTENT]

    def test_close(self, journal: Journal) -> None:
        """A closed intent is gone; closing it again is harmless."""
        journal.put_intent(INTENT)
        journal.close_intent(INTENT.write_token)
        journal.close_intent(INTENT.write_token)
        assert list(journal.intents(7, 4)) == []

    def test_other_store(self, open_journal: OpenJournal) -> None:
        """An upload to one store is nothing that another store has to finish."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        lab.put_intent(INTENT)
        archive.close_intent(INTENT.write_token)
        assert list(archive.intents(7, 4)) == []
        assert list(lab.intents(7, 4)) == [INTENT]


class TestOrphans:
    def test_round_trip(self, journal: Journal) -> None:
        """An orphan comes back as it was put."""
        journal.put_orphan(ORPHAN)
        assert list(journal.orphans()) == [ORPHAN]

    def test_oldest_first(self, journal: Journal) -> None:
        """In the order in which they were seen."""
        later = replace(ORPHAN, key="a", seen_at=NOON + timedelta(seconds=1))
        journal.put_orphan(later)
        journal.put_orphan(ORPHAN)
        assert list(journal.orphans()) == [ORPHAN, later]

    def test_update(self, journal: Journal) -> None:
        """One entry for one key."""
        seen_again = replace(ORPHAN, reason="access denied", seen_at=NOON + timedelta(days=1))
        journal.put_orphan(ORPHAN)
        journal.put_orphan(seen_again)
        assert list(journal.orphans()) == [seen_again]

    def test_remove(self, journal: Journal) -> None:
        """An adopted orphan is none; removing it again is harmless."""
        journal.put_orphan(ORPHAN)
        journal.remove_orphan(ORPHAN.key)
        journal.remove_orphan(ORPHAN.key)
        assert list(journal.orphans()) == []

    def test_other_store(self, open_journal: OpenJournal) -> None:
        """The same key in two stores is two objects."""
        lab, archive = open_journal("s3://lab"), open_journal("/archive/m\udcfcller")
        archived = replace(ORPHAN, url=f"/archive/m\udcfcller/{ORPHAN.key}")
        lab.put_orphan(ORPHAN)
        archive.put_orphan(archived)
        lab.remove_orphan(ORPHAN.key)
        assert list(lab.orphans()) == []
        assert list(archive.orphans()) == [archived]

    def test_secret_in_reason(self, journal: Journal) -> None:
        """A reason is redacted before it is written, and becomes one printable line."""
        journal.put_orphan(replace(ORPHAN, reason="failed\nAKIAIOSFODNN7EXAMPLE \x1b[31m \udcff"))
        (kept,) = journal.orphans()
        assert "AKIAIOSFODNN7EXAMPLE" not in kept.reason
        assert "‹redacted›" in kept.reason
        assert kept.reason.isprintable()


class TestBindings:
    def test_bind(self, journal: Journal) -> None:
        """A root belongs to the job it was bound to last; others belong to none."""
        journal.bind_root("/data/out", 7)
        journal.bind_root("/data/out", 8)
        assert (journal.bound_job("/data/out"), journal.bound_job("/data")) == (8, None)

    def test_path_that_is_not_utf8(self, journal: Journal) -> None:
        """Any path that the system can name can be bound."""
        journal.bind_root(NOT_UTF8, 7)
        assert journal.bound_job(NOT_UTF8) == 7

    def test_other_store(self, open_journal: OpenJournal) -> None:
        """The same root may be another job in another store."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        lab.bind_root("/data/out", 7)
        assert archive.bound_job("/data/out") is None
        archive.bind_root("/data/out", 1)
        assert lab.bound_job("/data/out") == 7


class TestTransfers:
    def test_insert(self, journal: Journal) -> None:
        """A new transfer gets an id, and is found under it."""
        first, second = journal.put_transfer(TRANSFER), journal.put_transfer(TRANSFER)
        assert first != second
        assert list(journal.transfers()) == [replace(TRANSFER, id=n) for n in (first, second)]

    def test_update(self, journal: Journal) -> None:
        """An update keeps the place in the queue."""
        first = journal.put_transfer(TRANSFER)
        second = journal.put_transfer(TRANSFER)
        failed = replace(TRANSFER, id=first, state="failed", message="no route to host")
        assert journal.put_transfer(failed) == first
        assert list(journal.transfers()) == [failed, replace(TRANSFER, id=second)]

    def test_remove(self, journal: Journal) -> None:
        """A cleared transfer stays away, even when a late update arrives, and its id is not reused."""
        cleared = journal.put_transfer(TRANSFER)
        journal.remove_transfer(cleared)
        journal.remove_transfer(cleared)
        journal.put_transfer(replace(TRANSFER, id=cleared, state="done"))
        assert list(journal.transfers()) == []
        assert journal.put_transfer(TRANSFER) > cleared

    def test_source_that_is_not_utf8(self, journal: Journal) -> None:
        """The source is a path as the system knows it."""
        transfer_id = journal.put_transfer(replace(TRANSFER, source=NOT_UTF8))
        assert list(journal.transfers()) == [replace(TRANSFER, id=transfer_id, source=NOT_UTF8)]

    def test_secret_in_message(self, journal: Journal) -> None:
        """A message is redacted when it is inserted and when it is updated."""
        secret = replace(TRANSFER, message="secret_access_key=wJalrXUtnFEMI/K7MDENG")
        transfer_id = journal.put_transfer(secret)
        assert "wJalr" not in journal.transfers()[0].message
        journal.put_transfer(replace(secret, id=transfer_id))
        assert "wJalr" not in journal.transfers()[0].message

    def test_other_store(self, open_journal: OpenJournal) -> None:
        """Each store has its own queue."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        transfer_id = lab.put_transfer(TRANSFER)
        archive.remove_transfer(transfer_id)
        archive.put_transfer(replace(TRANSFER, id=transfer_id, state="done"))
        assert list(archive.transfers()) == []
        assert list(lab.transfers()) == [replace(TRANSFER, id=transfer_id)]


class TestLastRoot:
    def test_none(self, journal: Journal) -> None:
        """Nothing was watched yet."""
        assert journal.last_root() is None

    def test_for_all_stores(self, open_journal: OpenJournal) -> None:
        """The tree watched last does not depend on where its runs go."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        lab.remember_root("/data/out")
        lab.remember_root(NOT_UTF8)
        assert archive.last_root() == NOT_UTF8


def test_restart(open_journal: OpenJournal) -> None:
    """Everything is there again for the next process."""
    first = open_journal("s3://lab")
    first.put_intent(INTENT)
    first.put_orphan(ORPHAN)
    first.bind_root("/data/out", 7)
    transfer_id = first.put_transfer(TRANSFER)
    first.remember_root("/data/out")
    first.close()
    second = open_journal("s3://lab")
    assert list(second.intents(7, 4)) == [INTENT]
    assert list(second.orphans()) == [ORPHAN]
    assert second.bound_job("/data/out") == 7
    assert list(second.transfers()) == [replace(TRANSFER, id=transfer_id)]
    assert second.last_root() == "/data/out"


def test_stored_runs(journal: Journal) -> None:
    """The last fingerprint of each directory, names that are not UTF-8 included."""
    odd = "/data/m\udcfcller/RUN1"
    journal.put_stored("/x/RUN1", "a")
    journal.put_stored(odd, "b")
    journal.put_stored("/x/RUN1", "c")
    assert journal.stored() == {"/x/RUN1": "c", odd: "b"}
