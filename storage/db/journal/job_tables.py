"""Which job a results root belongs to, and as which run of it a RUN directory is stored."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import peewee

from core.model import HIGHEST_ID
from core.ports.journal.bindings import RememberedJob, StoredSource
from storage.db.database_session import Session
from storage.db.fields import FlagField, IdField, MomentField, NumberField, PathField, TextField
from storage.db.journal.store_tables import StoreTable, StoreTables
from storage.db.readable_rows import only, pair
from storage.db.tables import Query


class Bindings(StoreTable):
    """Which job a results root belongs to."""

    results_root = PathField()
    job_id = IdField()
    found = FlagField()


class KnownJobs(StoreTable):
    """Tells a job from a later one with the same id, in a store that was emptied."""

    job_id = IdField()
    created_at = MomentField()


class Stored(StoreTable):
    """A RUN directory as it was when it was stored last; job 0 is unknown."""

    source = PathField()
    fingerprint = TextField()
    job_id = NumberField(HIGHEST_ID)
    run_id = NumberField(HIGHEST_ID)
    found = FlagField()
    content_id = TextField()


class StoredIn(StoreTable):
    """As which run of a job a RUN directory was stored last in that job."""

    job_id = IdField()
    source = PathField()
    run_id = NumberField(HIGHEST_ID)


class GivenIds(StoreTable):
    """As which run a directory of a results root counts."""

    results_root = PathField()
    directory = PathField()
    run_id = IdField()


class JobTables(StoreTables):
    """See `Journal`."""

    def bind_root(self, results_root: str, job_id: int, *, found: bool = False) -> None:
        self._put(Bindings, results_root=results_root, job_id=job_id, found=found)

    def bound_job(self, results_root: str) -> int | None:
        return next(iter(self._all(self._bound(results_root), only)), None)

    def bound_roots(self, job_id: int) -> Sequence[str]:
        of_job = self._ours(Bindings) & (Bindings.job_id == job_id)
        return sorted(self._all(Bindings.select(Bindings.results_root).where(of_job), only))

    def found_job(self, results_root: str) -> int | None:
        found = self._bound(results_root).where(Bindings.found != 0)
        return next(iter(self._all(found, only)), None)

    def put_job(self, job_id: int, created_at: datetime) -> None:
        same = KnownJobs.job_id == job_id
        with self.database.writing() as session:
            other = self._ours(KnownJobs) & same & (KnownJobs.created_at != created_at)
            if session.scalar(KnownJobs.select(peewee.fn.COUNT()).where(other)):
                self._forget_job(session, job_id)
            self._put(KnownJobs, job_id=job_id, created_at=created_at)

    def known_jobs(self) -> Mapping[int, datetime]:
        columns = KnownJobs.select(KnownJobs.job_id, KnownJobs.created_at)
        return dict(self._all(columns.where(self._ours(KnownJobs)), pair("job_id", "created_at")))

    def put_stored(self, source: str, stored: StoredSource) -> None:
        with self.database.writing():
            self._put(Stored, source=source, **asdict(stored))
            self._put(StoredIn, source=source, job_id=stored.job_id, run_id=stored.run_id)

    def stored(self) -> Mapping[str, StoredSource]:
        return dict(self._all(Stored.select().where(self._ours(Stored)), _stored))

    def stored_as(self, source: str) -> StoredSource | None:
        ours = Stored.of(StoredSource).where(self._ours(Stored), Stored.source == source)
        return next(iter(self._all(ours, StoredSource)), None)

    def sources_of(self, job_id: int, run_id: int) -> Sequence[str]:
        of_run = (StoredIn.job_id == job_id) & (StoredIn.run_id == run_id)
        ours = StoredIn.select(StoredIn.source).where(self._ours(StoredIn), of_run)
        return self._all(ours.order_by(StoredIn.source), only)

    def remembered_jobs(self, results_root: str, source: str) -> Sequence[RememberedJob]:
        own = (Stored.source == source) & (Stored.job_id > 0) & (Stored.found == 0)
        stored = self._with_moment(Stored, 0).where(own)
        bound = self._with_moment(Bindings, 1).where(Bindings.results_root == results_root)
        return self._all(stored.union_all(bound).order_by(peewee.SQL("place")), _remembered)

    def stored_in(self, job_id: int) -> Mapping[str, int]:
        columns = StoredIn.select(StoredIn.source, StoredIn.run_id)
        ours = columns.where(self._ours(StoredIn), StoredIn.job_id == job_id)
        return dict(self._all(ours, pair("source", "run_id")))

    def give_ids(self, results_root: str, ids: Mapping[str, int]) -> None:
        root = {"store": self._store, "results_root": results_root}
        with self.database.writing() as session:
            rows = [root | {"directory": name, "run_id": run_id} for name, run_id in ids.items()]
            session.put_many(GivenIds, rows)

    def given_ids(self, results_root: str) -> Mapping[str, int]:
        columns = GivenIds.select(GivenIds.directory, GivenIds.run_id)
        ours = columns.where(self._ours(GivenIds), GivenIds.results_root == results_root)
        return dict(self._all(ours, pair("directory", "run_id")))

    def forget_run(self, job_id: int, run_id: int) -> None:
        with self.database.writing() as session:
            for table in (StoredIn, Stored):
                session.run(table.delete().where(self._of_run(table, job_id, run_id)))

    def move_run(self, job_id: int, run_id: int, to_job: int, to_run: int) -> None:
        there = {"job_id": to_job, "run_id": to_run}
        with self.database.writing() as session:
            of_run = self._of_run(Stored, job_id, run_id)
            session.run(Stored.update(there).where(of_run))
            for source in self.sources_of(job_id, run_id):
                self._put(StoredIn, source=source, **there)
            if job_id != to_job:  # else each took the place of the one before
                session.run(StoredIn.delete().where(self._of_run(StoredIn, job_id, run_id)))

    def forget_job(self, job_id: int) -> None:
        with self.database.writing() as session:
            self._forget_job(session, job_id)

    def _of_run(
        self, table: type[Stored | StoredIn], job_id: int, run_id: int
    ) -> peewee.Expression:
        return self._ours(table) & (table.job_id == job_id) & (table.run_id == run_id)

    def _bound(self, results_root: str) -> Query:
        ours = Bindings.select(Bindings.job_id).where(self._ours(Bindings))
        return ours.where(Bindings.results_root == results_root)

    def _forget_job(self, session: Session, job_id: int) -> None:
        for table in (Bindings, KnownJobs, StoredIn, Stored):
            session.run(table.delete().where(self._ours(table), table.job_id == job_id))

    def _with_moment(self, table: type[Stored | Bindings], place: int) -> Query:
        """Its jobs, and when each was made, if that was put."""
        known = (KnownJobs.store == table.store) & (KnownJobs.job_id == table.job_id)
        columns = table.select(
            peewee.Value(place).alias("place"), table.job_id, KnownJobs.created_at
        )
        joined = columns.join(KnownJobs, peewee.JOIN.LEFT_OUTER, on=known)
        return joined.where(self._ours(table))


def _stored(store: bytes, source: str, **columns: Any) -> tuple[str, StoredSource]:
    return source, StoredSource(**columns)


def _remembered(place: int, job_id: int, created_at: datetime | None) -> RememberedJob:
    return RememberedJob(job_id, created_at)
