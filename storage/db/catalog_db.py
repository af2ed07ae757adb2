"""The catalog in SQLite: `cache.db`."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from core.errors import CatalogError, RunFerryError
from core.model import Artifact, ArtifactKind, FileId, Job, Run, RunStatus, whole_seconds
from core.ports.catalog import Catalog, Extent
from storage.db.catalog_artifacts import (
    NATURAL_KEY,
    artifact_from,
    artifact_row,
    content_row,
    has_alike,
    put_artifact,
    put_extents,
    remove_artifacts,
    replace_artifacts,
    select_about,
    select_alike,
    select_artifacts,
    select_extent,
    select_holding,
    select_results,
)
from storage.db.catalog_file import is_usable, open_cache
from storage.db.catalog_schema import TABLES, Jobs, Runs, job_from, job_row, run_from, run_row
from storage.db.columns import moment_from, moment_text
from storage.db.database import Database
from storage.db.database_header import BUSY_SECONDS
from storage.db.database_session import Session
from storage.db.readable_rows import readable

_LONGEST_READING = timedelta(days=1)
_PUT_JOB = "INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?)"
_PUT_RUN = "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)"
_ADD_RUN = "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?)"
_RUN_COUNTS = "SELECT job_id, count(*) FROM runs WHERE job_id BETWEEN ? AND ? GROUP BY job_id"
_DELETE_RUNS = """
    DELETE FROM runs
    WHERE (status = ? AND coalesce(results_uploaded_at, '') NOT BETWEEN ? AND ?) OR status = ?
       OR job_id NOT IN (SELECT id FROM jobs)
"""


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
        row = job_row(job)
        self.database.write(lambda session: session.sql(_PUT_JOB, row))

    def job(self, job_id: int) -> Job | None:
        query = Jobs.select().where(Jobs.id == job_id)
        with self.database.reading() as session:
            return next(iter(readable(session.rows(query), job_from)), None)

    def jobs(self, *, offset: int = 0, limit: int = 1000) -> Sequence[Job]:
        query = Jobs.select().order_by(Jobs.id.desc()).offset(offset).limit(limit)
        with self.database.reading() as session:
            return readable(session.rows(query), job_from)

    def job_count(self) -> int:
        with self.database.reading() as session:
            return session.sql("SELECT count(*) FROM jobs")[0][0]

    def put_run(self, run: Run) -> None:
        row = run_row(run)
        self.database.write(lambda session: session.sql(_PUT_RUN, row))

    def run(self, job_id: int, run_id: int) -> Run | None:
        query = Runs.select().where(Runs.job_id == job_id, Runs.run_id == run_id)
        with self.database.reading() as session:
            return next(iter(readable(session.rows(query), run_from)), None)

    def runs(self, job_id: int, *, offset: int = 0, limit: int = 1000) -> Sequence[Run]:
        query = Runs.select().where(Runs.job_id == job_id).order_by(Runs.run_id)
        with self.database.reading() as session:
            return readable(session.rows(query.offset(offset).limit(limit)), run_from)

    def run_count(self, job_id: int) -> int:
        with self.database.reading() as session:
            return session.sql("SELECT count(*) FROM runs WHERE job_id = ?", (job_id,))[0][0]

    def run_counts(self, job_ids: Collection[int]) -> Mapping[int, int]:
        # A page of jobs is a range of ids; SQLite takes a limited number of values.
        between = (min(job_ids, default=0), max(job_ids, default=0))
        with self.database.reading() as session:
            rows = session.sql(_RUN_COUNTS, between)
            return {job_id: count for job_id, count in rows if job_id in job_ids}

    def put_artifact(self, artifact: Artifact) -> FileId:
        return self.database.write(lambda session: put_artifact(session, artifact))

    def holding(self, sha256: str) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return readable(select_holding(session, sha256), artifact_from)

    def about(self, text: str) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return readable(select_about(session, text), artifact_from)

    def remove_artifact(
        self, job_id: int, run_id: int | None, kind: ArtifactKind, version: int
    ) -> None:
        which = (job_id, run_id or 0, kind.value, version)
        self.database.write(lambda session: remove_artifacts(session, NATURAL_KEY, which))

    def remove_run(self, job_id: int, run_id: int) -> None:
        delete = "DELETE FROM runs WHERE job_id = ? AND run_id = ?"
        self.database.write(lambda session: session.sql(delete, (job_id, run_id)))

    def remove_job(self, job_id: int) -> None:
        def remove(session: Session) -> None:
            remove_artifacts(session, "job_id = ?", (job_id,))
            session.sql("DELETE FROM runs WHERE job_id = ?", (job_id,))
            session.sql("DELETE FROM jobs WHERE id = ?", (job_id,))

        self.database.write(remove)

    def put_extents(self, extents: Mapping[str, Extent]) -> None:
        self.database.write(lambda session: put_extents(session, extents))

    def extent(self, content_id: str) -> Extent | None:
        with self.database.reading() as session:
            return select_extent(session, content_id)

    def knows_extent(self, extent: Extent) -> bool:
        with self.database.reading() as session:
            return has_alike(session, extent)

    def results_of(self, content_id: str) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return readable(select_results(session, content_id), artifact_from)

    def stored_like(self, extent: Extent) -> Sequence[Artifact]:
        with self.database.reading() as session:
            return readable(select_alike(session, extent), artifact_from)

    def artifacts(self, job_id: int, run_id: int | None = None) -> Sequence[Artifact]:
        with self.database.reading() as session:
            if run_id is None:
                rows = select_artifacts(session, "job_id = ?", (job_id,))
            else:
                rows = select_artifacts(session, "job_id = ? AND run_id = ?", (job_id, run_id))
            return readable(rows, artifact_from)

    def replace(
        self,
        jobs: Sequence[Job],
        runs: Sequence[Run],
        artifacts: Sequence[Artifact],
        synced_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        anew: bool = False,
    ) -> None:
        since = whole_seconds(synced_at)
        meanwhile = moment_text(since), moment_text(since + _LONGEST_READING)
        job_rows = [*map(job_row, jobs)]
        stored = [run_row(run) for run in runs if run.status is RunStatus.DONE]
        others = [run_row(run) for run in runs if run.status is not RunStatus.DONE]
        rows, contents = [*map(artifact_row, artifacts)], [*map(content_row, artifacts)]

        def put_all(session: Session) -> None:
            for table in TABLES if anew else ():
                session.sql(f"DELETE FROM {table}")  # noqa: S608 - a constant
            session.sql("DELETE FROM jobs WHERE created_at NOT BETWEEN ? AND ?", meanwhile)
            session.sql_many(_PUT_JOB, job_rows)
            session.sql(_DELETE_RUNS, (RunStatus.DONE.value, *meanwhile, RunStatus.ERROR.value))
            session.sql_many(_PUT_RUN, stored)
            session.sql_many(_ADD_RUN, others)  # results may have been recorded meanwhile
            replace_artifacts(session, rows, contents, meanwhile)
            session.sql("DELETE FROM etags")
            session.sql_many("INSERT INTO etags VALUES (?, ?)", etags.items())
            session.sql(
                "INSERT OR REPLACE INTO facts VALUES ('synced_at', ?)", (moment_text(synced_at),)
            )

        self.database.write(put_all)

    def etags(self) -> Mapping[str, str]:
        with self.database.reading() as session:
            return dict(session.sql("SELECT key, etag FROM etags"))

    def synced_at(self) -> datetime | None:
        with self.database.reading() as session:
            rows = session.sql("SELECT value FROM facts WHERE name = 'synced_at'")
            return next(iter(readable(rows, lambda row: moment_from(row[0]))), None)

    def dump(self) -> str:
        """All jobs, runs, artifacts and contents in one text, without the ids of rows.

        Two caches of the same store have the same text, however they came about.
        """
        files = (
            "SELECT content, size, count(file_id)"
            " FROM files LEFT JOIN artifacts ON file_id = files.id GROUP BY files.id ORDER BY content"
        )
        extents = (
            "SELECT * FROM extents WHERE content_id IN (SELECT content_id FROM artifacts)"
            " ORDER BY content_id"
        )
        with self.database.reading() as session:
            return "".join(
                json.dumps([table, *map(str, row)]) + "\n"
                for table, rows in (
                    ("job", session.sql("SELECT * FROM jobs ORDER BY id")),
                    ("run", session.sql("SELECT * FROM runs ORDER BY job_id, run_id")),
                    ("artifact", select_artifacts(session)),
                    ("file", session.sql(files)),
                    ("extent", session.sql(extents)),
                )
                for row in rows
            )

    def close(self) -> None:
        self.database.close()
