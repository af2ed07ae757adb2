"""Which job a results root belongs to, and as which run of it a RUN directory is stored."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import peewee

from core.model import HIGHEST_ID, check_id
from core.ports.journal.bindings import RememberedJob, StoredSource
from storage.db.columns import moment_from, moment_text, path_from, text_from, whole_from
from storage.db.database_session import Row, Session
from storage.db.journal.store_tables import StoreTable, StoreTables
from storage.db.readable_rows import readable

_REMEMBERED = """
    SELECT job_id, (SELECT created_at FROM known_jobs WHERE store = ? AND known_jobs.job_id = m.job_id)
    FROM (SELECT 0 AS place, job_id FROM stored WHERE store = ? AND source = ?
          UNION ALL SELECT 1, job_id FROM bindings WHERE store = ? AND results_root = ?) AS m
    WHERE job_id > 0 ORDER BY place
"""


class Bindings(StoreTable):
    """Which job a results root belongs to."""

    results_root = peewee.BlobField()
    job_id = peewee.IntegerField()


class KnownJobs(StoreTable):
    """Tells a job from a later one with the same id, in a store that was emptied."""

    job_id = peewee.IntegerField()
    created_at = peewee.TextField()


class Stored(StoreTable):
    """A RUN directory as it was when it was stored last."""

    source = peewee.BlobField()
    fingerprint = peewee.TextField()
    job_id = peewee.IntegerField()
    run_id = peewee.IntegerField()


class StoredIn(StoreTable):
    """As which run of a job a RUN directory was stored last in that job."""

    job_id = peewee.IntegerField()
    source = peewee.BlobField()
    run_id = peewee.IntegerField()


class JobTables(StoreTables):
    """See `Journal`."""

    def bind_root(self, results_root: str, job_id: int) -> None:
        with self.database.writing() as session:
            root = os.fsencode(results_root)
            row = {"store": self._store, "results_root": root, "job_id": job_id}
            session.run(Bindings.insert(row).on_conflict_replace())

    def bound_job(self, results_root: str) -> int | None:
        ours = Bindings.select(Bindings.job_id).where(self._ours(Bindings))
        with self.database.reading() as session:
            query = ours.where(Bindings.results_root == os.fsencode(results_root))
            found = readable(session.rows(query), lambda row: check_id(row[0], "Job id"))
            return next(iter(found), None)

    def put_job(self, job_id: int, created_at: datetime) -> None:
        made = moment_text(created_at)
        row = {"store": self._store, "job_id": job_id, "created_at": made}
        same = KnownJobs.job_id == job_id
        query = KnownJobs.select(KnownJobs.created_at).where(self._ours(KnownJobs), same)
        with self.database.writing() as session:
            known = session.rows(query)
            if known and known != [(made,)]:
                self._forget_job(session, job_id)
            session.run(KnownJobs.insert(row).on_conflict_replace())

    def known_jobs(self) -> Mapping[int, datetime]:
        columns = KnownJobs.select(KnownJobs.job_id, KnownJobs.created_at)
        with self.database.reading() as session:
            rows = session.rows(columns.where(self._ours(KnownJobs)))
            return dict(readable(rows, _known_job_from))

    def put_stored(self, source: str, stored: StoredSource) -> None:
        with self.database.writing() as session:
            row = {**asdict(stored), "store": self._store, "source": os.fsencode(source)}
            session.run(Stored.insert(row).on_conflict_replace())
            del row["fingerprint"]
            session.run(StoredIn.insert(row).on_conflict_replace())

    def stored(self) -> Mapping[str, StoredSource]:
        return dict(self._all(Stored.select().where(self._ours(Stored)), _stored_from))

    def stored_as(self, source: str) -> StoredSource | None:
        ours = Stored.select().where(self._ours(Stored))
        with self.database.reading() as session:
            rows = session.rows(ours.where(Stored.source == os.fsencode(source)))
            return next((stored for _, stored in readable(rows, _stored_from)), None)

    def sources_of(self, job_id: int, run_id: int) -> Sequence[str]:
        of_run = (StoredIn.job_id == job_id) & (StoredIn.run_id == run_id)
        query = StoredIn.select(StoredIn.source).where(self._ours(StoredIn), of_run)
        with self.database.reading() as session:
            rows = session.rows(query.order_by(StoredIn.source))
            return readable(rows, lambda row: path_from(row[0]))

    def remembered_jobs(self, results_root: str, source: str) -> Sequence[RememberedJob]:
        with self.database.reading() as session:
            store, paths = self._store, (os.fsencode(source), os.fsencode(results_root))
            rows = session.sql(_REMEMBERED, (store, store, paths[0], store, paths[1]))
            return readable(rows, _remembered_from)

    def stored_in(self, job_id: int) -> Mapping[str, int]:
        columns = StoredIn.select(StoredIn.source, StoredIn.run_id)
        with self.database.reading() as session:
            rows = session.rows(columns.where(self._ours(StoredIn), StoredIn.job_id == job_id))
            return dict(readable(rows, _stored_in_from))

    def forget_job(self, job_id: int) -> None:
        with self.database.writing() as session:
            self._forget_job(session, job_id)

    def _forget_job(self, session: Session, job_id: int) -> None:
        for table in (Bindings, KnownJobs, StoredIn, Stored):
            session.run(table.delete().where(self._ours(table), table.job_id == job_id))


def _stored_from(row: Row) -> tuple[str, StoredSource]:
    _, source, fingerprint, job_id, run_id = row
    stored = text_from(fingerprint), whole_from(job_id, HIGHEST_ID), whole_from(run_id, HIGHEST_ID)
    return path_from(source), StoredSource(*stored)


def _stored_in_from(row: Row) -> tuple[str, int]:
    source, run_id = row
    return path_from(source), whole_from(run_id, HIGHEST_ID)


def _known_job_from(row: Row) -> tuple[int, datetime]:
    job_id, made = row
    return check_id(job_id, "Job id"), moment_from(made)


def _remembered_from(row: Row) -> RememberedJob:
    job_id, made = row
    return RememberedJob(check_id(job_id, "Job id"), moment_from(made) if made else None)
