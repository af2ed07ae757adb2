"""What was seen in the watched roots, and what the user decided about them."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from core.finish.rule import Outcome
from core.finish.run_state import RunState
from core.ports.journal.watching import WatchedRecord
from storage.db.fields import FlagField, MomentField, PathField, SecondsField, TextField, WordField
from storage.db.journal.store_tables import StoreTable, StoreTables
from storage.db.readable_rows import only, pair
from storage.db.tables import Table

_LAST_ROOTS = "last_root"


class Watched(StoreTable):
    """A watched run as it was seen last."""

    path = PathField()
    state = WordField(RunState)
    outcome = WordField(Outcome)
    fingerprint = TextField()
    changed_at = MomentField()
    seen_at = MomentField()
    longest_pause = SecondsField()
    submitted = TextField()
    proof = TextField()
    writers = TextField()


class Held(StoreTable):
    """A RUN directory that the user holds back."""

    source = PathField()


class AutoUploads(StoreTable):
    """A watched root whose runs are uploaded by themselves."""

    root = PathField()
    changed = FlagField(null=True)


class Facts(Table):
    """What belongs to no store."""

    name = TextField(primary_key=True)
    value = PathField()


class RootTables(StoreTables):
    """See `Journal`."""

    def put_watched(self, records: Sequence[WatchedRecord]) -> None:
        with self.database.writing() as session:
            session.put_many(Watched, ({"store": self._store, **asdict(r)} for r in records))

    def watched(self, root: str) -> Sequence[WatchedRecord]:
        first = os.fsencode(root.rstrip("/") + "/")
        below = (Watched.path >= first) & (Watched.path < first[:-1] + b"0")
        ours = Watched.of(WatchedRecord).where(self._ours(Watched))
        return self._all(
            ours.where((Watched.path == root) | below).order_by(Watched.path), WatchedRecord
        )

    def forget_watched(self, paths: Sequence[str]) -> None:
        rows = [(self._store, os.fsencode(path)) for path in paths]
        with self.database.writing() as session:
            session.sql_many("DELETE FROM watched WHERE store = ? AND path = ?", rows)

    def put_held(self, source: str, *, held: bool) -> None:
        if held:
            self._put(Held, source=source)
        else:
            self._delete(Held, Held.source == source)

    def held(self) -> frozenset[str]:
        ours = Held.select(Held.source).where(self._ours(Held))
        return frozenset(self._all(ours, only))

    def put_auto_upload(self, root: str, *, on: bool, changed: bool | None = None) -> None:
        if on:
            self._put(AutoUploads, root=root, changed=changed)
        else:
            self._delete(AutoUploads, AutoUploads.root == root)

    def auto_uploads(self) -> Mapping[str, bool | None]:
        ours = AutoUploads.select(AutoUploads.root, AutoUploads.changed)
        return dict(self._all(ours.where(self._ours(AutoUploads)), pair("root", "changed")))

    def remember_roots(self, roots: Sequence[str]) -> None:
        with self.database.writing() as session:
            row = Facts.insert(name=_LAST_ROOTS, value="\0".join(roots))
            session.run(row.on_conflict_replace())

    def last_roots(self) -> tuple[str, ...]:
        written = self._all(Facts.select(Facts.value).where(Facts.name == _LAST_ROOTS), only)
        return tuple(root for text in written for root in text.split("\0") if root)
