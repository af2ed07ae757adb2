"""What must survive a crash, in SQLite: `state.db`."""

import os
from collections.abc import Callable

from core.errors import RunFerryError, StateError
from core.ports.journal.journal import Journal
from storage.db.database import Database
from storage.db.database_faults import UNWRITABLE
from storage.db.database_header import BUSY_SECONDS, Header, examine
from storage.db.journal.cleaning_table import CleaningTable
from storage.db.journal.job_tables import JobTables
from storage.db.journal.linked_paths import LinkedPaths
from storage.db.journal.orphan_table import OrphanTable
from storage.db.journal.proof_table import ProofTable
from storage.db.journal.queue_tables import QueueTables
from storage.db.journal.root_tables import RootTables
from storage.db.journal.schema import APPLICATION_ID, MIGRATIONS
from storage.db.journal.upload_tables import UploadTables
from storage.db.migrations import migrate, refuse_foreign


class SqliteJournal(
    UploadTables,
    OrphanTable,
    ProofTable,
    JobTables,
    LinkedPaths,
    RootTables,
    QueueTables,
    CleaningTable,
    Journal,
):
    """The state of one store (`store_location`) in a file that all stores share.

    Every write is on the disk when its method returns (synchronous=FULL; a roll-back journal, not
    a write-ahead log, because home directories may lie on a network file system). Reasons and
    messages come from errors: they are redacted and kept in one printable line. A file that is
    damaged, another program's or a newer RunFerry's is refused with StateError and left alone. One
    that cannot be written is only read, as it was at first: every write then raises StateError.
    """

    def __init__(
        self,
        path: str | Database,
        *,
        store_location: str,
        busy_seconds: float = BUSY_SECONDS,
        on_unsaved: Callable[[RunFerryError], None] = lambda _: None,
    ) -> None:
        """`on_unsaved` is told why nothing can be written. An open database is used as it is."""
        if not isinstance(path, Database):
            path = _opened(path, busy_seconds, on_unsaved)
        super().__init__(path, os.fsencode(store_location))

    def revision(self) -> object:
        with self.database.reading() as session:
            # The first counts what others wrote, the second what this connection did.
            return session.pragma("data_version"), session.changes()

    def close(self) -> None:
        self.database.close()


def _opened(
    path: str, busy_seconds: float, on_unsaved: Callable[[RunFerryError], None]
) -> Database:
    database = journal_database(path, busy_seconds, on_unsaved)
    examined(database, busy_seconds)
    try:
        database.open()
        _migrate(database)
    except StateError as error:
        if error.retryable:
            raise
        only_read(database, error)
    return database


def journal_database(
    path: str,
    busy_seconds: float = BUSY_SECONDS,
    on_unsaved: Callable[[RunFerryError], None] = lambda _: None,
) -> Database:
    """Not opened yet, nor looked at."""
    return Database(
        path,
        journal_mode="truncate",
        synchronous="full",
        error=StateError,
        kept="What is in the store is safe.",
        when_damaged="It was left as it is. Put back a copy, or move it away and start RunFerry"
        " again: finished uploads are found again in the store; the queue and the choice of"
        " jobs begin anew.",
        busy_seconds=busy_seconds,
        spare=_is_usable,
        on_unsaved=on_unsaved,
    )


def examined(database: Database, busy_seconds: float) -> Header | None:
    """None where it cannot be told, as nothing can be written there. Raises StateError for what is not ours."""
    header = examine(database.path, busy_seconds)
    if isinstance(header, Header):
        refuse_foreign(database.path, header, application_id=APPLICATION_ID, migrations=MIGRATIONS)
        return header
    if header not in UNWRITABLE:
        raise database.failure(header)
    return None


def only_read(database: Database, why: StateError) -> None:
    """Who has nothing to write down gets along with what is there; raises `why` if nobody can see."""
    if not database.leave_file(why) and os.path.exists(database.path):
        raise why
    _migrate(database)
    database.refuse_writing(why)


def _migrate(database: Database) -> None:
    migrate(database, application_id=APPLICATION_ID, migrations=MIGRATIONS)


def _is_usable(header: Header) -> bool:
    return header.blank or header.application_id == APPLICATION_ID
