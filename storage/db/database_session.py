"""Statements on an open database, typed: peewee's queries and raw SQL."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of peewee leave most parameters untyped; what leaves this module is typed again.

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import peewee

Row = tuple[Any, ...]
"""Values in the order of the columns."""


class Effect(NamedTuple):
    """What a write did: `row_id` is the key that an insert was given."""

    changed: int
    row_id: int


class Session:
    """What can be done inside `Database.reading` or `Database.writing`."""

    def __init__(self, db: peewee.SqliteDatabase) -> None:
        self._db = db

    def rows(self, query: peewee.BaseQuery) -> list[Row]:
        """The values of the selected columns as SQLite holds them, all at once."""
        return self._db.execute(query).fetchall()

    def run(self, query: peewee.BaseQuery) -> Effect:
        """Executes an insert, update or delete."""
        cursor = self._db.execute(query)
        return Effect(cursor.rowcount, cursor.lastrowid)

    def sql(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Executes one statement; returns its rows."""
        return self._db.execute_sql(statement, values).fetchall()

    def sql_many(self, statement: str, rows: Iterable[Row]) -> None:
        """Executes one statement for each row, ten times as fast as by models."""
        self._db.connection().executemany(statement, rows)

    def mark(self, application_id: int, version: int) -> None:
        """Writes who made the file, and its schema's number; part of the transaction."""
        self._db.pragma("application_id", application_id)
        self._db.pragma("user_version", version)

    def version(self) -> int:
        """The schema's number; 0 in a new file."""
        return self.sql("PRAGMA user_version")[0][0]

    def pragma(self, name: str, value: int | str | None = None) -> object:
        """Reads or sets a pragma of this connection."""
        return self._db.pragma(name) if value is None else self._db.pragma(name, value)
