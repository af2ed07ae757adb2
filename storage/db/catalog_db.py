"""The catalog in SQLite: `cache.db`."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import peewee

from core.errors import CatalogError, RunFerryError
from core.model import Artifact, ArtifactKind, FileId, Job, Run, RunStatus
from core.ports.catalog import Catalog, Extent, JobOrder, ReadAt, RunOrder, Tally
from storage.db import catalog_artifacts, catalog_orders, recordings
from storage.db.catalog_file import is_usable, open_cache
from storage.db.catalog_schema import Artifacts, Etags, Extents, Facts, Files, Jobs, Runs
from storage.db.database import Database
from storage.db.database_header import BUSY_SECONDS
from storage.db.database_session import Session
from storage.db.readable_rows import only, pair, readable
from storage.db.recordings import Meanwhile

_SYNCED_AT, _LISTED_AT, _JOB_READ_AT = "synced_at", "listed_at", "job "
"""Names of facts; the last one is followed by the id."""
_LAST = "\U0010ffff"
"""Behind all keys that begin with the same."""
_IS_STORED = Runs.status.in_([RunStatus.DONE, RunStatus.ERROR])
"""Or was: the store alone tells of these. It knows nothing of the others, which stay as they are."""


class SqliteCatalog(Catalog):
    """One store's cache in one file, shared by any number of threads and processes.

    A file that cannot be used is put out of the way and an empty cache takes its place; one that
    cannot be written is gone on with in memory. Raises StateError when it stays locked. Times are
    kept to the microsecond. Text that UTF-8 cannot hold is kept with escapes. A row that somebody
    damaged is as if it was not there: the next reading of the store puts it back.
    """

    def __init__(
        self,
        path: str,
        *,
        busy_seconds: float = BUSY_SECONDS,
        on_unsaved: Callable[[RunFerryError], None] = lambda _: None,
    ) -> None:
        """`on_unsaved` is told, once and on any thread, why nothing is saved any more."""
        self.database = Database(
            path,
            journal_mode="wal",
            synchronous="normal",
            error=CatalogError,
            kept="It is only a cache: nothing that is stored is affected.",
            when_damaged="Start RunFerry again: the cache is then made anew from the store.",
            busy_seconds=busy_seconds,
            spare=is_usable,
            on_unsaved=on_unsaved,
        )
        open_cache(self.database, busy_seconds)

    def put_job(self, job: Job) -> None:
        def put(session: Session) -> None:
            session.put_many(Jobs, [vars(job)])
            recordings.note_job(session, job.id)

        self.database.write(put)

    def job(self, job_id: int) -> Job | None:
        with self.database.reading() as session:
            found = session.rows(Jobs.select().where(Jobs.id == job_id))
            return next(iter(readable(found, Job)), None)

    def jobs(self, *, offset: int = 0, limit: int | None = None) -> Sequence[Job]:
        query = Jobs.select().order_by(Jobs.id.desc()).offset(offset).limit(limit)
        with self.database.reading() as session:
            return readable(session.rows(query), Job)

    def job_count(self) -> int:
        with self.database.reading() as session:
            return session.scalar(Jobs.select(peewee.fn.COUNT()))

    def jobs_before(self, job_id: int) -> int:
        with self.database.reading() as session:
            return session.scalar(Jobs.select(peewee.fn.COUNT()).where(Jobs.id > job_id))

    def job_ids(self, by: JobOrder, *, descending: bool) -> Sequence[int]:
        with self.database.reading() as session:
            return catalog_orders.job_ids(session, by, descending=descending)

    def jobs_of(self, job_ids: Sequence[int]) -> Sequence[Job]:
        with self.database.reading() as session:
            return catalog_orders.jobs_of(session, job_ids)

    def jobs_like(self, words: Sequence[str], *, limit: int) -> Sequence[Job]:
        with self.database.reading() as session:
            return catalog_orders.jobs_like(session, words, limit)

    def put_run(self, run: Run) -> None:
        def put(session: Session) -> None:
            session.put_many(Runs, [vars(run)])
            recordings.note_run(session, run.job_id, run.run_id)

        self.database.write(put)

    def run(self, job_id: int, run_id: int) -> Run | None:
        query = Runs.select().where(Runs.job_id == job_id, Runs.run_id == run_id)
        with self.database.reading() as session:
            return next(iter(readable(session.rows(query), Run)), None)

    def runs(self, job_id: int, *, offset: int = 0, limit: int | None = None) -> Sequence[Run]:
        query = Runs.select().where(Runs.job_id == job_id).order_by(Runs.run_id)
        with self.database.reading() as session:
            return readable(session.rows(query.offset(offset).limit(limit)), Run)

    def run_count(self, job_id: int) -> int:
        with self.database.reading() as session:
            return session.scalar(Runs.select(peewee.fn.COUNT()).where(Runs.job_id == job_id))

    def runs_before(self, job_id: int, run_id: int) -> int:
        before = (Runs.job_id == job_id) & (Runs.run_id < run_id)
        with self.database.reading() as session:
            return session.scalar(Runs.select(peewee.fn.COUNT()).where(before))

    def run_ids(self, job_id: int, by: RunOrder, *, descending: bool) -> Sequence[int]:
        with self.database.reading() as session:
            return catalog_orders.run_ids(session, job_id, by, descending=descending)

    def runs_of(self, job_id: int, run_ids: Sequence[int]) -> Sequence[Run]:
        with self.database.reading() as session:
            return catalog_orders.runs_of(session, job_id, run_ids)

    def runs_like(self, words: Sequence[str], *, limit: int) -> Sequence[Run]:
        with self.database.reading() as session:
            return catalog_orders.runs_like(session, words, limit)

    def tally(self, job_id: int) -> Tally:
        with self.database.reading() as session:
            return catalog_orders.tally(session, job_id)

    def run_counts(self, job_ids: Collection[int]) -> Mapping[int, int]:
        with self.database.reading() as session:
            return catalog_orders.run_counts(session, job_ids)

    def put_artifact(self, artifact: Artifact) -> FileId:
        return self.database.write(lambda s: catalog_artifacts.put_artifact(s, artifact))

    def holding(self, sha256: str) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return catalog_artifacts.artifacts(session, Files.content == sha256)

    def keys_like(self, text: str, *, limit: int) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return catalog_artifacts.keys_like(session, text, limit)

    def about(self, text: str) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return catalog_artifacts.about(session, text)

    def remove_artifact(
        self,
        job_id: int,
        run_id: int | None,
        kind: ArtifactKind,
        version: int,
        beside: str = "",
    ) -> None:
        which = catalog_artifacts.natural_key(job_id, run_id, kind, version, beside)

        def remove(session: Session) -> None:
            catalog_artifacts.remove_artifacts(session, which)
            recordings.note_artifact(session, job_id, run_id, kind)

        self.database.write(remove)

    def remove_run(self, job_id: int, run_id: int) -> None:
        def remove(session: Session) -> None:
            session.run(Runs.delete().where(Runs.job_id == job_id, Runs.run_id == run_id))
            recordings.note_run(session, job_id, run_id)

        self.database.write(remove)

    def remove_job(self, job_id: int, *, since: int | None = None) -> None:
        def remove(session: Session) -> None:
            if since is None:
                _remove_job(session, job_id)
                recordings.note_removed_job(session, job_id)
            elif not Meanwhile(session, since).is_about(job_id):
                _remove_job(session, job_id)

        self.database.write(remove)

    def last_recording(self) -> int:
        with self.database.reading() as session:
            return recordings.last_recording(session)

    def put_extents(self, extents: Mapping[str, Extent]) -> None:
        rows = [{"content_id": content, **e._asdict()} for content, e in extents.items()]
        self.database.write(lambda session: session.put_many(Extents, rows))

    def extent(self, content_id: str) -> Extent | None:
        with self.database.reading() as session:
            return catalog_artifacts.extent_of(session, content_id)

    def knows_extent(self, extent: Extent) -> bool:
        with self.database.reading() as session:
            return catalog_artifacts.has_alike(session, extent)

    def results_of(self, content_id: str) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return catalog_artifacts.results_of(session, content_id)

    def stored_like(self, extent: Extent) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return catalog_artifacts.alike(session, extent)

    def artifacts(self, job_id: int, run_id: int | None = None) -> Sequence[Artifact]:
        of_job = Artifacts.job_id == job_id
        which = of_job if run_id is None else of_job & (Artifacts.run_id == run_id)
        with self.database.reading() as session:
            return catalog_artifacts.artifacts(session, which)

    def own_artifacts(self, job_id: int) -> Sequence[Artifact]:
        which = (Artifacts.job_id == job_id) & Artifacts.run_id.holds(None)
        with self.database.reading() as session:
            return catalog_artifacts.artifacts(session, which)

    def replace(
        self,
        jobs: Sequence[Job],
        runs: Sequence[Run],
        artifacts: Sequence[Artifact],
        synced_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
        anew: bool = False,
    ) -> None:
        def put_all(session: Session) -> None:
            meanwhile = Meanwhile(session, since)
            session.run(Jobs.delete().where(meanwhile.other_jobs()))
            session.put_many(Jobs, map(vars, meanwhile.jobs(jobs)))
            if anew:
                session.run(Runs.delete().where(meanwhile.other_runs()))
            without_job = Runs.job_id.not_in(Jobs.select(Jobs.id))
            _replace_runs(session, runs, _IS_STORED | without_job, meanwhile)
            catalog_artifacts.replace_artifacts(session, artifacts, meanwhile)
            session.run(Etags.delete())
            session.run(Facts.delete())
            _note_reading(session, meanwhile.etags(etags, artifacts), _SYNCED_AT, synced_at)

        self.database.write(put_all)

    def replace_job(
        self,
        job: Job,
        runs: Sequence[Run],
        artifacts: Sequence[Artifact],
        read_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
    ) -> None:
        def put_all(session: Session) -> None:
            meanwhile = Meanwhile(session, since)
            session.put_many(Jobs, map(vars, meanwhile.jobs([job])))
            _replace_runs(session, runs, (Runs.job_id == job.id) & _IS_STORED, meanwhile)
            catalog_artifacts.replace_artifacts_of(session, job.id, artifacts, meanwhile)
            told = meanwhile.etags(etags, artifacts)
            _note_reading(session, told, f"{_JOB_READ_AT}{job.id}", read_at)

        self.database.write(put_all)

    def replace_job_list(
        self,
        jobs: Sequence[Job],
        gone: Collection[int],
        read_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
    ) -> None:
        def put_all(session: Session) -> None:
            meanwhile = Meanwhile(session, since)
            session.put_many(Jobs, map(vars, meanwhile.jobs(jobs)))
            for job_id in gone:
                if not meanwhile.is_about(job_id):
                    _remove_job(session, job_id)
            _note_reading(session, etags, _LISTED_AT, read_at)

        self.database.write(put_all)

    def etags(self, below: str = "") -> Mapping[str, str]:
        which = Etags.key.between(below, below + _LAST)
        with self.database.reading() as session:
            return dict(readable(session.rows(Etags.select().where(which)), pair("key", "etag")))

    def synced_at(self) -> datetime | None:
        query = Facts.select(Facts.value).where(Facts.name == _SYNCED_AT)
        with self.database.reading() as session:
            return next(iter(readable(session.rows(query), only)), None)

    def read_at(self) -> ReadAt:
        with self.database.reading() as session:
            at = dict(readable(session.rows(Facts.select()), pair("name", "value")))
        jobs = {
            int(name.removeprefix(_JOB_READ_AT)): moment
            for name, moment in at.items()
            if name.startswith(_JOB_READ_AT) and name.removeprefix(_JOB_READ_AT).isdecimal()
        }
        return ReadAt(at.get(_SYNCED_AT), at.get(_LISTED_AT), jobs)

    def revision(self) -> object:
        with self.database.reading() as session:
            # The first counts what other connections wrote, the second what this one did.
            return session.pragma("data_version"), session.changes()

    def dump(self) -> str:
        """All jobs, runs, artifacts and contents in one text, without the ids of rows.

        Two caches of the same store have the same text, however they came about.
        """
        files = (
            "SELECT content, size, count(file_id)"
            " FROM files LEFT JOIN artifacts ON file_id = files.id GROUP BY files.id ORDER BY content"
        )
        known = Extents.content_id.in_(Artifacts.select(Artifacts.content_id))
        with self.database.reading() as session:
            return "".join(
                json.dumps([table, *map(str, row.values())]) + "\n"
                for table, rows in (
                    ("job", session.rows(Jobs.select().order_by(Jobs.id))),
                    ("run", session.rows(Runs.select().order_by(Runs.job_id, Runs.run_id))),
                    ("artifact", catalog_artifacts.artifact_rows(session)),
                    ("file", session.sql(files)),
                    (
                        "extent",
                        session.rows(Extents.select().where(known).order_by(Extents.content_id)),
                    ),
                )
                for row in rows
            )

    def close(self) -> None:
        self.database.close()


def _note_reading(session: Session, etags: Mapping[str, str], what: str, read_at: datetime) -> None:
    session.put_many(Etags, ({"key": key, "etag": etag} for key, etag in etags.items()))
    session.put_many(Facts, [{"name": what, "value": read_at}])


def _remove_job(session: Session, job_id: int) -> None:
    catalog_artifacts.remove_artifacts(session, Artifacts.job_id == job_id)
    session.run(Runs.delete().where(Runs.job_id == job_id))
    session.run(Jobs.delete().where(Jobs.id == job_id))


def _replace_runs(
    session: Session, listed: Sequence[Run], gone: peewee.Expression, meanwhile: Meanwhile
) -> None:
    runs = meanwhile.runs(listed)
    stored = [vars(run) for run in runs if run.status is RunStatus.DONE]
    others = [vars(run) for run in runs if run.status is not RunStatus.DONE]
    session.run(Runs.delete().where(gone, meanwhile.other_runs()))
    session.put_many(Runs, stored)
    session.put_many(Runs, others, otherwise="IGNORE")
