"""What is in a file that is supposed to be a database, before it is opened for use."""

import os
import sqlite3
from contextlib import closing
from typing import NamedTuple

from storage.db.database_faults import DB_ERRORS, Fault, fault_of

BUSY_SECONDS = 10.0
"""How long a statement waits for another process that holds the lock."""


class Header(NamedTuple):
    """What a database file says about itself. `blank` means that it holds no table yet."""

    application_id: int
    version: int
    blank: bool


def examine(path: str, busy_seconds: float = BUSY_SECONDS) -> Header | Fault:
    """Looks into the file and changes nothing that it says; a missing or empty one is blank."""
    try:
        if not os.path.exists(path) or os.path.getsize(path) == 0:
            return Header(0, 0, blank=True)
        with closing(sqlite3.connect(path, timeout=busy_seconds)) as connection:
            return header_of(connection)
    except (*DB_ERRORS, OSError) as error:
        return fault_of(error)


def header_of(connection: sqlite3.Connection) -> Header | Fault:
    """Of an open database. Raises sqlite3.Error."""

    def ask(question: str) -> object:
        return connection.execute(question).fetchone()[0]

    if ask("PRAGMA quick_check(1)") != "ok":
        return Fault.DAMAGED
    return Header(
        application_id=int(str(ask("PRAGMA application_id"))),
        version=int(str(ask("PRAGMA user_version"))),
        blank=ask("SELECT count(*) FROM sqlite_master") == 0,
    )
