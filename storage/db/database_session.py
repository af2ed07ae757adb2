"""Statements on an open database, typed: peewee's queries and raw SQL. Rows are by name."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of peewee leave most parameters untyped; what leaves this module is typed again.

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import peewee

from storage.db.tables import Table


class Session:
    """What can be done inside `Database.reading` or `Database.writing`."""

    def __init__(self, db: peewee.SqliteDatabase) -> None:
        self._db = db

    def rows(self, query: peewee.BaseQuery) -> Iterator[dict[str, Any]]:
        """The selected columns by name, as `readable` takes them: after a damaged row come others.

        To be used up inside, row by row.
        """
        return _Rows(cast("peewee.CursorWrapper", query.dicts().execute(self._db)))

    def scalar(self, query: peewee.SelectBase) -> Any:
        """The first column of the first row; None when there is no row."""
        return query.scalar(self._db)

    def run(self, query: peewee.BaseQuery) -> int:
        """Executes an insert, update or delete; the key that an insert was given."""
        return self._db.execute(query).lastrowid

    def sql(
        self, statement: str, values: Mapping[str, object] | Sequence[object] = ()
    ) -> list[dict[str, Any]]:
        """Executes one statement; returns its rows, as SQLite holds them."""
        cursor = self._db.execute_sql(statement, values)
        names: list[str] = [column[0] for column in cursor.description or ()]
        return [
            dict(zip(names, row, strict=True))
            for row in cast("list[tuple[object, ...]]", cursor.fetchall())
        ]

    def column(
        self, statement: str, values: Mapping[str, object] | Sequence[object] = ()
    ) -> list[Any]:
        """The first column of all rows of one statement, as SQLite holds it; fast."""
        cursor = self._db.execute_sql(statement, values)
        return [row[0] for row in cast("list[tuple[object, ...]]", cursor.fetchall())]

    def sql_many(
        self, statement: str, rows: Iterable[Mapping[str, object] | Sequence[object]]
    ) -> None:
        """Executes one statement for each row, ten times as fast as by models."""
        self._db.connection().executemany(statement, rows)

    def create(self, table: type[Table]) -> None:
        """Makes the table and its indexes, as its model declares them."""
        peewee.SchemaManager(table, self._db).create_all(safe=False)

    def put_many(
        self,
        table: type[Table],
        rows: Iterable[Mapping[str, object]],
        *,
        otherwise: str = "REPLACE",
    ) -> None:
        """Inserts rows, each with all columns by name; `otherwise` is for those that are there."""
        self.sql_many(table.insert_sql(otherwise), map(table.as_columns, rows))

    def mark(self, application_id: int, version: int) -> None:
        """Writes who made the file, and its schema's number; part of the transaction."""
        self._db.pragma("application_id", application_id)
        self._db.pragma("user_version", version)

    def version(self) -> int:
        """The schema's number; 0 in a new file."""
        return int(str(self.pragma("user_version")))

    def pragma(self, name: str, value: int | str | None = None) -> object:
        """Reads or sets a pragma of this connection."""
        return self._db.pragma(name) if value is None else self._db.pragma(name, value)

    def changes(self) -> int:
        """How many rows this connection has changed."""
        return self._db.connection().total_changes


class _Rows(Iterator[dict[str, Any]]):
    """Peewee's own iterators end with the first error."""

    def __init__(self, cursor: peewee.CursorWrapper) -> None:
        self._cursor = cursor

    def __next__(self) -> dict[str, Any]:
        return self._cursor.iterate(cache=False)
