"""What happened, in `state.db`, on a connection of its own: whoever uploads never waits for it."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import asdict, fields

import peewee

from core.errors import StateError
from core.model import HIGHEST_ID
from core.ports.journal.activity import (
    MERGED_WITHIN,
    MOST_ENTRIES,
    ActivityEntry,
    ActivityKind,
    ActivityLog,
    Level,
)
from core.redaction import redact
from storage.db.database import Database
from storage.db.database_session import Session
from storage.db.fields import (
    ErrorTextField,
    MomentField,
    NumberField,
    PathField,
    TextField,
    WordField,
    moment_text,
)
from storage.db.readable_rows import readable
from storage.db.tables import Table

_BUSY_SECONDS = 0.5


class Activity(Table):
    """One entry. What is not written by an error of ours may hold anything: all texts are redacted."""

    id = peewee.AutoField()
    number = NumberField()
    store = PathField()
    kind = WordField(ActivityKind)
    level = WordField(Level)
    subject = ErrorTextField()
    text = ErrorTextField()
    first_at = MomentField()
    last_at = MomentField()
    likeness = TextField()
    count = NumberField()
    kept = ErrorTextField()
    todo = ErrorTextField()
    cause = TextField()
    path = PathField()
    job_id = NumberField(HIGHEST_ID)
    run_id = NumberField(HIGHEST_ID)
    transfer_id = NumberField()
    seen_by = TextField()


class SqliteActivityLog(ActivityLog):
    """In a file that `SqliteJournal` has opened before, which brings it to the right schema."""

    def __init__(
        self,
        path: str | Database,
        *,
        store_location: str,
        busy_seconds: float = _BUSY_SECONDS,
    ) -> None:
        """An open database is used as it is."""
        self._store = store_location
        if isinstance(path, Database):
            self._database = path
            return
        self._database = Database(
            path,
            journal_mode="truncate",
            synchronous="full",
            error=StateError,
            kept="What is in the store is safe.",
            when_damaged="It was left as it is.",
            busy_seconds=busy_seconds,
        )
        self._database.open()

    def add(self, entries: Sequence[ActivityEntry]) -> None:
        rows = [self._row(entry) for entry in entries]  # redacted before anybody else has to wait
        with self._database.writing() as session:
            last = session.scalar(Activity.select(peewee.fn.MAX(Activity.number))) or 0
            for number, row in enumerate(rows, start=last + 1):
                _put(session, row | {"number": number})
            session.sql(_FORGET, [MOST_ENTRIES])

    def after(self, number: int) -> Sequence[ActivityEntry]:
        later = Activity.of(ActivityEntry).where(Activity.number > number)
        with self._database.reading() as session:
            return readable(session.rows(later.order_by(Activity.number)), ActivityEntry)

    def close(self) -> None:
        self._database.close()

    def _row(self, entry: ActivityEntry) -> dict[str, object]:
        columns = asdict(entry) | {"store": self._store, "path": redact(entry.path)}
        del columns["id"]
        since = moment_text(entry.first_at - MERGED_WITHIN)
        return Activity.as_columns(columns) | {"since": since}


def _put(session: Session, row: dict[str, object]) -> None:
    alike = next(iter(session.sql(_ALIKE, row)), None)
    if alike is None:
        session.sql(_INSERT, row)
    elif alike["seen_by"] == row["seen_by"]:
        session.sql(_AGAIN, row | {"id": alike["id"]})


_KEPT = frozenset({"id", "first_at", "store", "likeness", "seen_by"})
_COLUMNS = [name for name in (field.name for field in fields(ActivityEntry)) if name != "id"]
_INSERT = (
    f"INSERT INTO activity ({', '.join(_COLUMNS)})"  # noqa: S608 - our own words
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)
_ALIKE = """
    SELECT id, seen_by FROM activity
    WHERE likeness = :likeness AND store = :store AND last_at > :since
    ORDER BY number DESC LIMIT 1
"""
_CHANGES = [f"{name} = :{name}" for name in _COLUMNS if name not in _KEPT | {"count"}]
_AGAIN = f"UPDATE activity SET count = count + :count, {', '.join(_CHANGES)} WHERE id = :id"  # noqa: S608
_FORGET = """
    DELETE FROM activity
    WHERE number <= (SELECT number FROM activity ORDER BY number DESC LIMIT 1 OFFSET ?)
"""
