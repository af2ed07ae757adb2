"""`state.db` for somebody who only looks."""

import os
from collections.abc import Sequence

from core.errors import StateError, read_only_error
from core.ports.journal.watching import WatchedRecord
from storage.db.database import Database
from storage.db.database_header import BUSY_SECONDS
from storage.db.journal.schema import MIGRATIONS
from storage.db.journal_db import SqliteJournal, examined, journal_database, only_read


class ReadOnlyJournal(SqliteJournal):
    """Follows what others write. What a user asks for raises StateError; what the watch would remember is forgotten.

    A file of an earlier version is left as it is and looked at as it would become; where there is none, none is made.
    """

    def __init__(self, path: str, *, store_location: str) -> None:
        super().__init__(_looked_into(path), store_location=store_location)

    def put_watched(self, records: Sequence[WatchedRecord]) -> None:
        return

    def forget_watched(self, paths: Sequence[str]) -> None:
        return

    def know_as(self, there: str, path: str) -> None:
        return


def _looked_into(path: str) -> Database:
    database, why = journal_database(path), read_only_error(StateError)
    header = examined(database, BUSY_SECONDS) if os.path.exists(path) else None
    if header and header.version == len(MIGRATIONS) and os.access(path, os.W_OK):
        database.open()
        database.refuse_writing(why)
    else:
        only_read(database, why)
    return database
