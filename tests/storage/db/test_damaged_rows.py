"""SQLite keeps whatever somebody writes into a column: one such row is as if it was not there."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import peewee

from core.errors import CatalogError
from core.model import Artifact, ArtifactKind, Job, Run, RunStatus
from core.ports.catalog import Extent
from core.ports.journal.bindings import StoredSource
from core.ports.journal.orphans import Orphan
from core.ports.journal.proofs import Proof, ProofKind
from core.ports.journal.queue import Command, TransferRecord
from core.ports.journal.uploads import Intent, LinkRate
from core.ports.journal.watching import WatchedRecord
from core.ports.object_store import OpenUpload, SentPart
from storage.db.catalog_db import SqliteCatalog
from storage.db.database import Database
from storage.db.database_session import Session
from storage.db.journal_db import SqliteJournal

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
VALUES: tuple[object, ...] = (b"\xff[", "x", -1, 2**62, "0001-01-01T00:00:00+14:00")
NO_UTF8 = "CAST(X'FF31' AS TEXT)"
BAD, GOOD = "/data/bad/OUT", "/data/good/OUT"


def columns(database: Database) -> list[tuple[str, str]]:
    """(table, column) of all."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    with database.reading() as session:
        return [
            (each["name"], column["name"])
            for each in session.sql(tables)
            for column in session.sql(f"PRAGMA table_info({each['name']})")
        ]


def damages(
    database: Database, where: Mapping[str, str]
) -> Iterator[tuple[str, str, tuple[object, ...]]]:
    """Tables, and statements that each damage one value of the row that `where` names for its table."""
    for table, column in columns(database):
        if table in where and column != "store":
            change = f"UPDATE {table} SET {column} = {{}} WHERE {where[table]}"  # noqa: S608
            yield table, change.format(NO_UTF8), ()
            for value in VALUES:
                yield table, change.format("?"), (value,)


class RolledBackError(Exception):
    """So that the next damage is the only one."""


def put_all(journal: SqliteJournal, root: str, job_id: int) -> None:
    """One of everything, about a run of this root."""
    run, token = f"{root}/RUN4", f"{job_id:032x}"
    session = OpenUpload("upload", 5 << 20, "crc")
    journal.put_intent(Intent(token, job_id, 4, 1, f"jobs/{job_id}/x", NOON, session=session))
    journal.put_part(token, SentPart(1, 5, "d", "e"))
    journal.put_orphan(Orphan("s3://lab/x", f"jobs/{job_id}/x", token, "why", NOON))
    journal.bind_root(root, job_id)
    journal.put_job(job_id, NOON)
    journal.put_stored(run, StoredSource("f", job_id, 4))
    journal.put_proofs([Proof(f"jobs/{job_id}/x", "d", ProofKind.READ, NOON)])
    journal.put_watched([WatchedRecord(run, "running", "running", "f", NOON, NOON)])
    journal.put_held(run, held=True)
    journal.put_auto_upload(root, on=True)
    journal.put_command(Command("retry", {"id": job_id}))
    journal.put_transfer(TransferRecord(0, job_id, 4, run, "queued", "", NOON))


ROWS = {
    "intents": "job_id = 1", "parts": f"write_token = '{1:032x}'", "orphans": "key = 'jobs/1/x'",
    "bindings": "job_id = 1", "known_jobs": "job_id = 1", "stored": "job_id = 1", "stored_in": "job_id = 1",
    "watched": f"path = CAST('{BAD}/RUN4' AS BLOB)", "held": f"source = CAST('{BAD}/RUN4' AS BLOB)",
    "auto_uploads": f"root = CAST('{BAD}' AS BLOB)", "commands": "id = 1", "transfers": "job_id = 1",
    "proofs": "key = 'jobs/1/x'", "links": "true", "facts": "true",
}  # fmt: skip


RUN, TOKEN = f"{GOOD}/RUN4", f"{2:032x}"
Tell = Callable[[SqliteJournal], object]
TOLD: dict[str, tuple[Tell, ...]] = {
    "intents": (
        lambda j: j.intents(2, 4),
        lambda j: [intent for intent in j.all_intents() if intent.write_token == TOKEN],
    ),
    "parts": (lambda j: j.parts(TOKEN),),
    "orphans": (lambda j: [orphan for orphan in j.orphans() if orphan.write_token == TOKEN],),
    "bindings": (lambda j: j.bound_job(GOOD), lambda j: j.remembered_jobs(GOOD, RUN)),
    "known_jobs": (lambda j: j.known_jobs().get(2), lambda j: j.remembered_jobs(GOOD, RUN)),
    "stored": (lambda j: j.stored().get(RUN), lambda j: j.stored_as(RUN)),
    "stored_in": (lambda j: j.stored_in(2), lambda j: j.sources_of(2, 4)),
    "proofs": (lambda j: j.proofs("jobs/2/"),),
    "watched": (lambda j: j.watched(GOOD),),
    "held": (lambda j: RUN in j.held(),),
    "auto_uploads": (lambda j: GOOD in j.auto_uploads(),),
    "commands": (lambda j: [command for command in j.commands() if command.id == 2],),
    "transfers": (lambda j: [record for record in j.transfers() if record.id == 2],),
}
"""What the journal says of the good root."""
READ: dict[str, tuple[Tell, ...]] = {
    "intents": (lambda j: j.intents(1, 4),),
    "parts": (lambda j: j.parts(f"{1:032x}"),),
    "bindings": (lambda j: j.bound_job(BAD), lambda j: j.remembered_jobs(BAD, f"{BAD}/RUN4")),
    "known_jobs": (lambda j: j.remembered_jobs(BAD, f"{BAD}/RUN4"),),
    "stored": (lambda j: j.stored_as(f"{BAD}/RUN4"),),
    "stored_in": (lambda j: j.stored_in(1), lambda j: j.sources_of(1, 4)),
    "proofs": (lambda j: j.proofs("jobs/1/"),),
    "watched": (lambda j: j.watched(BAD),),
    "links": (lambda j: j.link_rate(),),
    "facts": (lambda j: j.last_roots(),),
}
"""What it may say of the other one is nothing, or something."""


def told(journal: SqliteJournal, table: str) -> list[object]:
    for tell in READ.get(table, ()):
        tell(journal)
    return [tell(journal) for tell in TOLD.get(table, ())]


def test_journal(tmp_path: Path) -> None:
    """One damaged value anywhere changes nothing of what is told about everything else."""
    journal = SqliteJournal(str(tmp_path / "state.db"), store_location="s3://lab")
    put_all(journal, BAD, 1)
    put_all(journal, GOOD, 2)
    journal.put_link_rate(LinkRate(1000, NOON))
    journal.remember_roots([BAD])
    expected, count = {table: told(journal, table) for table in ROWS}, 0
    assert all(map(all, expected.values()))
    for table, statement, values in damages(journal.database, ROWS):
        with suppress(RolledBackError), rolled_back(journal.database) as session:
            with suppress(peewee.IntegrityError):
                session.sql(statement, values)
            assert told(journal, table) == expected[table], (statement, values)
            count += 1
    assert count > 300
    journal.close()


@contextmanager
def rolled_back(database: Database) -> Generator[Session]:
    """One connection reads and writes: what is not committed is read."""
    with database.writing() as session:
        yield session
        raise RolledBackError


KEY = "jobs/{}/2026/11/20/120000/run_4_results.zip"
CATALOG_ROWS = {
    "jobs": "id = 1", "runs": "job_id = 1", "artifacts": "job_id = 1", "files": f"content = '{1:064x}'",
    "extents": "content_id = 'c1'", "facts": "true", "etags": f"key = '{KEY.format(1)}'",
    "recordings": "job_id = 1",
}  # fmt: skip


def fill(catalog: SqliteCatalog, *, anew: bool = False) -> None:
    """Two jobs with a run each."""
    jobs = [Job(job_id, "flu", NOON) for job_id in (1, 2)]
    runs = [Run(job.id, 4, RunStatus.DONE, "s3://lab/x", NOON) for job in jobs]
    artifacts = [
        Artifact(
            job.id, ArtifactKind.RUN_RESULTS, KEY.format(job.id), 5, run_id=4, version=1,
            sha256=f"{job.id:064x}", content_id=f"c{job.id}", stored_at=NOON, tags=("a",),
        )
        for job in jobs
    ]  # fmt: skip
    catalog.put_run(runs[0])
    catalog.put_extents({artifact.content_id: Extent(1, 9) for artifact in artifacts})
    etags = {artifact.key: "e" for artifact in artifacts}
    catalog.replace(jobs, runs, artifacts, NOON, etags, anew=anew)


def told_by(catalog: SqliteCatalog) -> dict[str, Any]:
    """What the catalog says of job 2, whatever it says of job 1."""
    catalog.job(1)
    catalog.run(1, 4)
    catalog.extent("c1")
    catalog.synced_at()
    catalog.etags()
    catalog.job_count()
    assert not [run for run in catalog.runs(1) if run.job_id != 1]
    return {
        "job": catalog.job(2),
        "jobs": [job for job in catalog.jobs() if job.id == 2],
        "run": catalog.run(2, 4),
        "runs": catalog.runs(2),
        "run_counts": catalog.run_counts([1, 2]).get(2),
        "artifacts": catalog.artifacts(2),
        "of a run": catalog.artifacts(2, 4),
        "holding": catalog.holding(f"{2:064x}"),
        "about": [artifact for artifact in catalog.about("results") if artifact.job_id == 2],
        "stored_like": [a for a in catalog.stored_like(Extent(1, 9)) if a.job_id == 2],
        "results_of": catalog.results_of("c2"),
        "extent": catalog.extent("c2"),
    }


def test_catalog(tmp_path: Path) -> None:
    """So it is in the cache; and the next reading of the store puts the row back."""
    catalog = SqliteCatalog(str(tmp_path / "cache.db"))
    fill(catalog)
    expected, whole, count = told_by(catalog), catalog.dump(), 0
    assert all(expected.values())
    for _, statement, values in damages(catalog.database, CATALOG_ROWS):
        with suppress(CatalogError), catalog.database.writing() as session:
            session.sql(statement, values)
        assert told_by(catalog) == expected, (statement, values)
        fill(catalog, anew=True)
        assert catalog.dump() == whole
        count += 1
    assert count > 150
    catalog.close()
