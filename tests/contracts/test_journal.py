"""What every journal does, the fake one and the one in SQLite."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from core.ports.journal.bindings import RememberedJob, StoredSource
from core.ports.journal.cleanings import Cleaning
from core.ports.journal.journal import Journal
from core.ports.journal.orphans import Orphan
from core.ports.journal.proofs import Proof, ProofKind
from core.ports.journal.queue import Command, TransferRecord
from core.ports.journal.uploads import Intent, LinkRate
from core.ports.journal.watching import WatchedRecord
from core.ports.object_store import OpenUpload, SentPart
from storage.db.journal_db import SqliteJournal
from tests.fakes.journal import FakeJournal, FakeStateFile

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
INTENT = Intent("f00d" * 8, 7, 4, 1, "jobs/7/2026/11/20/120000/run_4_results.zip", NOON)
ORPHAN = Orphan(f"s3://lab/{INTENT.key}", INTENT.key, "f00d" * 8, "the catalog was full", NOON)
TRANSFER = TransferRecord(0, 7, 4, "/data/out/RUN4", "queued", "", NOON)
NOT_UTF8 = "/data/m\udcfcller/OUT"
WATCHED = WatchedRecord(
    "/data/out/RUN4",
    "settling",
    "done",
    "f1",
    NOON,
    NOON + timedelta(seconds=2),
    7.5,
    "f0",
    "k:1:d",
    '{"seen": []}',
)

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
            INTENT, content_id="c" * 64, sha256="a" * 64, files=9, raw_bytes=800, stored_bytes=80,
            session=OpenUpload("id", 5), encoder="zip1/x/level1",
        )  # fmt: skip
        journal.put_intent(INTENT)
        journal.put_intent(known)
        assert list(journal.intents(7, 4)) == [known]

    def test_all(self, journal: Journal) -> None:
        """Those of every job and run of this store, the oldest first."""
        later = replace(
            INTENT, write_token="0" * 32, run_id=5, started_at=NOON + timedelta(hours=1)
        )
        for intent in (later, INTENT):
            journal.put_intent(intent)
        assert list(journal.all_intents()) == [INTENT, later]
        journal.close_intent(INTENT.write_token)
        assert list(journal.all_intents()) == [later]

    def test_newest_first(self, journal: Journal) -> None:
        """Later attempts come first; other runs are not mixed in."""
        later = replace(INTENT, write_token="0" * 32, started_at=NOON + timedelta(microseconds=1))
        for intent in (INTENT, later, replace(INTENT, write_token="1" * 32, run_id=5)):
            journal.put_intent(intent)
        assert list(journal.intents(7, 4)) == [later, INTENT]

    def test_of_no_run(self, journal: Journal) -> None:
        """What belongs to the job itself belongs to none of its runs."""
        of_job = replace(INTENT, write_token="0" * 32, run_id=None)
        for intent in (INTENT, of_job):
            journal.put_intent(intent)
        assert list(journal.intents(7, None)) == [of_job]
        assert list(journal.intents(7, 4)) == [INTENT]

    def test_close(self, journal: Journal) -> None:
        """A closed intent is gone; closing it again is harmless."""
        journal.put_intent(INTENT)
        journal.close_intent(INTENT.write_token)
        journal.close_intent(INTENT.write_token)
        assert list(journal.intents(7, 4)) == []

    def test_session(self, journal: Journal) -> None:
        """What the next process needs to go on: the store's upload, and the parts it accepted."""
        begun = replace(INTENT, session=OpenUpload("up/load+1=", 8 << 20, "whole"))
        journal.put_intent(INTENT)
        journal.put_intent(begun)
        parts = [SentPart(number, 8 << 20, f"{number:032x}", "etag") for number in (2, 1)]
        for part in (*parts, replace(parts[0], etag="again")):
            journal.put_part(INTENT.write_token, part)
        assert list(journal.intents(7, 4)) == [begun]
        assert list(journal.parts(INTENT.write_token)) == [
            parts[1],
            replace(parts[0], etag="again"),
        ]
        assert list(journal.parts("another")) == []

    def test_parts_are_forgotten(self, journal: Journal) -> None:
        """With the session that they belong to, and with their intent."""
        part = SentPart(1, 5, "d" * 32, "etag")
        journal.put_intent(INTENT)
        for forget in (journal.forget_parts, journal.close_intent):
            journal.put_part(INTENT.write_token, part)
            forget(INTENT.write_token)
            assert list(journal.parts(INTENT.write_token)) == []

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
        journal.bind_root("/data/out", 7, found=True)
        assert (journal.bound_job("/data/out"), journal.found_job("/data/out")) == (7, 7)
        journal.bind_root("/data/out", 7)
        assert (journal.bound_job("/data/out"), journal.found_job("/data/out")) == (7, None)

    def test_roots_of_a_job(self, open_journal: OpenJournal) -> None:
        """Several roots may be bound to one job; those of other jobs and stores are not."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        for root, job_id in (("/data/out", 7), (NOT_UTF8, 7), ("/data/a", 7), ("/data/other", 8)):
            lab.bind_root(root, job_id)
        archive.bind_root("/data/archived", 7)
        assert lab.bound_roots(7) == sorted(["/data/out", "/data/a", NOT_UTF8])
        assert not lab.bound_roots(9)

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

    def test_forget_job(self, open_journal: OpenJournal) -> None:
        """What is bound to the job or stored in it goes, in this store; other jobs are kept."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        for journal in (lab, archive):
            journal.bind_root("/data/out", 7)
            journal.bind_root("/data/other", 8)
            journal.put_stored("/data/out/RUN1", StoredSource("a", 7, 1))
            journal.put_stored("/data/other/RUN1", StoredSource("b", 8, 1))
        lab.forget_job(7)
        assert (lab.bound_job("/data/out"), lab.bound_job("/data/other")) == (None, 8)
        assert [*lab.stored()] == ["/data/other/RUN1"]
        assert (archive.bound_job("/data/out"), len(archive.stored())) == (7, 2)

    def test_stored_in_several_jobs(self, open_journal: OpenJournal) -> None:
        """A directory keeps its run in every job; in one job the last counts."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        for job_id, run_id in ((7, 1), (8, 2), (7, 3), (8, 4)):
            lab.put_stored(NOT_UTF8, StoredSource("a", job_id, run_id))
        lab.put_stored("/data/out/RUN9", StoredSource("b", 7, 9))
        assert lab.stored_in(7) == {NOT_UTF8: 3, "/data/out/RUN9": 9}
        assert (lab.stored_in(8), lab.stored_in(9)) == ({NOT_UTF8: 4}, {})
        assert archive.stored_in(7) == {}
        lab.forget_job(7)
        assert (lab.stored_in(7), lab.stored_in(8)) == ({}, {NOT_UTF8: 4})

    def test_directories_of_a_run(self, open_journal: OpenJournal) -> None:
        """By the run as each was stored last in that job, and what one of them is stored as."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        for source, job_id, run_id in (("/b", 7, 4), (NOT_UTF8, 7, 4), ("/a", 7, 4), ("/c", 7, 5)):
            lab.put_stored(source, StoredSource("f", job_id, run_id))
        lab.put_stored("/a", StoredSource("g", 8, 4))
        lab.put_stored("/b", StoredSource("g", 7, 5))
        assert list(lab.sources_of(7, 4)) == ["/a", NOT_UTF8]
        assert list(lab.sources_of(8, 4)) == ["/a"]
        assert lab.stored_as("/a") == StoredSource("g", 8, 4)
        assert lab.stored_as(NOT_UTF8) == StoredSource("f", 7, 4)
        assert lab.stored_as("/d") is None
        assert (list(archive.sources_of(7, 4)), archive.stored_as("/a")) == ([], None)

    def test_remembered_jobs(self, open_journal: OpenJournal) -> None:
        """What a directory was stored in comes before what its root is bound to."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        assert list(lab.remembered_jobs(NOT_UTF8, f"{NOT_UTF8}/RUN1")) == []
        lab.bind_root(NOT_UTF8, 7)
        lab.put_stored(f"{NOT_UTF8}/RUN1", StoredSource("f", 8, 1))
        lab.put_job(7, NOON)
        known, other = RememberedJob(7, NOON), RememberedJob(8, None)
        assert list(lab.remembered_jobs(NOT_UTF8, f"{NOT_UTF8}/RUN1")) == [other, known]
        assert list(lab.remembered_jobs(NOT_UTF8, "")) == [known]
        assert list(archive.remembered_jobs(NOT_UTF8, f"{NOT_UTF8}/RUN1")) == []

    def test_run_is_forgotten(self, open_journal: OpenJournal) -> None:
        """It was deleted: nothing is stored as it, and all else is as it was."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        for journal in (lab, archive):
            for source, run_id in ((NOT_UTF8, 4), ("/b", 4), ("/c", 5)):
                journal.put_stored(source, StoredSource("f", 7, run_id, content_id="c"))
        lab.put_stored("/b", StoredSource("g", 8, 4))
        lab.forget_run(7, 4)
        assert lab.stored() == {
            "/b": StoredSource("g", 8, 4),
            "/c": StoredSource("f", 7, 5, content_id="c"),
        }
        assert (lab.stored_in(7), lab.stored_in(8)) == ({"/c": 5}, {"/b": 4})
        assert (len(archive.stored()), len(archive.stored_in(7))) == (3, 3)

    @pytest.mark.parametrize("to_job", [7, 9])
    def test_run_is_moved(self, open_journal: OpenJournal, to_job: int) -> None:
        """What was stored as it is now stored as that one, with all that is known of it."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        for journal in (lab, archive):
            for source, run_id in ((NOT_UTF8, 4), ("/b", 4), ("/c", 5)):
                journal.put_stored(source, StoredSource("f", 7, run_id, True, "c"))
        lab.put_stored("/b", StoredSource("g", 8, 1))
        for _ in range(2):
            lab.move_run(7, 4, to_job, 6)
        assert lab.stored() == {
            NOT_UTF8: StoredSource("f", to_job, 6, True, "c"),
            "/b": StoredSource("g", 8, 1),
            "/c": StoredSource("f", 7, 5, True, "c"),
        }
        assert list(lab.sources_of(to_job, 6)) == sorted(["/b", NOT_UTF8])
        assert (list(lab.sources_of(7, 4)), lab.stored_in(8)) == ([], {"/b": 1})
        assert list(archive.sources_of(7, 4)) == sorted(["/b", NOT_UTF8])

    def test_ids_are_kept_by_root(self, open_journal: OpenJournal) -> None:
        """Also of names that are no text, until other ones are given."""
        open_journal("s3://lab").give_ids("/w/OUT", {"seed_001": 1, "\udcff": 2, "a/b": 3})
        open_journal("s3://lab").give_ids("/w/OUT", {"seed_001": 4})
        open_journal("s3://lab").give_ids("/w", {"seed_001": 9})
        assert open_journal("s3://lab").given_ids("/w/OUT") == {
            "seed_001": 4,
            "\udcff": 2,
            "a/b": 3,
        }
        assert open_journal("s3://other").given_ids("/w/OUT") == {}

    def test_two_paths(self, open_journal: OpenJournal) -> None:
        """What is known of the real path, and of nothing beside it, counts for that of a link, too."""
        real, own = NOT_UTF8, "/home/ana/OUT"
        lab = open_journal("s3://lab")
        lab.bind_root(real, 7, found=True)
        lab.give_ids(real, {"seed_1": 3})
        lab.put_stored(f"{real}/RUN1", StoredSource("a", 7, 1))
        lab.put_held(f"{real}/RUN1", held=True)
        lab.put_auto_upload(real, on=True, changed=True)
        lab.put_watched([replace(WATCHED, path=f"{real}/RUN1")])
        lab.put_stored(f"{real}2/RUN1", StoredSource("b", 7, 2))
        lab.know_as(real, own)
        assert (lab.bound_job(own), lab.found_job(own), lab.bound_job(real)) == (7, 7, 7)
        assert lab.given_ids(own) == {"seed_1": 3}
        assert lab.stored_as(f"{own}/RUN1") == StoredSource("a", 7, 1)
        assert lab.sources_of(7, 1) == sorted([f"{own}/RUN1", f"{real}/RUN1"])
        assert lab.held() == {f"{own}/RUN1", f"{real}/RUN1"}
        assert lab.auto_uploads() == {own: True, real: True}
        assert lab.watched(own) == [replace(WATCHED, path=f"{own}/RUN1")]
        assert len(lab.stored()) == 3
        assert open_journal("s3://other").stored() == {}

    def test_two_paths_once_more(self, open_journal: OpenJournal) -> None:
        """What was decided or stored since, under either, stays; what is new comes along."""
        lab = open_journal("s3://lab")
        lab.bind_root("/real", 7)
        lab.put_stored("/real/RUN1", StoredSource("a", 7, 1))
        lab.put_held("/real/RUN1", held=True)
        lab.put_auto_upload("/real", on=True)
        lab.put_watched([replace(WATCHED, path="/real/RUN1")])
        lab.know_as("/real", "/own")
        lab.put_held("/own/RUN1", held=False)
        lab.put_auto_upload("/own", on=False)
        lab.put_stored("/own/RUN1", StoredSource("b", 7, 1))
        lab.put_stored("/real/RUN2", StoredSource("c", 7, 2))
        lab.know_as("/real", "/own")
        assert (lab.held(), lab.auto_uploads()) == ({"/real/RUN1"}, {"/real": None})
        assert lab.stored_as("/own/RUN1") == StoredSource("b", 7, 1)
        assert lab.stored_as("/own/RUN2") == StoredSource("c", 7, 2)

    def test_two_paths_of_two_jobs(self, open_journal: OpenJournal) -> None:
        """Somebody wanted it so."""
        lab = open_journal("s3://lab")
        lab.bind_root("/real/OUT", 7)
        lab.put_stored("/real/OUT/RUN1", StoredSource("a", 7, 1))
        lab.bind_root("/own/OUT", 8)
        lab.know_as("/real", "/own")
        assert lab.bound_job("/own/OUT") == 8
        assert lab.stored_as("/own/OUT/RUN1") is None

    def test_another_job_with_the_id(self, open_journal: OpenJournal) -> None:
        """In a store that was emptied, ids begin anew: the old job's memory goes, in this store."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        for journal in (lab, archive):
            journal.bind_root("/data/out", 7)
            journal.bind_root("/data/other", 8)
            journal.put_stored("/data/out/RUN1", StoredSource("a", 7, 1))
            journal.put_job(7, NOON)
            journal.put_job(8, NOON)
            journal.put_job(7, NOON)
        assert (lab.bound_job("/data/out"), len(lab.stored())) == (7, 1)
        later = NOON + timedelta(seconds=1)
        lab.put_job(7, later)
        assert (lab.bound_job("/data/out"), lab.bound_job("/data/other")) == (None, 8)
        assert (lab.stored(), lab.known_jobs()) == ({}, {7: later, 8: NOON})
        assert (archive.bound_job("/data/out"), len(archive.stored())) == (7, 1)
        lab.forget_job(7)
        assert (lab.known_jobs(), archive.known_jobs()) == ({8: NOON}, {7: NOON, 8: NOON})


class TestProofs:
    def test_last_one_counts(self, open_journal: OpenJournal) -> None:
        """Of each key, in this store."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        first = Proof("jobs/7/a", "d1", ProofKind.UPLOADED, NOON)
        second = Proof("jobs/7/b", "d2", ProofKind.COPIED, NOON)
        lab.put_proofs([first, second, replace(first, key="jobs/70/a")])
        archive.put_proofs([first])
        later = replace(first, how=ProofKind.READ, proven_at=NOON + timedelta(days=1))
        lab.put_proofs([later])
        assert lab.proofs("jobs/7/") == {"jobs/7/a": later, "jobs/7/b": second}
        assert archive.proofs("jobs/7/") == {"jobs/7/a": first}
        assert len(lab.proofs("")) == 3

    def test_forgotten(self, open_journal: OpenJournal) -> None:
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        proof = Proof("jobs/7/a", "d", ProofKind.READ, NOON)
        for journal in (lab, archive):
            journal.put_proofs([proof, replace(proof, key="jobs/7/b")])
        lab.forget_proofs(["jobs/7/a", "jobs/7/c"])
        assert [*lab.proofs("jobs/")] == ["jobs/7/b"]
        assert len(archive.proofs("jobs/")) == 2


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

    def test_round_trip(self, journal: Journal) -> None:
        """Everything that another process has to see of a transfer comes back."""
        failed = replace(TRANSFER, message="no route", kept="All.", todo="Wait.", state="failed")
        failed = replace(failed, retryable=True, exit_code=3, attempts=7, vain=2)
        failed = replace(failed, ended_at=NOON)
        active = replace(TRANSFER, phase="sending", done=40, total=100, sent=20, attempts=1)
        active = replace(active, kept_bytes=10)
        stored = replace(TRANSFER, state="done", outcome="uploaded", request={"source": NOT_UTF8})
        for record in (failed, active, stored):
            transfer_id = journal.put_transfer(record)
            assert journal.transfers()[-1] == replace(record, id=transfer_id)
            assert journal.put_transfer(replace(record, id=transfer_id)) == transfer_id
            assert journal.transfers()[-1] == replace(record, id=transfer_id)

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


class TestRevision:
    def test_changes(self, open_journal: OpenJournal) -> None:
        """What another process or this one does to transfers, commands, stored runs shows."""
        ours, theirs = open_journal("s3://lab"), open_journal("s3://lab")
        seen = [ours.revision()]
        for journal in (ours, theirs):
            transfer_id = journal.put_transfer(TRANSFER)
            seen.append(ours.revision())
            journal.put_transfer(replace(TRANSFER, id=transfer_id, state="done"))
            seen.append(ours.revision())
            journal.remove_transfer(transfer_id)
            seen.append(ours.revision())
            journal.put_command(Command("retry", {"id": 3}))
            seen.append(ours.revision())
            journal.put_stored(f"/out/RUN{len(seen)}", StoredSource("as it is", 1, 1))
            seen.append(ours.revision())
        assert all(before != after for before, after in pairwise(seen))

    def test_rest(self, open_journal: OpenJournal) -> None:
        """Reading changes nothing."""
        ours, theirs = open_journal("s3://lab"), open_journal("s3://lab")
        theirs.put_transfer(TRANSFER)
        before = ours.revision()
        for journal in (ours, theirs):
            journal.transfers()
            journal.commands()
        assert ours.revision() == before


class TestWatched:
    def test_round_trip(self, journal: Journal) -> None:
        """What was seen of a run last comes back, names that are not UTF-8 included."""
        odd = replace(WATCHED, path=f"{NOT_UTF8}/RUN1")
        journal.put_watched([WATCHED, odd])
        assert list(journal.watched("/data/out")) == [WATCHED]
        assert list(journal.watched(NOT_UTF8)) == [odd]

    def test_update(self, journal: Journal) -> None:
        """One record for one run."""
        later = replace(WATCHED, state="done")
        journal.put_watched([WATCHED])
        journal.put_watched([later])
        assert list(journal.watched("/data/out")) == [later]

    @pytest.mark.parametrize("root", ["/", "/data", "/data/out", "/data/out/RUN4"])
    def test_below(self, journal: Journal, root: str) -> None:
        """A root has the runs below it, and may be a run itself."""
        beside = replace(WATCHED, path="/elsewhere")
        journal.put_watched([WATCHED, beside, replace(WATCHED, path="/data/out2/RUN1")])
        found = {record.path for record in journal.watched(root)}
        assert WATCHED.path in found
        assert ("/elsewhere" in found) == (root == "/")
        assert ("/data/out2/RUN1" in found) == (root in {"/", "/data"})

    def test_forget(self, journal: Journal) -> None:
        """What is gone from the tree is forgotten; forgetting it again is harmless."""
        journal.put_watched([WATCHED])
        journal.forget_watched([WATCHED.path, "/no/such/RUN1"])
        journal.forget_watched([WATCHED.path])
        assert list(journal.watched("/data")) == []

    def test_other_store(self, open_journal: OpenJournal) -> None:
        """What was queued by itself for one store says nothing about another."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        lab.put_watched([WATCHED])
        archive.forget_watched([WATCHED.path])
        assert (len(lab.watched("/data")), len(archive.watched("/data"))) == (1, 0)


class TestLinkRate:
    def test_newest_wins(self, journal: Journal) -> None:
        """Nothing is known at first; then what was measured last, until it is forgotten."""
        assert journal.link_rate() is None
        journal.put_link_rate(LinkRate(9_000_000, NOON))
        journal.put_link_rate(LinkRate(2_500_000, NOON + timedelta(days=1)))
        assert journal.link_rate() == LinkRate(2_500_000, NOON + timedelta(days=1))
        journal.put_link_rate(None)
        journal.put_link_rate(None)
        assert journal.link_rate() is None

    def test_other_store(self, open_journal: OpenJournal) -> None:
        """The link to one store says nothing about that to another."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        lab.put_link_rate(LinkRate(9_000_000, NOON))
        archive.put_link_rate(None)
        assert lab.link_rate() == LinkRate(9_000_000, NOON)
        assert archive.link_rate() is None


class TestDecisions:
    def test_hold(self, journal: Journal) -> None:
        """A run is held until it is released; both may be said twice."""
        for source in (NOT_UTF8, "/data/out/RUN4", "/data/out/RUN4"):
            journal.put_held(source, held=True)
        journal.put_held(NOT_UTF8, held=False)
        journal.put_held(NOT_UTF8, held=False)
        assert journal.held() == {"/data/out/RUN4"}

    def test_auto_upload(self, journal: Journal) -> None:
        """Off until it is turned on, for each root by itself."""
        assert journal.auto_uploads() == {}
        for root in (NOT_UTF8, "/data/out", "/data/out"):
            journal.put_auto_upload(root, on=True)
        journal.put_auto_upload("/data/out", on=False)
        assert journal.auto_uploads() == {NOT_UTF8: None}

    @pytest.mark.parametrize("changed", [True, False, None])
    def test_auto_upload_of_changed_runs(self, journal: Journal, changed: bool | None) -> None:
        """Taken along or not, or undecided; the last word counts."""
        journal.put_auto_upload("/data/out", on=True, changed=not changed)
        journal.put_auto_upload("/data/out", on=True, changed=changed)
        assert journal.auto_uploads() == {"/data/out": changed}

    def test_other_store(self, open_journal: OpenJournal) -> None:
        """What is held back from one store may go to another."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        lab.put_held("/data/out/RUN4", held=True)
        lab.put_auto_upload("/data/out", on=True)
        assert (archive.held(), archive.auto_uploads()) == (frozenset(), {})


class TestCommands:
    def test_order(self, journal: Journal) -> None:
        """Commands come back in the order in which they were left, with their arguments."""
        journal.put_command(Command("submit", {"source": NOT_UTF8, "job_id": 7}))
        journal.put_command(Command("retry", {"id": 3}))
        first, second = journal.commands()
        assert (first.verb, first.arguments) == ("submit", {"source": NOT_UTF8, "job_id": 7})
        assert (second.verb, second.arguments) == ("retry", {"id": 3})
        assert first.id < second.id

    def test_remove(self, journal: Journal) -> None:
        """A command that was carried out is gone; a new one is a new one."""
        journal.put_command(Command("retry", {"id": 3}))
        (done,) = journal.commands()
        journal.remove_command(done.id)
        journal.remove_command(done.id)
        assert list(journal.commands()) == []
        journal.put_command(Command("retry", {"id": 3}))
        assert journal.commands()[0].id > done.id

    def test_other_store(self, open_journal: OpenJournal) -> None:
        """An agent carries out what concerns its own store."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        lab.put_command(Command("retry", {"id": 3}))
        archive.remove_command(lab.commands()[0].id)
        assert (len(lab.commands()), len(archive.commands())) == (1, 0)


class TestCleanings:
    def test_until_it_is_over(self, open_journal: OpenJournal) -> None:
        """What goes is known, as it was noted last, to the next process on the same store."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        begun = Cleaning(
            f"{NOT_UTF8}/.aside", f"{NOT_UTF8}/RUN4", 7, 4, "c" * 64, "51", "/trash/RUN4"
        )
        lab.put_cleaning(begun)
        lab.put_cleaning(replace(begun, checked=True))
        assert list(open_journal("s3://lab").cleanings()) == [replace(begun, checked=True)]
        assert list(archive.cleanings()) == []
        archive.remove_cleaning(begun.aside)
        assert len(lab.cleanings()) == 1
        lab.remove_cleaning(begun.aside)
        assert list(lab.cleanings()) == []


class TestLastRoots:
    def test_none(self, journal: Journal) -> None:
        """Nothing was watched yet."""
        assert journal.last_roots() == ()

    def test_for_all_stores(self, open_journal: OpenJournal) -> None:
        """The trees watched last do not depend on where their runs go."""
        lab, archive = open_journal("s3://lab"), open_journal("s3://archive")
        lab.remember_roots(["/data/out"])
        lab.remember_roots([NOT_UTF8, "/b"])
        assert archive.last_roots() == (NOT_UTF8, "/b")


def test_restart(open_journal: OpenJournal) -> None:
    """Everything is there again for the next process."""
    first = open_journal("s3://lab")
    first.put_intent(INTENT)
    first.put_orphan(ORPHAN)
    first.bind_root("/data/out", 7)
    transfer_id = first.put_transfer(TRANSFER)
    first.remember_roots(["/data/out"])
    first.put_watched([WATCHED])
    first.put_held("/data/out/RUN4", held=True)
    first.put_command(Command("retry", {"id": 3}))
    first.close()
    second = open_journal("s3://lab")
    assert list(second.intents(7, 4)) == [INTENT]
    assert list(second.orphans()) == [ORPHAN]
    assert second.bound_job("/data/out") == 7
    assert list(second.transfers()) == [replace(TRANSFER, id=transfer_id)]
    assert second.last_roots() == ("/data/out",)
    assert list(second.watched("/data/out")) == [WATCHED]
    assert second.held() == {"/data/out/RUN4"}
    assert [command.verb for command in second.commands()] == ["retry"]


def test_stored_runs(journal: Journal) -> None:
    """The last state of each directory, names that are not UTF-8 included."""
    odd = "/data/m\udcfcller/RUN1"
    journal.put_stored("/x/RUN1", StoredSource("a", 7, 1))
    journal.put_stored(odd, StoredSource("b", 7, 2))
    journal.put_stored("/x/RUN1", StoredSource("c", 8, 9))
    assert journal.stored() == {
        "/x/RUN1": StoredSource("c", 8, 9),
        odd: StoredSource("b", 7, 2),
    }
