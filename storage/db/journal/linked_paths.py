"""What is known of a path is known of another one, too."""

import os
from collections.abc import Iterator, Mapping, Sequence

from storage.db.database_session import Session
from storage.db.journal.store_tables import StoreTables

_TABLES: Mapping[str, tuple[str, ...]] = {
    "bindings": ("results_root", "job_id", "found"),
    "given_ids": ("results_root", "directory", "run_id"),
    "stored": ("source", "fingerprint", "job_id", "run_id", "found", "content_id"),
    "stored_in": ("source", "job_id", "run_id"),
    "auto_uploads": ("root", "changed"),
    "held": ("source",),
    "watched": (
        "path",
        "state",
        "outcome",
        "fingerprint",
        "changed_at",
        "seen_at",
        "longest_pause",
        "submitted",
        "proof",
        "writers",
    ),
}
"""The first of the columns has the path. What a user may take back comes before `watched`, by which it
is known that they were told of it under the other path already."""
_DECISIONS = {"auto_uploads", "held"}
_BELOW = "store = :store AND ({path} = :real OR ({path} > :first AND {path} < :behind))"
_OWN = "CAST(:own || substr({path}, :cut) || '{more}' AS BLOB)"
_SEEN = """
    AND NOT EXISTS (
        SELECT 1 FROM watched AS seen
        WHERE seen.store = {table}.store
            AND (seen.path = {own} OR (seen.path > {first} AND seen.path < {behind}))
    )
"""
_TWO_JOBS = """
    SELECT 1 FROM bindings AS there JOIN bindings AS here
        ON here.store = there.store AND here.job_id != there.job_id
            AND here.results_root = {own}
    WHERE there.store = :store AND there.results_root IN (
        SELECT results_root FROM bindings WHERE {below}
    )
"""


class LinkedPaths(StoreTables):
    """See `Journal`."""

    def know_as(self, there: str, path: str) -> None:
        values = _values(self._store, there, path)
        with self.database.reading() as session:
            tables = [*_known(session, values)]
            two_jobs = session.sql(_two_jobs(), values)
        if tables and not two_jobs:
            with self.database.writing() as session:
                for table in tables:
                    session.sql(_copied(table, _TABLES[table]), values)


def _values(store: bytes, there: str, path: str) -> Mapping[str, object]:
    real = os.fsencode(there)
    return {
        "store": store,
        "real": real,
        "first": real + b"/",
        "behind": real + b"0",
        "own": os.fsencode(path),
        "cut": len(real) + 1,
    }


def _known(session: Session, values: Mapping[str, object]) -> Iterator[str]:
    """The tables in which there is anything of the real path."""
    for table, (path, *_) in _TABLES.items():
        below = _BELOW.format(path=path)
        if session.sql(f"SELECT 1 FROM {table} WHERE {below} LIMIT 1", values):  # noqa: S608 - our own words
            yield table


def _two_jobs() -> str:
    """Whether somebody gave the two paths to different jobs: then they are two trees."""
    own = _own("there.results_root")
    return _TWO_JOBS.format(own=own, below=_BELOW.format(path="results_root"))


def _copied(table: str, columns: Sequence[str]) -> str:
    path, *others = columns
    names = ", ".join(["store", path, *others])
    values = ", ".join(["store", _own(path), *others])
    below = _BELOW.format(path=path)
    new = _not_seen(table, f"{table}.{path}") if table in _DECISIONS else ""
    return (
        f"INSERT OR IGNORE INTO {table} ({names}) SELECT {values} FROM {table} WHERE {below} {new}"  # noqa: S608
    )


def _not_seen(table: str, path: str) -> str:
    own, first, behind = (_own(path, more) for more in ("", "/", "0"))
    return _SEEN.format(table=table, own=own, first=first, behind=behind)


def _own(path: str, more: str = "") -> str:
    return _OWN.format(path=path, more=more)
