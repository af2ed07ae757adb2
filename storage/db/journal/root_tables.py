"""What was seen in the watched roots, and what the user decided about them."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import os
from collections.abc import Sequence

import peewee

from core.finish.rule import Outcome
from core.finish.run_state import RunState
from core.ports.journal.watching import WatchedRecord
from storage.db.columns import moment_from, moment_text, path_from, seconds_from, text_from
from storage.db.database_session import Row
from storage.db.journal.store_tables import StoreTable, StoreTables
from storage.db.readable_rows import readable
from storage.db.tables import Table

_LAST_ROOTS = "last_root"
_PUT_WATCHED = "INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Watched(StoreTable):
    """A watched run as it was seen last."""

    path = peewee.BlobField()
    state = peewee.TextField()
    outcome = peewee.TextField()
    fingerprint = peewee.TextField()
    changed_at = peewee.TextField()
    seen_at = peewee.TextField()
    longest_pause = peewee.FloatField()
    submitted = peewee.TextField()


class Held(StoreTable):
    """A RUN directory that the user holds back."""

    source = peewee.BlobField()


class AutoUploads(StoreTable):
    """A watched root whose runs are uploaded by themselves."""

    root = peewee.BlobField()


class Facts(Table):
    """What belongs to no store."""

    name = peewee.TextField()
    value = peewee.BlobField()


class RootTables(StoreTables):
    """See `Journal`."""

    def put_watched(self, records: Sequence[WatchedRecord]) -> None:
        rows = [_watched_row(self._store, record) for record in records]
        with self.database.writing() as session:
            session.sql_many(_PUT_WATCHED, rows)

    def watched(self, root: str) -> Sequence[WatchedRecord]:
        path, first = os.fsencode(root), os.fsencode(root.rstrip("/") + "/")
        below = (Watched.path >= first) & (Watched.path < first[:-1] + b"0")
        ours = Watched.select().where(self._ours(Watched), (Watched.path == path) | below)
        return self._all(ours.order_by(Watched.path), _watched_from)

    def forget_watched(self, paths: Sequence[str]) -> None:
        rows = [(self._store, os.fsencode(path)) for path in paths]
        with self.database.writing() as session:
            session.sql_many("DELETE FROM watched WHERE store = ? AND path = ?", rows)

    def put_held(self, source: str, *, held: bool) -> None:
        path = os.fsencode(source)
        put = Held.insert(store=self._store, source=path).on_conflict_replace()
        delete = Held.delete().where(self._ours(Held), Held.source == path)
        with self.database.writing() as session:
            session.run(put if held else delete)

    def held(self) -> frozenset[str]:
        return self._paths(Held.select(Held.source).where(self._ours(Held)))

    def put_auto_upload(self, root: str, *, on: bool) -> None:
        path = os.fsencode(root)
        put = AutoUploads.insert(store=self._store, root=path).on_conflict_replace()
        delete = AutoUploads.delete().where(self._ours(AutoUploads), AutoUploads.root == path)
        with self.database.writing() as session:
            session.run(put if on else delete)

    def auto_uploads(self) -> frozenset[str]:
        return self._paths(AutoUploads.select(AutoUploads.root).where(self._ours(AutoUploads)))

    def remember_roots(self, roots: Sequence[str]) -> None:
        with self.database.writing() as session:
            row = {"name": _LAST_ROOTS, "value": b"\0".join(map(os.fsencode, roots))}
            session.run(Facts.insert(row).on_conflict_replace())

    def last_roots(self) -> tuple[str, ...]:
        query = Facts.select(Facts.value).where(Facts.name == _LAST_ROOTS)
        with self.database.reading() as session:
            written = next(iter(readable(session.rows(query), lambda row: path_from(row[0]))), "")
            return tuple(root for root in written.split("\0") if root)

    def _paths(self, query: peewee.BaseQuery) -> frozenset[str]:
        return frozenset(self._all(query, lambda row: path_from(row[0])))


def _watched_row(store: bytes, record: WatchedRecord) -> Row:
    """In the order of the table's columns."""
    return (
        store,
        os.fsencode(record.path),
        record.state,
        record.outcome,
        record.fingerprint,
        moment_text(record.changed_at),
        moment_text(record.seen_at),
        record.longest_pause,
        record.submitted,
    )


def _watched_from(row: Row) -> WatchedRecord:
    _, path, state, outcome, fingerprint, changed_at, seen_at, *rest = row
    longest_pause, submitted = rest
    return WatchedRecord(
        path_from(path),
        RunState(state).value,
        Outcome(outcome).value,
        text_from(fingerprint),
        moment_from(changed_at),
        moment_from(seen_at),
        seconds_from(longest_pause),
        text_from(submitted),
    )
