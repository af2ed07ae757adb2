"""What all of peewee's models share. Peewee is not seen outside storage."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, TypeAlias

import peewee

Query: TypeAlias = "peewee.ModelSelect[Any]"


class _Options:
    legacy_table_names = False


class Table(peewee.Model):
    """Named after its class, as `KnownJobs` is `known_jobs`.

    Belongs to no database of its own: queries are executed by the one in use. Columns have the names
    of the fields of core's models, so that a row by name makes one.
    """

    Meta: ClassVar[type] = _Options

    @classmethod
    def of(cls, model: Any) -> Query:
        """Selects the columns that are the fields of one of core's dataclasses."""
        return cls.select(*(getattr(cls, field.name) for field in fields(model)))

    @classmethod
    def insert_sql(cls, otherwise: str, **values: str) -> str:
        """For many rows by column; what happens to one that is there, and SQL that is not a column's."""
        names = [field.column_name for field in cls._meta.sorted_fields]
        places = ", ".join(values.get(name, f":{name}") for name in names)
        table = f"{cls._meta.table_name} ({', '.join(names)})"
        return f"INSERT OR {otherwise} INTO {table} VALUES ({places})"  # noqa: S608 - our own words

    @classmethod
    def as_columns(cls, row: Mapping[str, object]) -> dict[str, object]:
        """The values of such a row as SQLite holds them. Raises ValueError for what it cannot hold."""
        columns = cls._meta.combined
        return {
            name: columns[name].db_value(value) if name in columns else value
            for name, value in row.items()
        }
