"""What must survive a crash, in SQLite: `state.db`."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import peewee

from core.errors import StateError
from core.ports.journal import (
    Command,
    Intent,
    Journal,
    LinkRate,
    Orphan,
    StoredSource,
    TransferRecord,
    WatchedRecord,
)
from core.ports.object_store import SentPart
from storage.db.columns import moment_from, moment_text
from storage.db.database import Database
from storage.db.database_faults import Fault
from storage.db.database_header import BUSY_SECONDS, examine
from storage.db.database_session import Session
from storage.db.journal_rows import (
    command_from,
    command_row,
    intent_from,
    intent_row,
    link_from,
    link_row,
    orphan_from,
    orphan_row,
    part_from,
    part_row,
    stored_from,
    stored_row,
    transfer_from,
    transfer_row,
    watched_from,
    watched_row,
)
from storage.db.journal_schema import (
    APPLICATION_ID,
    MIGRATIONS,
    AutoUploadRow,
    BindingRow,
    CommandRow,
    FactRow,
    HeldRow,
    IntentRow,
    KnownJobRow,
    LinkRow,
    OrphanRow,
    PartRow,
    StoredInRow,
    StoredRow,
    TransferRow,
    WatchedRow,
)
from storage.db.migrations import migrate, refuse_foreign
from storage.db.orphan_file import Kept, OrphanFile

_LAST_ROOTS = "last_root"
_PUT_WATCHED = "INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class SqliteJournal(Journal):
    """The state of one store (`store_location`) in a file that all stores share.

    Every write is on the disk when its method returns (synchronous=FULL; a roll-back journal, not
    a write-ahead log, because home directories may lie on a network file system). Reasons and
    messages come from errors: they are redacted and kept in one printable line. A file that is
    damaged, another program's or a newer RunFerry's is refused with StateError and left alone.
    Orphans that it cannot take are kept in `orphans.jsonl` beside it until it can.
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
        self._orphan_file = OrphanFile(os.path.join(os.path.dirname(path), "orphans.jsonl"))
        with suppress(OSError):
            self._orphan_file.reserve()

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

    def all_intents(self) -> Sequence[Intent]:
        ours = IntentRow.select().where(IntentRow.store == self._store)
        query = ours.order_by(IntentRow.started_at, IntentRow.write_token)
        with self.database.reading() as session:
            return [intent_from(row) for row in session.rows(query)]

    def close_intent(self, write_token: str) -> None:
        ours = IntentRow.store == self._store
        with self.database.writing() as session:
            session.run(IntentRow.delete().where(ours, IntentRow.write_token == write_token))
            session.run(PartRow.delete().where(self._of_intent(write_token)))

    def put_part(self, write_token: str, part: SentPart) -> None:
        with self.database.writing() as session:
            row = part_row(self._store, write_token, part)
            session.run(PartRow.insert(row).on_conflict_replace())

    def parts(self, write_token: str) -> Sequence[SentPart]:
        query = PartRow.select().where(self._of_intent(write_token)).order_by(PartRow.number)
        with self.database.reading() as session:
            return [part_from(row) for row in session.rows(query)]

    def forget_parts(self, write_token: str) -> None:
        with self.database.writing() as session:
            session.run(PartRow.delete().where(self._of_intent(write_token)))

    def put_link_rate(self, rate: LinkRate | None) -> None:
        query = LinkRow.delete().where(LinkRow.store == self._store)
        if rate:
            query = LinkRow.insert(link_row(self._store, rate)).on_conflict_replace()
        with self.database.writing() as session:
            session.run(query)

    def link_rate(self) -> LinkRate | None:
        query = LinkRow.select().where(LinkRow.store == self._store)
        with self.database.reading() as session:
            return next((link_from(row) for row in session.rows(query)), None)

    def put_orphan(self, orphan: Orphan) -> None:
        kept = self._store, orphan
        try:
            self._put_orphans([kept])
        except StateError as error:
            try:
                self._orphan_file.add(kept)
            except OSError:
                raise error from None

    def orphans(self) -> Sequence[Orphan]:
        moved = self._move_orphans()
        ours = OrphanRow.select().where(OrphanRow.store == self._store)
        query = ours.order_by(OrphanRow.seen_at, OrphanRow.key)
        with self.database.reading() as session:
            recorded = [orphan_from(row) for row in session.rows(query)]
        return recorded if moved else [*recorded, *self._orphans_of_file()]

    def remove_orphan(self, key: str) -> None:
        self._move_orphans()
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

    def put_job(self, job_id: int, created_at: datetime) -> None:
        made = moment_text(created_at)
        row = {"store": self._store, "job_id": job_id, "created_at": made}
        ours = (KnownJobRow.store == self._store) & (KnownJobRow.job_id == job_id)
        with self.database.writing() as session:
            known = session.rows(KnownJobRow.select(KnownJobRow.created_at).where(ours))
            if known and known != [(made,)]:
                self._forget_job(session, job_id)
            session.run(KnownJobRow.insert(row).on_conflict_replace())

    def known_jobs(self) -> Mapping[int, datetime]:
        columns = KnownJobRow.select(KnownJobRow.job_id, KnownJobRow.created_at)
        with self.database.reading() as session:
            rows = session.rows(columns.where(KnownJobRow.store == self._store))
            return {job_id: moment_from(made) for job_id, made in rows}

    def put_stored(self, source: str, stored: StoredSource) -> None:
        with self.database.writing() as session:
            row = stored_row(self._store, source, stored)
            session.run(StoredRow.insert(row).on_conflict_replace())
            del row["fingerprint"]
            session.run(StoredInRow.insert(row).on_conflict_replace())

    def stored(self) -> Mapping[str, StoredSource]:
        ours = StoredRow.select().where(StoredRow.store == self._store)
        with self.database.reading() as session:
            return dict(stored_from(row) for row in session.rows(ours))

    def stored_in(self, job_id: int) -> Mapping[str, int]:
        columns = StoredInRow.select(StoredInRow.source, StoredInRow.run_id)
        ours = (StoredInRow.store == self._store) & (StoredInRow.job_id == job_id)
        with self.database.reading() as session:
            rows = session.rows(columns.where(ours))
            return {os.fsdecode(source): run_id for source, run_id in rows}

    def forget_job(self, job_id: int) -> None:
        with self.database.writing() as session:
            self._forget_job(session, job_id)

    def put_watched(self, records: Sequence[WatchedRecord]) -> None:
        rows = [watched_row(self._store, record) for record in records]
        with self.database.writing() as session:
            session.sql_many(_PUT_WATCHED, rows)

    def watched(self, root: str) -> Sequence[WatchedRecord]:
        path, first = os.fsencode(root), os.fsencode(root.rstrip("/") + "/")
        below = (WatchedRow.path >= first) & (WatchedRow.path < first[:-1] + b"0")
        ours = WatchedRow.select().where(WatchedRow.store == self._store)
        query = ours.where((WatchedRow.path == path) | below).order_by(WatchedRow.path)
        with self.database.reading() as session:
            return [watched_from(row) for row in session.rows(query)]

    def forget_watched(self, paths: Sequence[str]) -> None:
        rows = [(self._store, os.fsencode(path)) for path in paths]
        with self.database.writing() as session:
            session.sql_many("DELETE FROM watched WHERE store = ? AND path = ?", rows)

    def put_held(self, source: str, *, held: bool) -> None:
        path = os.fsencode(source)
        same = (HeldRow.store == self._store) & (HeldRow.source == path)
        put = HeldRow.insert(store=self._store, source=path).on_conflict_replace()
        with self.database.writing() as session:
            session.run(put if held else HeldRow.delete().where(same))

    def held(self) -> frozenset[str]:
        query = HeldRow.select(HeldRow.source).where(HeldRow.store == self._store)
        with self.database.reading() as session:
            return frozenset(os.fsdecode(source) for (source,) in session.rows(query))

    def put_auto_upload(self, root: str, *, on: bool) -> None:
        path = os.fsencode(root)
        same = (AutoUploadRow.store == self._store) & (AutoUploadRow.root == path)
        put = AutoUploadRow.insert(store=self._store, root=path).on_conflict_replace()
        with self.database.writing() as session:
            session.run(put if on else AutoUploadRow.delete().where(same))

    def auto_uploads(self) -> frozenset[str]:
        query = AutoUploadRow.select(AutoUploadRow.root).where(AutoUploadRow.store == self._store)
        with self.database.reading() as session:
            return frozenset(os.fsdecode(root) for (root,) in session.rows(query))

    def put_command(self, command: Command) -> None:
        with self.database.writing() as session:
            session.run(CommandRow.insert(command_row(self._store, command)))

    def commands(self) -> Sequence[Command]:
        ours = CommandRow.select().where(CommandRow.store == self._store)
        with self.database.reading() as session:
            return [command_from(row) for row in session.rows(ours.order_by(CommandRow.id))]

    def remove_command(self, command_id: int) -> None:
        ours = CommandRow.store == self._store
        with self.database.writing() as session:
            session.run(CommandRow.delete().where(ours, CommandRow.id == command_id))

    def revision(self) -> object:
        with self.database.reading() as session:
            # The first counts what others wrote, the second what this connection did.
            return session.pragma("data_version"), session.sql("SELECT total_changes()")[0][0]

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

    def remember_roots(self, roots: Sequence[str]) -> None:
        with self.database.writing() as session:
            row = {"name": _LAST_ROOTS, "value": b"\0".join(map(os.fsencode, roots))}
            session.run(FactRow.insert(row).on_conflict_replace())

    def last_roots(self) -> tuple[str, ...]:
        query = FactRow.select(FactRow.value).where(FactRow.name == _LAST_ROOTS)
        with self.database.reading() as session:
            written = next((value for (value,) in session.rows(query)), b"")
            return tuple(os.fsdecode(root) for root in written.split(b"\0") if root)

    def close(self) -> None:
        self.database.close()

    def _forget_job(self, session: Session, job_id: int) -> None:
        for model in (BindingRow, KnownJobRow, StoredInRow, StoredRow):
            ours = model.store == self._store
            session.run(model.delete().where(ours, model.job_id == job_id))

    def _put_orphans(self, kept: Sequence[Kept]) -> None:
        rows = [orphan_row(store, orphan) for store, orphan in kept]
        with self.database.writing() as session:
            for row in rows:
                session.run(OrphanRow.insert(row).on_conflict_replace())

    def _move_orphans(self) -> bool:
        """Whether there is nothing in the file that belongs into the database."""
        try:
            self._orphan_file.move(self._put_orphans)
        except (StateError, OSError):
            return False
        return True

    def _orphans_of_file(self) -> Sequence[Orphan]:
        try:
            kept = self._orphan_file.kept()
        except OSError:
            return []
        return [orphan for store, orphan in kept if store == self._store]

    def _of_intent(self, write_token: str) -> peewee.Expression:
        return (PartRow.store == self._store) & (PartRow.write_token == write_token)
