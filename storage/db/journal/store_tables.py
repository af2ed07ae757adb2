"""Tables of `state.db` as one store sees them."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Callable
from typing import TypeVar

import peewee

from storage.db.database import Database
from storage.db.fields import BytesField
from storage.db.readable_rows import readable
from storage.db.tables import Table

T = TypeVar("T")


class StoreTable(Table):
    """Each of its rows belongs to one store."""

    store = BytesField()

    class Meta:
        """Peewee's options. What keys the tables have the migrations know."""

        primary_key = False


class StoreTables:
    """Methods raise StateError. Values are encoded inside `writing` and `reading`: they translate.

    A row that somebody damaged is as if it was not there.
    """

    def __init__(self, database: Database, store: bytes) -> None:
        self.database = database
        self._store = store

    def _ours(self, table: type[StoreTable]) -> peewee.Expression:
        return table.store == self._store

    def _all(self, query: peewee.BaseQuery, make: Callable[..., T]) -> list[T]:
        with self.database.reading() as session:
            return readable(session.rows(query), make)

    def _put(self, table: type[StoreTable], **columns: object) -> None:
        with self.database.writing() as session:
            row = table.insert(store=self._store, **columns)
            session.run(row.on_conflict_replace())

    def _delete(self, table: type[StoreTable], *which: peewee.Expression) -> None:
        with self.database.writing() as session:
            session.run(table.delete().where(self._ours(table), *which))
