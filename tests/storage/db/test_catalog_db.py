"""What is particular to the catalog in SQLite: finding, making and surviving its file."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import CatalogError, RunFerryError
from core.model import Artifact, ArtifactKind, Job, Run, RunStatus
from storage.db.catalog_db import SqliteCatalog
from storage.db.catalog_schema import APPLICATION_ID, VERSION
from storage.db.database_header import Header, examine
from tests.full_disk import full_disk

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
JOB = Job(7, "influenza", NOON)
RUN = Run(7, 4, RunStatus.DONE, "s3://lab/run_4_results.zip", NOON)
WRITE_FOR_EVER = """
import sys
from dataclasses import replace
from storage.db.catalog_db import SqliteCatalog
from tests.storage.db.test_catalog_db import JOB
catalog = SqliteCatalog(sys.argv[1])
for number in range(1, 1000000):
    catalog.put_job(replace(JOB, id=number))
    print(number, flush=True)
"""
OPEN_AND_PUT = """
import sys
from dataclasses import replace
from storage.db.catalog_db import SqliteCatalog
from tests.storage.db.test_catalog_db import JOB
sys.stdin.readline()
catalog = SqliteCatalog(sys.argv[1])
catalog.put_job(replace(JOB, id=int(sys.argv[2])))
catalog.close()
"""
PUT_ARTIFACTS = """
import sys
from storage.db.catalog_db import SqliteCatalog
from tests.storage.db.test_catalog_db import results
catalog = SqliteCatalog(sys.argv[1])
for number in range(1, 201):
    catalog.put_artifact(results(number))
catalog.close()
"""
ONE_CONTENT = """
import sys
from storage.db.catalog_db import SqliteCatalog
from tests.storage.db.test_catalog_db import results
catalog = SqliteCatalog(sys.argv[1])
first = int(sys.argv[2])
ours = [results(n, sha256="ab" * 32, size=7) for n in range(first, first + 8)]
sys.stdin.readline()
for artifact in ours:
    catalog.put_artifact(artifact)
print("put", flush=True)
sys.stdin.readline()
for artifact in ours[1:]:
    catalog.remove_artifact(artifact.job_id, artifact.run_id, artifact.kind, artifact.version)
print("removed", flush=True)
catalog.close()
"""
Damage = Callable[[bytes], bytes]
DAMAGES: dict[str, Damage] = {
    "header": lambda data: b"\xff" * 100 + data[100:],
    "truncated": lambda data: data[: len(data) // 2],
    "pages": lambda data: data[:4096] + b"\xff" * (len(data) - 4096),
    "text file": lambda _: b"job_id,run_id\n" * 900,
}


def results(run_id: int, version: int = 1, **changes: object) -> Artifact:
    artifact = Artifact(
        job_id=7,
        kind=ArtifactKind.RUN_RESULTS,
        key=f"jobs/7/2026/11/20/120000/run_{run_id}_results.zip",
        size=1000 + run_id,
        run_id=run_id,
        version=version,
        sha256=f"{run_id:064x}",
        content_id=f"{run_id:064x}",
        stored_at=NOON,
    )
    return replace(artifact, **changes)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "cache.db")


@pytest.fixture
def catalog(path: str) -> Iterator[SqliteCatalog]:
    opened = SqliteCatalog(path, busy_seconds=0.05)
    yield opened
    opened.close()


def set_aside(path: str) -> list[str]:
    return [name for name in os.listdir(os.path.dirname(path)) if ".set-aside-" in name]


class TestFile:
    def test_new(self, catalog: SqliteCatalog, path: str) -> None:
        """A new cache is marked as ours, uses a write-ahead log and was never synced."""
        assert examine(path) == Header(APPLICATION_ID, VERSION, blank=False)
        with catalog.database.reading() as session:
            assert session.pragma("journal_mode") == "wal"
            assert session.pragma("synchronous") == 1
        assert catalog.synced_at() is None

    def test_reopened(self, catalog: SqliteCatalog, path: str) -> None:
        """What was written is there for the next start, and nothing is set aside."""
        catalog.put_job(JOB)
        catalog.close()
        again = SqliteCatalog(path)
        assert again.job(7) == JOB
        assert set_aside(path) == []
        again.close()

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
    def test_damaged(self, catalog: SqliteCatalog, path: str, damage: Damage) -> None:
        """A damaged file is kept under another name, and an empty cache takes its place."""
        catalog.put_job(JOB)
        catalog.close()
        damaged = damage(Path(path).read_bytes())
        Path(path).write_bytes(damaged)
        again = SqliteCatalog(path)
        assert again.job_count() == 0
        again.put_job(JOB)
        again.close()
        (kept,) = set_aside(path)
        assert Path(path).with_name(kept).read_bytes() == damaged

    def test_another_program(self, path: str) -> None:
        """Somebody else's database is kept under another name, unchanged."""
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE precious (id)")
        content = Path(path).read_bytes()
        SqliteCatalog(path).close()
        (kept,) = set_aside(path)
        assert Path(path).with_name(kept).read_bytes() == content

    @pytest.mark.parametrize(("version", "kept"), [(VERSION + 1, 1), (VERSION - 1, 0)])
    def test_other_version(
        self, catalog: SqliteCatalog, path: str, version: int, kept: int
    ) -> None:
        """A newer RunFerry's cache is kept under another name, an older one is removed."""
        catalog.put_job(JOB)
        with catalog.database.writing() as session:
            session.mark(APPLICATION_ID, version)
        catalog.close()
        again = SqliteCatalog(path)
        assert again.job_count() == 0
        assert len(set_aside(path)) == kept
        again.close()

    def test_empty_file(self, path: str) -> None:
        """A file without a byte is filled."""
        Path(path).touch()
        catalog = SqliteCatalog(path)
        catalog.put_job(JOB)
        assert set_aside(path) == []
        catalog.close()

    @pytest.mark.parametrize("path", ["/proc/self/cache.db", "/dev/null/cache.db"])
    def test_unwritable_directory(self, path: str) -> None:
        """Where no file can be made, even by root, the cache is in memory; somebody is told why."""
        told: list[RunFerryError] = []
        catalog = SqliteCatalog(path, on_unsaved=told.append)
        catalog.put_job(JOB)
        assert catalog.job(7) == JOB
        catalog.close()
        (why,) = told
        assert path in why.what

    def test_directory_in_the_way(self, path: str) -> None:
        """A directory of that name is left alone, and no reason to stop."""
        os.mkdir(path)
        catalog = SqliteCatalog(path)
        catalog.put_job(JOB)
        catalog.close()
        assert os.listdir(path) == []

    def test_locked(self, catalog: SqliteCatalog, path: str) -> None:
        """Another program's lock delays a write but is no damage."""
        with closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(CatalogError, match="locked"):
                catalog.put_job(JOB)
            second = SqliteCatalog(path, busy_seconds=0.05)
            assert second.job_count() == 0
            second.close()
        assert set_aside(path) == []

    def test_disk_full(self, path: str) -> None:
        """What does not fit is known until the end; the next start finds the last state."""
        told: list[RunFerryError] = []
        catalog = SqliteCatalog(path, on_unsaved=told.append)
        catalog.replace([JOB], [RUN], [results(4)], NOON)
        before = catalog.dump()
        with catalog.database.writing() as session:
            session.pragma("max_page_count", int(str(session.pragma("page_count"))))
        catalog.replace([JOB], [RUN], [results(number) for number in range(1, 2000)], NOON)
        catalog.put_job(replace(JOB, id=8))
        assert len(catalog.artifacts(7)) == 1999
        assert catalog.job_count() == 2
        catalog.close()
        assert [why.what for why in told] == [f"The disk that holds {path} is full."]
        again = SqliteCatalog(path)
        assert again.dump() == before
        again.close()

    def test_full_from_the_beginning(self, catalog: SqliteCatalog, path: str) -> None:
        """What was saved when there was room can be read, as it was saved."""
        catalog.put_job(JOB)
        catalog.close()
        told: list[RunFerryError] = []
        with full_disk():
            again = SqliteCatalog(path, on_unsaved=told.append)
            assert again.job(7) == JOB
            again.put_run(RUN)
            assert again.runs(7) == [RUN]
            again.close()
        assert len(told) == 1


class TestProcesses:
    def test_killed_writer(
        self, path: str, written_when_killed: Callable[[str, str], list[int]]
    ) -> None:
        """What a killed process had written is there, and nothing needs to be made anew."""
        written = written_when_killed(WRITE_FOR_EVER, path)
        catalog = SqliteCatalog(path)
        assert catalog.job_count() >= max(written)
        assert set_aside(path) == []
        catalog.close()

    def test_writers_together(self, path: str) -> None:
        """Transactions that read before they write do not fail for a second writer."""
        catalog = SqliteCatalog(path)
        with subprocess.Popen([sys.executable, "-c", PUT_ARTIFACTS, path]) as theirs:
            while theirs.poll() is None:
                catalog.put_artifact(results(1000))
        assert theirs.returncode == 0
        assert len(catalog.artifacts(7)) == 201
        catalog.close()

    def test_one_content(self, path: str) -> None:
        """Two processes that put and remove artifacts of one content make one file of it."""
        catalog = SqliteCatalog(path)
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", ONE_CONTENT, path, first],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for first in ("1", "9")
        ]
        for answer, left in (("put\n", 16), ("removed\n", 2)):
            for process in processes:
                assert process.stdin
                process.stdin.write("\n")
                process.stdin.flush()
            assert [process.stdout and process.stdout.readline() for process in processes] == [
                answer,
                answer,
            ]
            catalog.put_artifact(results(1, sha256="ab" * 32, size=7))
            assert len(catalog.holding("ab" * 32)) == left
        for process in processes:
            process.communicate(timeout=60)
        catalog.remove_artifact(7, 1, ArtifactKind.RUN_RESULTS, 1)
        catalog.remove_artifact(7, 9, ArtifactKind.RUN_RESULTS, 1)
        assert list(catalog.holding("ab" * 32)) == []
        assert '["file"' not in catalog.dump()
        catalog.close()

    @pytest.mark.parametrize("content", [b"", b"damaged" * 1000], ids=["new", "damaged"])
    def test_started_together(self, path: str, content: bytes) -> None:
        """Processes that find the same unusable file make one new cache, and share it."""
        Path(path).write_bytes(content)
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", OPEN_AND_PUT, path, str(number)], stdin=subprocess.PIPE
            )
            for number in (1, 2, 3)
        ]
        for process in processes:
            assert process.stdin
            process.stdin.write(b"\n")
            process.stdin.flush()
        for process in processes:
            process.communicate(timeout=60)
            assert process.returncode == 0
        catalog = SqliteCatalog(path)
        assert [job.id for job in catalog.jobs()] == [3, 2, 1]
        assert len(set_aside(path)) == (1 if content else 0)
        catalog.close()


class TestDump:
    def test_rebuilt(self, tmp_path: Path) -> None:
        """A cache that grew step by step equals the one that is read from the store at once."""
        grown = SqliteCatalog(str(tmp_path / "grown.db"))
        grown.put_artifact(results(3, sha256=""))
        grown.put_artifact(results(4, sha256="f" * 64))
        for run_id in (4, 3):
            grown.put_run(replace(RUN, run_id=run_id, status=RunStatus.RUNNING))
            grown.put_artifact(results(run_id))
            grown.put_run(replace(RUN, run_id=run_id))
        grown.put_artifact(results(4, version=2, sha256="3".zfill(64), size=1003))
        grown.put_job(JOB)
        rebuilt = SqliteCatalog(str(tmp_path / "rebuilt.db"))
        artifacts = [
            results(4, version=2, sha256="3".zfill(64), size=1003),
            results(4),
            results(3),
        ]
        runs = [replace(RUN, run_id=run_id) for run_id in (3, 4)]
        rebuilt.replace([JOB], runs, artifacts, NOON)
        assert grown.dump() == rebuilt.dump()
        grown.close()
        rebuilt.close()

    def test_nothing_left(self, catalog: SqliteCatalog) -> None:
        """A cache that is emptied holds not even contents."""
        catalog.replace([JOB], [RUN], [results(4)], NOON)
        catalog.replace([], [], [], NOON + timedelta(seconds=1))
        assert catalog.dump() == ""

    def test_every_row(self, catalog: SqliteCatalog) -> None:
        """Jobs, runs, artifacts, and contents with the number of references."""
        catalog.replace([JOB], [RUN], [results(4), results(4, version=2)], NOON)
        lines = catalog.dump().splitlines()
        assert [line.split('"')[1] for line in lines] == [
            "job",
            "run",
            "artifact",
            "artifact",
            "file",
        ]
        assert lines[-1] == f'["file", "{4:064x}", "1004", "2"]'


class TestValues:
    def test_hundred_thousand(self, catalog: SqliteCatalog) -> None:
        """A large store is taken in at once and read page by page, in order."""
        jobs = [replace(JOB, id=number) for number in range(1, 20_001)]
        runs = [replace(RUN, run_id=number) for number in range(1, 20_001)]
        kinds = (ArtifactKind.RUN_RESULTS, ArtifactKind.RUN_CONFIG)
        artifacts = [
            results(number, version, kind=kind)
            for number in range(1, 25_001)
            for kind in kinds
            for version in (1, 2)
        ]
        catalog.replace(jobs, runs, artifacts, NOON)
        assert (catalog.job_count(), catalog.run_count(7)) == (20_000, 20_000)
        assert [job.id for job in catalog.jobs(offset=19_000)] == list(range(1000, 0, -1))
        assert [run.run_id for run in catalog.runs(7, offset=500, limit=2)] == [501, 502]
        assert len(catalog.artifacts(7)) == 100_000
        assert [a.version for a in catalog.artifacts(7, 25_000)] == [1, 2, 1, 2]

    def test_text_that_is_not_utf8(self, catalog: SqliteCatalog) -> None:
        """Half a character out of somebody's JSON is kept as an escape, and nothing fails."""
        catalog.replace([replace(JOB, name="x\ud800☂")], [], [], NOON)
        assert [job.name for job in catalog.jobs()] == ["x\\ud800☂"]
