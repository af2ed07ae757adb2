"""The tables of `cache.db` and their rows as core's models.

`runs.run_id` is a RUN's number within its job; `artifacts.run_id` is 0 for the artifacts of the job
itself. Content is a row of `files`: `content` is its SHA-256, or `key:` and the object's key while
the digest is unknown. Artifacts refer to it; the number of references is the number of such rows.
`etags` are those of the objects that the rows were read from, at the last reading.
`extents` tells how much is in results of one content id, which outlives the ways of packing them.
The SQL is that of SQLite 3.24, which is older than the one of any system with a Python we run on.
"""

import os

import peewee

from core.model import Job, JobStatus, Run, RunStatus
from storage.db.columns import (
    list_from,
    list_text,
    moment_from,
    moment_text,
    optional_moment_from,
    optional_moment_text,
    path_from,
    storable,
    text_from,
)
from storage.db.database_session import Row, Session
from storage.db.tables import Table

APPLICATION_ID = int.from_bytes(b"RFca")
VERSION = 4
TABLES = ("artifacts", "files", "runs", "jobs", "etags", "facts")
"""All that a reading of the store replaces, in an order in which they may be emptied."""


class Jobs(Table):
    """A job."""

    id = peewee.IntegerField()
    name = peewee.TextField()
    created_at = peewee.TextField()
    status = peewee.TextField()
    tags = peewee.TextField()
    owner = peewee.TextField()
    host = peewee.TextField()


class Runs(Table):
    """A run of a job; the job itself may be unknown yet."""

    job_id = peewee.IntegerField()
    run_id = peewee.IntegerField()
    status = peewee.TextField()
    results_url = peewee.BlobField()
    results_uploaded_at = peewee.TextField(null=True)


_STATEMENTS = (
    """
    CREATE TABLE jobs (
        id INTEGER NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        created_at TEXT NOT NULL,
        status TEXT NOT NULL,
        tags TEXT NOT NULL,
        owner TEXT NOT NULL,
        host TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE runs (
        job_id INTEGER NOT NULL,
        run_id INTEGER NOT NULL,
        status TEXT NOT NULL,
        results_url BLOB NOT NULL,
        results_uploaded_at TEXT,
        PRIMARY KEY (job_id, run_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        content TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE artifacts (
        job_id INTEGER NOT NULL,
        run_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        version INTEGER NOT NULL,
        file_id INTEGER NOT NULL REFERENCES files (id),
        key TEXT NOT NULL,
        content_id TEXT NOT NULL,
        stored_at TEXT,
        managed INTEGER NOT NULL,
        host TEXT NOT NULL,
        app_version TEXT NOT NULL,
        tags TEXT NOT NULL,
        PRIMARY KEY (job_id, run_id, kind, version)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX artifacts_of_file ON artifacts (file_id)",
    "CREATE INDEX artifacts_of_content ON artifacts (content_id)",
    """
    CREATE TABLE extents (
        content_id TEXT PRIMARY KEY,
        files INTEGER NOT NULL,
        raw_bytes INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX contents_of_extent ON extents (raw_bytes, files)",
    "CREATE TABLE etags (key TEXT PRIMARY KEY, etag TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)


def create_tables(session: Session) -> None:
    """Within the caller's transaction, so that a half-made cache is never found."""
    for statement in _STATEMENTS:
        session.sql(statement)
    session.mark(APPLICATION_ID, VERSION)


def job_row(job: Job) -> Row:
    """In the order of the table's columns."""
    return (
        job.id,
        storable(job.name),
        moment_text(job.created_at),
        job.status.value,
        list_text(job.tags),
        storable(job.owner),
        storable(job.host),
    )


def job_from(row: Row) -> Job:
    """Raises ValueError or InvalidIdError when the row is damaged."""
    job_id, name, created_at, status, tags, owner, host = row
    return Job(
        job_id,
        text_from(name),
        moment_from(created_at),
        JobStatus(status),
        list_from(tags),
        text_from(owner),
        text_from(host),
    )


def run_row(run: Run) -> Row:
    """In the order of the table's columns."""
    uploaded_at = optional_moment_text(run.results_uploaded_at)
    return run.job_id, run.run_id, run.status.value, os.fsencode(run.results_url), uploaded_at


def run_from(row: Row) -> Run:
    """Raises ValueError or InvalidIdError when the row is damaged."""
    job_id, run_id, status, url, uploaded_at = row
    return Run(job_id, run_id, RunStatus(status), path_from(url), optional_moment_from(uploaded_at))
