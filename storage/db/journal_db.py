"""What must survive a crash, in SQLite: `state.db`."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import os
from collections.abc import Mapping, Sequence

from core.errors import StateError
from core.ports.journal import Intent, Journal, Orphan, TransferRecord
from storage.db.database import Database
from storage.db.database_faults import Fault
from storage.db.database_header import BUSY_SECONDS, examine
from storage.db.journal_rows import (
    intent_from,
    intent_row,
    orphan_from,
    orphan_row,
    transfer_from,
    transfer_row,
)
from storage.db.journal_schema import (
    APPLICATION_ID,
    MIGRATIONS,
    BindingRow,
    FactRow,
    IntentRow,
    OrphanRow,
    StoredRow,
    TransferRow,
)
from storage.db.migrations import migrate, refuse_foreign

_LAST_ROOT = "last_root"


class SqliteJournal(Journal):
    """The state of one store (`store_location`) in a file that all stores share.

    Every write is on the disk when its method returns (synchronous=FULL; a roll-back journal, not
    a write-ahead log, because home directories may lie on a network file system). Reasons and
    messages come from errors: they are redacted and kept in one printable line. A file that is
    damaged, another program's or a newer RunFerry's is refused with StateError and left alone.
    """

    def __init__(
        self, path: str, *, store_location: str, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self._store = os.fsencode(store_location)
        self.database = Database(
            path,
            journal_mode="truncate",
            synchronous="full",
            error=StateError,
            kept="What was uploaded is safe in the store.",
            when_damaged="It was left as it is. Put back a copy, or move it away and start RunFerry"
            " again: finished uploads are found again in the store; the queue and the choice of"
            " jobs begin anew.",
            busy_seconds=busy_seconds,
        )
        header = examine(path, busy_seconds)
        if isinstance(header, Fault):
            raise self.database.failure(header)
        refuse_foreign(path, header, application_id=APPLICATION_ID, migrations=MIGRATIONS)
        self.database.open()
        migrate(self.database, application_id=APPLICATION_ID, migrations=MIGRATIONS)

    def put_intent(self, intent: Intent) -> None:
        with self.database.writing() as session:
            row = intent_row(self._store, intent)
            session.run(IntentRow.insert(row).on_conflict_replace())

    def intents(self, job_id: int, run_id: int) -> Sequence[Intent]:
        ours = (IntentRow.store == self._store) & (IntentRow.job_id == job_id)
        query = (
            IntentRow.select()
            .where(ours, IntentRow.run_id == run_id)
            .order_by(IntentRow.started_at.desc(), IntentRow.write_token)
        )
        with self.database.reading() as session:
            return [intent_from(row) for row in session.rows(query)]

    def close_intent(self, write_token: str) -> None:
        ours = IntentRow.store == self._store
        with self.database.writing() as session:
            session.run(IntentRow.delete().where(ours, IntentRow.write_token == write_token))

    def put_orphan(self, orphan: Orphan) -> None:
        with self.database.writing() as session:
            row = orphan_row(self._store, orphan)
            session.run(OrphanRow.insert(row).on_conflict_replace())

    def orphans(self) -> Sequence[Orphan]:
        ours = OrphanRow.select().where(OrphanRow.store == self._store)
        query = ours.order_by(OrphanRow.seen_at, OrphanRow.key)
        with self.database.reading() as session:
            return [orphan_from(row) for row in session.rows(query)]

    def remove_orphan(self, key: str) -> None:
        ours = OrphanRow.store == self._store
        with self.database.writing() as session:
            session.run(OrphanRow.delete().where(ours, OrphanRow.key == key))

    def bind_root(self, results_root: str, job_id: int) -> None:
        with self.database.writing() as session:
            row = {
                "store": self._store,
                "results_root": os.fsencode(results_root),
                "job_id": job_id,
            }
            session.run(BindingRow.insert(row).on_conflict_replace())

    def bound_job(self, results_root: str) -> int | None:
        ours = BindingRow.select(BindingRow.job_id).where(BindingRow.store == self._store)
        with self.database.reading() as session:
            query = ours.where(BindingRow.results_root == os.fsencode(results_root))
            return next((job_id for (job_id,) in session.rows(query)), None)

    def put_stored(self, source: str, fingerprint: str) -> None:
        row = {"store": self._store, "source": os.fsencode(source), "fingerprint": fingerprint}
        with self.database.writing() as session:
            session.run(StoredRow.insert(row).on_conflict_replace())

    def stored(self) -> Mapping[str, str]:
        ours = StoredRow.select().where(StoredRow.store == self._store)
        with self.database.reading() as session:
            return {os.fsdecode(row[1]): row[2] for row in session.rows(ours)}

    def put_transfer(self, record: TransferRecord) -> int:
        same = (TransferRow.store == self._store) & (TransferRow.id == record.id)
        with self.database.writing() as session:
            row = transfer_row(self._store, record)
            if record.id:
                session.run(TransferRow.update(row).where(same))
                return record.id
            return session.run(TransferRow.insert(row)).row_id

    def transfers(self) -> Sequence[TransferRecord]:
        ours = TransferRow.select().where(TransferRow.store == self._store)
        with self.database.reading() as session:
            return [transfer_from(row) for row in session.rows(ours.order_by(TransferRow.id))]

    def remove_transfer(self, transfer_id: int) -> None:
        ours = TransferRow.store == self._store
        with self.database.writing() as session:
            session.run(TransferRow.delete().where(ours, TransferRow.id == transfer_id))

    def remember_root(self, root: str) -> None:
        with self.database.writing() as session:
            row = {"name": _LAST_ROOT, "value": os.fsencode(root)}
            session.run(FactRow.insert(row).on_conflict_replace())

    def last_root(self) -> str | None:
        query = FactRow.select(FactRow.value).where(FactRow.name == _LAST_ROOT)
        with self.database.reading() as session:
            return next((os.fsdecode(value) for (value,) in session.rows(query)), None)

    def close(self) -> None:
        self.database.close()
