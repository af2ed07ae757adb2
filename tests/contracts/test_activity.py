"""What every log of activity does, the fake one and the one in SQLite."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.ports.journal.activity import (
    MERGED_WITHIN,
    MOST_ENTRIES,
    ActivityEntry,
    ActivityKind,
    ActivityLog,
    Level,
)
from storage.db.activity_db import SqliteActivityLog
from storage.db.journal_db import SqliteJournal
from tests.fakes.activity import FakeActivityFile, FakeActivityLog

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENTRY = ActivityEntry(
    ActivityKind.UPLOAD, Level.ERROR, "job 2 · RUN1", "Access was denied.", NOON, NOON, "a1",
    kept="6 parts are kept.", todo="Ask for the right.", cause="StoreAccessDeniedError",
    path="/data/m\udcfcller/RUN1", job_id=2, run_id=1, transfer_id=7,
)  # fmt: skip
SECRET = "AKIAIOSFODNN7EXAMPLE"

OpenLog = Callable[[str], ActivityLog]


@pytest.fixture(params=["fake", "sqlite"])
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenLog]:
    file = FakeActivityFile()
    opened: list[ActivityLog] = []
    path = str(tmp_path / "state.db")

    def open_one(store: str) -> ActivityLog:
        if request.param == "fake":
            opened.append(FakeActivityLog(store, file))
        else:
            SqliteJournal(path, store_location=store).close()
            opened.append(SqliteActivityLog(path, store_location=store))
        return opened[-1]

    yield open_one
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: OpenLog) -> ActivityLog:
    return open_log("s3://lab")


def later(entry: ActivityEntry, **since: float) -> ActivityEntry:
    moment = NOON + timedelta(**since)
    return replace(entry, first_at=moment, last_at=moment)


def test_round_trip(log: ActivityLog) -> None:
    """An entry comes back as it was added, with the store and numbers of its own."""
    log.add([ENTRY])
    (found,) = log.after(0)
    assert found.store == "s3://lab"
    assert found.number > 0
    assert replace(found, store="", number=0, id=0) == ENTRY


def test_in_order(log: ActivityLog) -> None:
    """Oldest first; only what came after what is known already."""
    entries = [replace(ENTRY, text=text, likeness=text) for text in ("one", "two", "three")]
    log.add(entries[:2])
    known = log.after(0)[-1].number
    log.add(entries[2:])
    assert [entry.text for entry in log.after(0)] == ["one", "two", "three"]
    assert [entry.text for entry in log.after(known)] == ["three"]


def test_again(log: ActivityLog) -> None:
    """The same thing again counts: it is the newest, with the moments of the first and the last."""
    log.add([ENTRY, replace(ENTRY, likeness="b2")])
    (first, other) = log.after(0)
    log.add([replace(later(ENTRY, minutes=5), text="Denied again.", count=2)])
    assert [entry.id for entry in log.after(0)] == [other.id, first.id]
    found = log.after(other.number)[0]
    assert (found.count, found.text) == (3, "Denied again.")
    assert (found.first_at, found.last_at) == (NOON, NOON + timedelta(minutes=5))


def test_again_much_later(log: ActivityLog) -> None:
    """What happens again after an hour is something new."""
    hours = MERGED_WITHIN.total_seconds() / 3600
    log.add([ENTRY])
    log.add([later(ENTRY, hours=hours)])
    assert [entry.count for entry in log.after(0)] == [1, 1]


def test_seen_by_two(open_log: OpenLog) -> None:
    """What two processes saw happened once; what one of them saw twice, twice."""
    mine, theirs = open_log("s3://lab"), open_log("s3://lab")
    mine.add([replace(ENTRY, seen_by="me")])
    theirs.add([replace(ENTRY, seen_by="them")])
    assert [entry.count for entry in mine.after(0)] == [1]
    mine.add([replace(ENTRY, seen_by="me")])
    assert [entry.count for entry in theirs.after(0)] == [2]


def test_other_stores(open_log: OpenLog) -> None:
    """Everybody reads what happened with all stores; what happened with another one is not the same."""
    lab, other = open_log("s3://lab"), open_log("s3://other")
    lab.add([ENTRY])
    other.add([ENTRY])
    assert [(e.store, e.count) for e in lab.after(0)] == [("s3://lab", 1), ("s3://other", 1)]


def test_bounded(log: ActivityLog) -> None:
    """Only the newest stay."""
    log.add([replace(ENTRY, text=str(n), likeness=str(n)) for n in range(MOST_ENTRIES)])
    log.add([replace(ENTRY, text=f"late {n}", likeness=f"late {n}") for n in range(3)])
    found = log.after(0)
    assert len(found) == MOST_ENTRIES
    assert (found[0].text, found[-1].text) == ("3", "late 2")


def test_redacted(log: ActivityLog) -> None:
    """No text keeps a secret, nor more lines than one."""
    told = f"denied for {SECRET}\nat once"
    log.add([replace(ENTRY, subject=told, text=told, kept=told, todo=told, path=f"/{SECRET}/RUN1")])
    (found,) = log.after(0)
    assert SECRET not in repr(found)
    assert "denied for" in found.text
    assert "\n" not in found.text
