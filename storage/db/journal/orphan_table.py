"""Stored objects that no manifest refers to."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import peewee

from core.errors import StateError
from core.ports.journal.orphans import Orphan
from core.printable import harmless
from core.redaction import redact
from storage.db.columns import moment_from, moment_text, path_from, text_from
from storage.db.database import Database
from storage.db.database_session import Row
from storage.db.journal.store_tables import StoreTable, StoreTables
from storage.db.orphan_file import Kept, OrphanFile


class Orphans(StoreTable):
    """A stored object that no manifest refers to."""

    key = peewee.TextField()
    url = peewee.BlobField()
    write_token = peewee.TextField()
    reason = peewee.TextField()
    seen_at = peewee.TextField()


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
        ours = Orphans.select().where(self._ours(Orphans))
        recorded = self._all(ours.order_by(Orphans.seen_at, Orphans.key), _orphan_from)
        return recorded if moved else [*recorded, *self._orphans_of_file()]

    def remove_orphan(self, key: str) -> None:
        self._move_orphans()
        with self.database.writing() as session:
            session.run(Orphans.delete().where(self._ours(Orphans), Orphans.key == key))

    def _put_orphans(self, kept: Sequence[Kept]) -> None:
        rows = [_orphan_row(store, orphan) for store, orphan in kept]
        with self.database.writing() as session:
            for row in rows:
                session.run(Orphans.insert(row).on_conflict_replace())

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


def _orphan_row(store: bytes, orphan: Orphan) -> dict[str, Any]:
    """The reason comes from an error."""
    return {
        **asdict(orphan),
        "store": store,
        "url": os.fsencode(orphan.url),
        "reason": harmless(redact(orphan.reason)),
        "seen_at": moment_text(orphan.seen_at),
    }


def _orphan_from(row: Row) -> Orphan:
    _, key, url, token, reason, seen_at = row
    return Orphan(
        path_from(url), text_from(key), text_from(token), text_from(reason), moment_from(seen_at)
    )
