"""Stored objects that no manifest refers to."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from core.errors import StateError
from core.ports.journal.orphans import Orphan
from storage.db.database import Database
from storage.db.fields import ErrorTextField, MomentField, PathField, TextField
from storage.db.journal.store_tables import StoreTable, StoreTables
from storage.db.orphan_file import Kept, OrphanFile


class Orphans(StoreTable):
    """A stored object that no manifest refers to."""

    key = TextField()
    url = PathField()
    write_token = TextField()
    reason = ErrorTextField()
    seen_at = MomentField()


class OrphanTable(StoreTables):
    """See `Journal`. What the table cannot take is in `orphans.jsonl` beside it until it can."""

    def __init__(self, database: Database, store: bytes) -> None:
        super().__init__(database, store)
        directory = os.path.dirname(database.path)
        self._orphan_file = OrphanFile(os.path.join(directory, "orphans.jsonl"))
        with suppress(OSError):
            self._orphan_file.reserve()

    def put_orphan(self, orphan: Orphan) -> None:
        kept = self._store, orphan
        try:
            self._put_orphans([kept])
        except StateError as error:
            try:
                self._orphan_file.add(kept)
            except OSError:
                raise error from None

    def orphans(self) -> Sequence[Orphan]:
        moved = self._move_orphans()
        ours = Orphans.of(Orphan).where(self._ours(Orphans))
        recorded = self._all(ours.order_by(Orphans.seen_at, Orphans.key), Orphan)
        return recorded if moved else [*recorded, *self._orphans_of_file()]

    def remove_orphan(self, key: str) -> None:
        self._move_orphans()
        self._delete(Orphans, Orphans.key == key)

    def _put_orphans(self, kept: Sequence[Kept]) -> None:
        rows = [{"store": store, **asdict(orphan)} for store, orphan in kept]
        with self.database.writing() as session:
            session.put_many(Orphans, rows)

    def _move_orphans(self) -> bool:
        """Whether there is nothing in the file that belongs into the database."""
        try:
            self._orphan_file.move(self._put_orphans)
        except (StateError, OSError):
            return False
        return True

    def _orphans_of_file(self) -> Sequence[Orphan]:
        try:
            kept = self._orphan_file.kept()
        except OSError:
            return []
        return [orphan for store, orphan in kept if store == self._store]
