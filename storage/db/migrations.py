"""Bringing a database that must not be lost to the schema this program knows."""

from collections.abc import Sequence

from core.errors import StateError
from storage.db.database import Database
from storage.db.database_header import Header

Migrations = Sequence[Sequence[str]]


def refuse_foreign(
    path: str, header: Header, *, application_id: int, migrations: Migrations
) -> None:
    """Raises StateError for a file that is another program's, or of a newer RunFerry."""
    if header.application_id != application_id and not header.blank:
        raise StateError(
            f"{path} belongs to another program.",
            kept="It was left as it is.",
            todo="Move it away, or set RUNFERRY_HOME to another directory.",
        )
    if header.version > len(migrations):
        raise StateError(
            f"{path} was made by a newer RunFerry"
            f" (schema {header.version}; this one knows {len(migrations)}).",
            kept="It was left as it is.",
            todo="Update RunFerry, or set RUNFERRY_HOME to another directory.",
        )


def migrate(database: Database, *, application_id: int, migrations: Migrations) -> None:
    """Applies what is missing, each migration in one transaction with the number it leads to.

    Two processes may do this at the same time: the number is read again under the lock.
    """
    with database.reading() as session:
        done = session.version()
    for version, statements in enumerate(migrations[done:], start=done + 1):
        with database.writing() as session:
            if session.version() >= version:
                continue
            for statement in statements:
                session.sql(statement)
            session.mark(application_id, version)
