"""Tables of `state.db` as one store sees them."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Callable
from typing import TypeVar

import peewee

from storage.db.database import Database
from storage.db.database_session import Row
from storage.db.readable_rows import readable
from storage.db.tables import Table

T = TypeVar("T")


class StoreTable(Table):
    """Each of its rows belongs to one store: the first column, or the second behind an `id`."""

    store = peewee.BlobField()


class StoreTables:
    """Methods raise StateError. Values are encoded inside `writing` and `reading`: they translate.

    A row that somebody damaged is as if it was not there.
    """

    def __init__(self, database: Database, store: bytes) -> None:
        self.database = database
        self._store = store

    def _ours(self, table: type[StoreTable]) -> peewee.Expression:
        return table.store == self._store

    def _all(self, query: peewee.BaseQuery, make: Callable[[Row], T]) -> list[T]:
        with self.database.reading() as session:
            return readable(session.rows(query), make)
