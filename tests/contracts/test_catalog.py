"""What every catalog does, the fake one and the one in SQLite."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from core.model import Artifact, ArtifactKind, FileId, Job, JobStatus, Run, RunStatus
from core.ports.catalog import Catalog, Extent, JobOrder, ReadAt, RunOrder, Tally
from storage.db.catalog_db import SqliteCatalog
from tests.fakes.catalog import FakeCatalog

NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOON + timedelta(seconds=1)
JOB = Job(7, "influenza", NOON, JobStatus.PROCESSING, ("fred", "2026"), "ana", "lab-1")
RUN = Run(7, 4, RunStatus.DONE, "s3://lab/jobs/7/run_4_results.zip", NOON)
RESULTS = Artifact(
    job_id=7,
    kind=ArtifactKind.RUN_RESULTS,
    key="jobs/7/2026/11/20/120000/run_4_results.zip",
    size=1234,
    run_id=4,
    version=1,
    sha256="ab" * 32,
    content_id="cd" * 32,
    stored_at=NOON,
    host="node-3",
    app_version="0.1.0",
    tags=("Größe=groß", "ward"),
    verified=False,
    directory="seed_001",
    left_out=("seed_001/fifo: a FIFO: it has no content",),
)
OTHER = replace(
    RESULTS, run_id=5, sha256="01" * 32, key="jobs/7/2026/11/20/120000/run_5_results.zip"
)
ALL = [JOB, RUN, RESULTS]
MOMENTS = [NOON, NOON - timedelta(days=2), NOON + timedelta(minutes=5)]
"""Of a reading while the records say noon: its clock is right, far behind, or ahead."""


@pytest.fixture(params=["fake", "sqlite", "memory"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    makers: dict[str, Callable[[], Catalog]] = {
        "fake": FakeCatalog,
        "sqlite": lambda: SqliteCatalog(str(tmp_path / "cache.db")),
        "memory": lambda: SqliteCatalog("/dev/null/cache.db"),
    }
    opened = makers[request.param]()
    yield opened
    opened.close()


class TestJobs:
    def test_unknown(self, catalog: Catalog) -> None:
        """A job that was never put is None, and none are listed."""
        assert (catalog.job(7), list(catalog.jobs()), catalog.job_count()) == (None, [], 0)

    def test_round_trip(self, catalog: Catalog) -> None:
        """A job comes back as it was put, to the microsecond."""
        catalog.put_job(JOB)
        assert catalog.job(7) == JOB

    def test_update(self, catalog: Catalog) -> None:
        """A second put of the same id replaces the first."""
        catalog.put_job(JOB)
        changed = replace(JOB, name="measles", status=JobStatus.COMPLETED, tags=())
        catalog.put_job(changed)
        assert list(catalog.jobs()) == [changed]

    def test_pages(self, catalog: Catalog) -> None:
        """Pages run from the newest id to the oldest, without gap or repetition."""
        for job_id in (3, 1, 5, 2, 4):
            catalog.put_job(replace(JOB, id=job_id))
        pages = [catalog.jobs(offset=offset, limit=2) for offset in (0, 2, 4, 6)]
        assert [[job.id for job in page] for page in pages] == [[5, 4], [3, 2], [1], []]
        assert catalog.job_count() == 5

    def test_all(self, catalog: Catalog) -> None:
        """Without a limit they are all there, however many; from an offset on, all the others."""
        jobs = [replace(JOB, id=job_id) for job_id in range(1, 2503)]
        catalog.replace(jobs, (), (), NOON)
        assert [job.id for job in catalog.jobs()] == list(range(2502, 0, -1))
        assert [job.id for job in catalog.jobs(offset=2500)] == [2, 1]
        assert list(catalog.jobs(limit=0)) == []

    def test_another_time_zone(self, catalog: Catalog) -> None:
        """A moment given in another zone is the same moment in UTC."""
        nepal = timezone(timedelta(hours=5, minutes=45))
        catalog.put_job(replace(JOB, created_at=NOON.astimezone(nepal)))
        found = catalog.job(7)
        assert found is not None
        assert found.created_at == NOON

    @pytest.mark.parametrize("name", ["", "☂ ⛴", "a\x00b", "'; DROP TABLE jobs --", "[red]x[/]"])
    def test_any_name(self, catalog: Catalog, name: str) -> None:
        """A name is text and nothing else."""
        catalog.put_job(replace(JOB, name=name, tags=(name, "\ud800")))
        assert catalog.job(7) == replace(JOB, name=name, tags=(name, "\ud800"))

    def test_largest_id(self, catalog: Catalog) -> None:
        """Nobody counts further."""
        catalog.put_job(replace(JOB, id=10**9))
        assert catalog.jobs()[0].id == 10**9


class TestRuns:
    def test_round_trip(self, catalog: Catalog) -> None:
        """A run comes back as it was put; its job need not be known."""
        catalog.put_run(RUN)
        assert catalog.run(7, 4) == RUN

    def test_without_results(self, catalog: Catalog) -> None:
        """A run that was never uploaded has no moment of upload."""
        catalog.put_run(Run(7, 5))
        assert catalog.run(7, 5) == Run(7, 5)

    def test_same_number_in_two_jobs(self, catalog: Catalog) -> None:
        """Run 4 of one job is not run 4 of another."""
        other = replace(RUN, job_id=8, results_url="s3://lab/jobs/8/run_4_results.zip")
        catalog.put_run(RUN)
        catalog.put_run(other)
        assert (catalog.run(7, 4), catalog.run(8, 4), catalog.run(9, 4)) == (RUN, other, None)
        assert catalog.run_count(7) == 1

    def test_update(self, catalog: Catalog) -> None:
        """A second put of the same run replaces the first."""
        catalog.put_run(Run(7, 4, RunStatus.RUNNING))
        catalog.put_run(RUN)
        assert list(catalog.runs(7)) == [RUN]

    def test_pages(self, catalog: Catalog) -> None:
        """Runs are in the order of their numbers: 10 comes after 9."""
        for run_id in (10, 9, 1):
            catalog.put_run(replace(RUN, run_id=run_id))
        catalog.put_run(replace(RUN, job_id=8))
        assert [run.run_id for run in catalog.runs(7)] == [1, 9, 10]
        assert [run.run_id for run in catalog.runs(7, offset=1, limit=1)] == [9]
        assert catalog.run_count(7) == 3
        assert dict(catalog.run_counts({6, 7})) == {7: 3}
        assert dict(catalog.run_counts({7, 9, 8})) == {7: 3, 8: 1}
        assert dict(catalog.run_counts(())) == {}

    def test_all(self, catalog: Catalog) -> None:
        """Without a limit they are all there, however many; from an offset on, all the others."""
        runs = [replace(RUN, run_id=run_id) for run_id in range(1, 2503)]
        catalog.replace([JOB], runs, (), NOON)
        assert [run.run_id for run in catalog.runs(7)] == list(range(1, 2503))
        assert [run.run_id for run in catalog.runs(7, offset=2500)] == [2501, 2502]
        assert list(catalog.runs(7, limit=0)) == []

    def test_url_that_is_not_utf8(self, catalog: Catalog) -> None:
        """The results of a local store may lie below a directory whose name is no UTF-8."""
        run = replace(RUN, results_url="/data/m\udcfcller/jobs/7/run_4_results.zip")
        catalog.put_run(run)
        assert catalog.run(7, 4) == run


class TestArtifacts:
    def test_round_trip(self, catalog: Catalog) -> None:
        """An artifact comes back as it was put."""
        catalog.put_artifact(RESULTS)
        assert list(catalog.artifacts(7)) == [RESULTS]

    def test_order(self, catalog: Catalog) -> None:
        """Those of the job come first, then run by run, kind by kind, version by version."""
        of_job = replace(
            RESULTS, run_id=None, kind=ArtifactKind.JOB_INPUT, version=0, key="jobs/7/job_input.zip"
        )
        expected = [
            replace(of_job, kind=ArtifactKind.JOB_CONFIG, key="jobs/7/job_config.json"),
            of_job,
            replace(RESULTS, run_id=2),
            replace(RESULTS, kind=ArtifactKind.RUN_CONFIG, version=0),
            replace(RESULTS, kind=ArtifactKind.RUN_LOGS, version=0),
            *(replace(RESULTS, version=version) for version in (1, 2, 10)),
        ]
        for artifact in reversed(expected):
            catalog.put_artifact(artifact)
        assert list(catalog.artifacts(7)) == expected
        assert list(catalog.artifacts(7, 4)) == expected[3:]
        assert list(catalog.own_artifacts(7)) == expected[:2]
        assert list(catalog.artifacts(8)) == []

    def test_same_content(self, catalog: Catalog) -> None:
        """Two artifacts of one content refer to one file."""
        copy = replace(RESULTS, run_id=5, key="jobs/7/2026/11/20/120000/run_5_results.zip")
        assert catalog.put_artifact(RESULTS) == catalog.put_artifact(copy)
        assert list(catalog.artifacts(7)) == [RESULTS, copy]

    def test_other_content(self, catalog: Catalog) -> None:
        """Another digest is another file; the version's old content is forgotten."""
        changed = replace(RESULTS, sha256="ef" * 32, size=99)
        assert catalog.put_artifact(RESULTS) != catalog.put_artifact(changed)
        assert list(catalog.artifacts(7)) == [changed]

    def test_again(self, catalog: Catalog) -> None:
        """Repeating a put changes nothing and names the same file."""
        assert catalog.put_artifact(RESULTS) == catalog.put_artifact(RESULTS)
        assert list(catalog.artifacts(7)) == [RESULTS]

    def test_unmanaged(self, catalog: Catalog) -> None:
        """Objects of unknown digest are told apart by their keys and take any size later."""
        first = replace(RESULTS, sha256="", content_id="", stored_at=None, managed=False, version=0)
        second = replace(first, run_id=5, key="jobs/7/run_5_results.zip", size=0)
        assert catalog.put_artifact(first) != catalog.put_artifact(second)
        grown = replace(first, size=1 << 42)
        assert catalog.put_artifact(first) == catalog.put_artifact(grown)
        assert list(catalog.artifacts(7)) == [grown, second]

    def test_beside(self, catalog: Catalog) -> None:
        """Several of a run and kind are told apart by where they are; the current one comes first."""
        newer = replace(RESULTS, key="jobs/7/b/run_4_results.zip", beside="b/run_4_results.zip")
        older = replace(RESULTS, key="jobs/7/a/run_4_results.zip", beside="a/run_4_results.zip")
        for artifact in (newer, RESULTS, older):
            catalog.put_artifact(artifact)
        assert list(catalog.artifacts(7)) == [RESULTS, older, newer]
        _remove(catalog, RESULTS)
        assert list(catalog.artifacts(7)) == [older, newer]
        _remove(catalog, older)
        assert list(catalog.artifacts(7)) == [newer]

    def test_digest_becomes_known(self, catalog: Catalog) -> None:
        """An adopted object gets its digest under the same natural key."""
        catalog.put_artifact(replace(RESULTS, sha256="", managed=False))
        catalog.put_artifact(RESULTS)
        assert list(catalog.artifacts(7)) == [RESULTS]


class TestReferences:
    def test_of_many_threads(self, catalog: Catalog) -> None:
        """Sixteen that put one content at once make one file; it goes with the last of them."""
        copies = [replace(RESULTS, job_id=number) for number in range(1, 17)]
        barrier = Barrier(len(copies))

        def put(artifact: Artifact) -> FileId:
            barrier.wait(30)
            return catalog.put_artifact(artifact)

        with ThreadPoolExecutor(len(copies)) as pool:
            (file_id,) = set(pool.map(put, copies))
            assert list(catalog.holding(RESULTS.sha256)) == copies
            list(pool.map(partial(_remove, catalog), copies[1:]))
        assert list(catalog.holding(RESULTS.sha256)) == copies[:1]
        assert catalog.put_artifact(copies[0]) == file_id
        _remove(catalog, copies[0])
        assert list(catalog.holding(RESULTS.sha256)) == []
        assert catalog.put_artifact(copies[0]) != file_id

    def test_holding(self, catalog: Catalog) -> None:
        """Every kind that has the content, in order; not those of unknown content."""
        logs = replace(RESULTS, kind=ArtifactKind.RUN_LOGS, version=0, key="jobs/7/logs.zip")
        for artifact in (
            replace(RESULTS, job_id=8),
            logs,
            RESULTS,
            replace(RESULTS, run_id=5, sha256=""),
            replace(RESULTS, run_id=6, sha256="01" * 32),
        ):
            catalog.put_artifact(artifact)
        assert list(catalog.holding(RESULTS.sha256)) == [logs, RESULTS, replace(RESULTS, job_id=8)]
        assert list(catalog.holding("")) == list(catalog.holding("key:")) == []

    @pytest.mark.parametrize(
        "text", ["run_4_RES", "ABAB", "cdcd", "node-3", "0.1.0", "Größe", "=groß", "WARD"]
    )
    def test_about(self, catalog: Catalog, text: str) -> None:
        """Whatever is said of an artifact finds it, in capitals or not, in any job."""
        other = replace(RESULTS, job_id=8)
        unlike = Artifact(9, ArtifactKind.JOB_CONFIG, "jobs/9/job_config.json", 2, sha256="01" * 32)
        for artifact in (other, unlike, RESULTS):
            catalog.put_artifact(artifact)
        assert list(catalog.about(text)) == [RESULTS, other]
        assert list(catalog.about("nothing says that")) == []

    def test_like(self, catalog: Catalog) -> None:
        """Words in any order, across a run and its job; what stands for anything elsewhere stands for itself."""
        for job_id, name in ((7, "Flu_2026"), (70, "flu%"), (8, "measles")):
            catalog.put_job(replace(JOB, id=job_id, name=name))
            for run_id in (4, 41):
                catalog.put_run(Run(job_id, run_id, directory=f"seed_{run_id}"))
        assert [job.id for job in catalog.jobs_like(["FLU"], limit=9)] == [70, 7]
        assert [job.id for job in catalog.jobs_like(["7", "job"], limit=1)] == [70]
        assert [job.id for job in catalog.jobs_like(["u_"], limit=9)] == [7]
        assert [job.id for job in catalog.jobs_like(["%"], limit=9)] == [70]
        found = catalog.runs_like(["run4", "measles"], limit=9)
        assert [(run.job_id, run.run_id) for run in found] == [(8, 4), (8, 41)]
        assert [r.job_id for r in catalog.runs_like(["SEED_41"], limit=2)] == [70, 8]
        assert list(catalog.runs_like(["none"], limit=9)) == []

    def test_keys_like(self, catalog: Catalog) -> None:
        """The whole key comes first."""
        longer = replace(OTHER, key=f"{RESULTS.key}.zip")
        for artifact in (longer, RESULTS):
            catalog.put_artifact(artifact)
        assert list(catalog.keys_like(RESULTS.key.upper(), limit=9)) == [RESULTS, longer]
        assert list(catalog.keys_like("_4_", limit=1)) == [RESULTS]
        assert list(catalog.keys_like("%", limit=9)) == []

    def test_remove_artifact(self, catalog: Catalog) -> None:
        """Exactly one goes; removing what is not there changes nothing."""
        of_job = replace(RESULTS, run_id=None, kind=ArtifactKind.JOB_CONFIG, version=0)
        second = replace(RESULTS, version=2, sha256="01" * 32)
        for artifact in (of_job, RESULTS, second):
            catalog.put_artifact(artifact)
        for _ in range(2):
            _remove(catalog, RESULTS)
            assert list(catalog.artifacts(7)) == [of_job, second]
        _remove(catalog, of_job)
        assert list(catalog.artifacts(7)) == [second]

    def test_remove_run(self, catalog: Catalog) -> None:
        """The run of this job, not what is stored of it."""
        catalog.put_run(RUN)
        catalog.put_run(replace(RUN, job_id=8))
        catalog.put_artifact(RESULTS)
        catalog.remove_run(7, 4)
        assert (catalog.run(7, 4), catalog.run_count(8)) == (None, 1)
        assert list(catalog.artifacts(7)) == [RESULTS]

    def test_remove_job(self, catalog: Catalog) -> None:
        """The job, its runs, its artifacts; contents that other jobs have stay."""
        other = replace(RESULTS, job_id=8)
        for job_id in (7, 8):
            catalog.put_job(replace(JOB, id=job_id))
            catalog.put_run(replace(RUN, job_id=job_id))
        shared = catalog.put_artifact(RESULTS)
        second = replace(RESULTS, version=2, sha256="01" * 32)
        alone = catalog.put_artifact(second)
        catalog.put_artifact(other)
        catalog.remove_job(7)
        assert (catalog.job(7), list(catalog.runs(7)), list(catalog.artifacts(7))) == (None, [], [])
        assert list(catalog.artifacts(8)) == [other]
        assert (catalog.job_count(), catalog.run_count(8)) == (1, 1)
        assert catalog.put_artifact(RESULTS) == shared
        assert catalog.put_artifact(second) != alone


class TestOrders:
    @pytest.mark.parametrize(
        ("by", "rising"),
        [
            (JobOrder.ID, [1, 2, 3]),
            (JobOrder.NAME, [2, 3, 1]),
            (JobOrder.RUNS, [3, 1, 2]),
            (JobOrder.STATUS, [3, 2, 1]),
            (JobOrder.CREATED, [3, 2, 1]),
        ],
    )
    def test_jobs(self, catalog: Catalog, by: JobOrder, rising: list[int]) -> None:
        """By any column, up and down; equal ones newest first, capitals do not matter."""
        statuses = (JobStatus.PROCESSING, JobStatus.CREATED, JobStatus.CREATED)
        for job_id, name, status in zip(
            (1, 2, 3), ("zeta", "Alpha", "beta"), statuses, strict=True
        ):
            created = NOON - timedelta(days=job_id)
            catalog.put_job(Job(job_id, name, created, status))
        for job_id, run_id in ((1, 4), (2, 1), (2, 2)):
            catalog.put_run(Run(job_id, run_id))
        assert list(catalog.job_ids(by, descending=False)) == rising
        falling = [1, 3, 2] if by is JobOrder.STATUS else rising[::-1]
        assert list(catalog.job_ids(by, descending=True)) == falling

    def test_runs(self, catalog: Catalog) -> None:
        """Of one job; those that were never uploaded come last, up or down."""
        uploaded = replace(RUN, run_id=9, results_uploaded_at=LATER)
        for run in (RUN, uploaded, Run(7, 1), Run(7, 2, RunStatus.ERROR), replace(RUN, job_id=8)):
            catalog.put_run(run)

        def ids(by: RunOrder, *, descending: bool) -> list[int]:
            return list(catalog.run_ids(7, by, descending=descending))

        assert ids(RunOrder.ID, descending=True) == [9, 4, 2, 1]
        assert ids(RunOrder.UPLOADED, descending=False) == [4, 9, 1, 2]
        assert ids(RunOrder.UPLOADED, descending=True) == [9, 4, 1, 2]
        assert ids(RunOrder.STATUS, descending=False) == [4, 9, 2, 1]

    def test_some(self, catalog: Catalog) -> None:
        """In the order that is asked for, however many; what is not known is left out."""
        jobs = [replace(JOB, id=job_id) for job_id in range(1, 1203)]
        runs = [replace(RUN, run_id=run_id) for run_id in range(1, 1203)]
        catalog.replace(jobs, runs, (), NOON)
        wanted = [3, 1203, *range(1202, 0, -1)]
        assert [job.id for job in catalog.jobs_of(wanted)] == [3, *range(1202, 0, -1)]
        assert [run.run_id for run in catalog.runs_of(7, wanted)] == [3, *range(1202, 0, -1)]
        assert list(catalog.runs_of(8, wanted)) == []
        assert catalog.run_counts(range(1, 1203)) == {7: 1202}

    def test_before(self, catalog: Catalog) -> None:
        """Where a row is in the lists without an order, also one that is not there."""
        for number in (2, 5, 9):
            catalog.put_job(replace(JOB, id=number))
            catalog.put_run(replace(RUN, run_id=number))
        assert [catalog.jobs_before(number) for number in (9, 5, 3)] == [0, 1, 2]
        assert [catalog.runs_before(7, number) for number in (2, 5, 7)] == [0, 1, 2]
        assert catalog.runs_before(8, 9) == 0

    def test_tally(self, catalog: Catalog) -> None:
        """Runs by their status, all versions of everything."""
        for run in (RUN, Run(7, 5), Run(7, 6), replace(RUN, job_id=8)):
            catalog.put_run(run)
        for artifact in (RESULTS, replace(RESULTS, version=2, sha256="cd" * 32, size=6)):
            catalog.put_artifact(artifact)
        statuses = {RunStatus.DONE: 1, RunStatus.NOT_STARTED: 2}
        assert catalog.tally(7) == Tally(statuses, 2, 1240)
        assert catalog.tally(9) == Tally({}, 0, 0)


def _remove(catalog: Catalog, artifact: Artifact) -> None:
    place = artifact.job_id, artifact.run_id, artifact.kind, artifact.version, artifact.beside
    catalog.remove_artifact(*place)


class TestExtents:
    def test_alike(self, catalog: Catalog) -> None:
        """Results of the same number of files and bytes, in any job; others are not told."""
        other = replace(RESULTS, job_id=8, content_id="01" * 32, key="jobs/8/run_4_results.zip")
        larger = replace(RESULTS, run_id=5, content_id="02" * 32, key="jobs/7/run_5_results.zip")
        for artifact in (other, RESULTS, larger):
            catalog.put_artifact(artifact)
        catalog.put_extents({RESULTS.content_id: Extent(2, 12), other.content_id: Extent(2, 12)})
        catalog.put_extents({larger.content_id: Extent(2, 13)})
        assert list(catalog.stored_like(Extent(2, 12))) == [RESULTS, other]
        assert list(catalog.stored_like(Extent(12, 2))) == []
        assert (catalog.knows_extent(Extent(2, 12)), catalog.knows_extent(Extent(12, 2))) == (
            True,
            False,
        )

    def test_same_content(self, catalog: Catalog) -> None:
        """Results of any job and version; logs that happen to have the content are not meant."""
        elsewhere = replace(RESULTS, job_id=8, key="jobs/8/run_4_results.zip")
        different = replace(RESULTS, run_id=5, content_id="01" * 32)
        logs = replace(RESULTS, kind=ArtifactKind.RUN_LOGS, version=0)
        for artifact in (elsewhere, RESULTS, different, logs):
            catalog.put_artifact(artifact)
        assert list(catalog.results_of(RESULTS.content_id)) == [RESULTS, elsewhere]
        assert list(catalog.results_of("02" * 32)) == []

    def test_of_a_content(self, catalog: Catalog) -> None:
        """The extent that was told last."""
        catalog.put_extents({RESULTS.content_id: Extent(2, 11), "01" * 32: Extent(3, 4)})
        catalog.put_extents({RESULTS.content_id: Extent(2, 12)})
        assert catalog.extent(RESULTS.content_id) == Extent(2, 12)
        assert catalog.extent("02" * 32) is None

    def test_of_results_only(self, catalog: Catalog) -> None:
        """Logs that happen to have the content are not results; contents nobody has are nothing."""
        catalog.put_artifact(replace(RESULTS, kind=ArtifactKind.RUN_LOGS, version=0))
        catalog.put_extents({RESULTS.content_id: Extent(2, 12), "03" * 32: Extent(2, 12)})
        assert list(catalog.stored_like(Extent(2, 12))) == []
        assert not catalog.knows_extent(Extent(2, 12))

    def test_survive_a_replacement(self, catalog: Catalog) -> None:
        """As long as an artifact has the content, and no longer."""
        catalog.put_extents({RESULTS.content_id: Extent(2, 12)})
        catalog.replace([JOB], [RUN], [RESULTS], LATER)
        assert list(catalog.stored_like(Extent(2, 12))) == [RESULTS]
        catalog.replace([], [], [], LATER + timedelta(seconds=1))
        catalog.put_artifact(RESULTS)
        assert list(catalog.stored_like(Extent(2, 12))) == []


class TestReplace:
    def test_everything(self, catalog: Catalog) -> None:
        """What was there before is gone, what was given is there."""
        catalog.put_job(replace(JOB, id=1))
        catalog.put_run(replace(RUN, job_id=1))
        catalog.put_artifact(replace(RESULTS, job_id=1))
        catalog.replace([JOB], [RUN], [RESULTS], LATER)
        assert list(catalog.jobs()) == [JOB]
        assert list(catalog.runs(7)) == [RUN]
        assert list(catalog.artifacts(7)) == [RESULTS]
        assert (catalog.run_count(1), list(catalog.artifacts(1))) == (0, [])

    def test_moment(self, catalog: Catalog) -> None:
        """The catalog knows when it last equalled the store; single puts do not move that."""
        assert catalog.synced_at() is None
        catalog.put_job(JOB)
        assert catalog.synced_at() is None
        catalog.replace([], [], [], LATER)
        assert catalog.synced_at() == LATER

    def test_last_one_wins(self, catalog: Catalog) -> None:
        """Of two artifacts with one natural key the later stays."""
        later = replace(RESULTS, key="jobs/7/2026/11/21/000000/run_4_results.zip")
        catalog.replace([], [], [RESULTS, later], LATER)
        assert list(catalog.artifacts(7)) == [later]

    def test_file_ids_last(self, catalog: Catalog) -> None:
        """A content that is still referred to keeps its id."""
        catalog.put_artifact(replace(RESULTS, run_id=1, sha256="01" * 32))
        file_id = catalog.put_artifact(RESULTS)
        catalog.replace([], [], [RESULTS], LATER)
        assert catalog.put_artifact(RESULTS) == file_id

    def test_nothing(self, catalog: Catalog) -> None:
        """An empty store makes an empty catalog."""
        catalog.put_job(JOB)
        catalog.put_artifact(RESULTS)
        catalog.replace([], [], [], LATER)
        assert (catalog.job_count(), list(catalog.artifacts(7))) == (0, [])

    def test_etags(self, catalog: Catalog) -> None:
        """Those of the last reading, and of no earlier one."""
        assert catalog.etags() == {}
        catalog.replace([JOB], [], [], NOON, {"a": "1", "b": "2"})
        catalog.replace([JOB], [], [], LATER, {"b": "3"})
        assert catalog.etags() == {"b": "3"}

    def test_replace_anew(self, catalog: Catalog) -> None:
        """Not even runs that wait stay."""
        catalog.replace([JOB], [RUN, Run(7, 6)], [RESULTS, OTHER], LATER, {"a": "1"})
        catalog.put_extents({RESULTS.content_id: Extent(9, 800)})
        catalog.replace([JOB], [RUN], [RESULTS], NOON, {"b": "2"}, anew=True)
        assert list(catalog.runs(7)) == [RUN]
        assert list(catalog.artifacts(7)) == [RESULTS]
        assert (catalog.synced_at(), catalog.etags()) == (NOON, {"b": "2"})
        assert catalog.extent(RESULTS.content_id) == Extent(9, 800)

    def test_runs_that_wait_stay_with_their_job(self, catalog: Catalog) -> None:
        """The store knows nothing of a run that is not stored yet."""
        waiting = Run(7, 5)
        for run in (RUN, waiting, Run(8, 1)):
            catalog.put_run(run)
        catalog.replace([JOB], [], [], LATER)
        assert list(catalog.runs(7)) == [waiting]
        assert list(catalog.runs(8)) == []

    def test_results_that_were_lost(self, catalog: Catalog) -> None:
        """That they are is known from the store alone."""
        lost = Run(7, 4, RunStatus.ERROR)
        catalog.put_run(RUN)
        catalog.replace([JOB], [lost], [], LATER)
        assert list(catalog.runs(7)) == [lost]
        catalog.replace([JOB], [], [], LATER)
        assert list(catalog.runs(7)) == []


class TestParts:
    def test_one_job(self, catalog: Catalog) -> None:
        """What a reading of one job did not find is gone, and nothing of any other job."""
        other = replace(RESULTS, job_id=8, sha256="99" * 32)
        catalog.replace([JOB, replace(JOB, id=8)], [RUN, replace(RUN, job_id=8)], [other], NOON)
        lost = replace(RESULTS, run_id=5, sha256="11" * 32)
        catalog.put_run(replace(RUN, run_id=5))
        catalog.put_artifact(lost)
        catalog.replace_job(replace(JOB, name="measles"), [RUN], [RESULTS], LATER)
        assert [job.name for job in catalog.jobs()] == ["influenza", "measles"]
        assert (list(catalog.runs(7)), list(catalog.artifacts(7))) == ([RUN], [RESULTS])
        assert (catalog.run_count(8), list(catalog.artifacts(8))) == (1, [other])
        assert list(catalog.holding("11" * 32)) == []

    def test_runs_that_wait(self, catalog: Catalog) -> None:
        """As with a reading of everything they stay."""
        for run in (RUN, Run(7, 5)):
            catalog.put_run(run)
        catalog.replace_job(JOB, [], [], LATER)
        assert list(catalog.runs(7)) == [Run(7, 5)]

    def test_job_list(self, catalog: Catalog) -> None:
        """Jobs come and go, what the others hold stays."""
        catalog.replace([JOB, replace(JOB, id=8)], [RUN], [RESULTS], NOON)
        catalog.replace_job_list([replace(JOB, name="measles"), replace(JOB, id=9)], [8], LATER)
        assert [(job.id, job.name) for job in catalog.jobs()] == [(9, "influenza"), (7, "measles")]
        assert (list(catalog.runs(7)), list(catalog.artifacts(7))) == ([RUN], [RESULTS])

    def test_moments(self, catalog: Catalog) -> None:
        """Each part has its own; that of everything counts for all, and ends those before it."""
        assert catalog.read_at() == ReadAt()
        catalog.replace([JOB], [], [], NOON)
        catalog.replace_job(JOB, [], [], LATER)
        catalog.replace_job_list([JOB], [], LATER)
        read_at = catalog.read_at()
        assert read_at == ReadAt(NOON, LATER, {7: LATER})
        assert (read_at.of_list, read_at.of_job(7), read_at.of_job(8)) == (LATER, LATER, NOON)
        assert catalog.synced_at() == NOON
        catalog.replace([JOB], [], [], LATER)
        assert catalog.read_at() == ReadAt(LATER)

    def test_etags(self, catalog: Catalog) -> None:
        """Those of a part are added; they can be asked for by what keys begin with."""
        catalog.replace([JOB], [], [], NOON, {"jobs/7/a": "1", "jobs/70/a": "2"})
        catalog.replace_job(JOB, [], [], LATER, {"jobs/7/a": "3", "jobs/7/b": "4"})
        catalog.replace_job_list([JOB], [], LATER, {"r/7": "5"})
        assert catalog.etags("jobs/7/") == {"jobs/7/a": "3", "jobs/7/b": "4"}
        assert len(catalog.etags()) == 4

    def test_revision(self, catalog: Catalog) -> None:
        """It stays as long as nothing is written, and no longer."""
        changes: list[Callable[[], object]] = [
            lambda: catalog.put_job(JOB),
            lambda: catalog.put_run(RUN),
            lambda: catalog.remove_run(7, 4),
            lambda: catalog.put_artifact(RESULTS),
            lambda: catalog.replace_job(JOB, [], [], LATER),
            lambda: catalog.replace_job_list([JOB], [], LATER),
            lambda: catalog.remove_job(7),
            lambda: catalog.replace([], [], [], LATER),
        ]
        for change in changes:
            before = catalog.revision()
            assert catalog.revision() == before
            change()
            assert catalog.revision() != before


Reading = Callable[..., None]


@pytest.fixture(params=["everything", "anew", "job", "job list"])
def read(request: pytest.FixtureRequest, catalog: Catalog) -> Reading:
    """Ends a reading of the store that found these; that of the list finds no more than the job."""

    def read(*found: Job | Run | Artifact, at: datetime = NOON, since: int | None = None) -> None:
        jobs = [row for row in found if isinstance(row, Job)]
        runs = [row for row in found if isinstance(row, Run)]
        artifacts = [row for row in found if isinstance(row, Artifact)]
        if request.param in {"everything", "anew"}:
            anew = request.param == "anew"
            catalog.replace(jobs, runs, artifacts, at, since=since, anew=anew)
        elif request.param == "job list":
            gone = {7} - {job.id for job in jobs}
            catalog.replace_job_list(jobs, gone, at, since=since)
        elif jobs:
            catalog.replace_job(jobs[0], runs, artifacts, at, since=since)
        else:
            catalog.remove_job(7, since=catalog.last_recording() if since is None else since)

    return read


def _put(catalog: Catalog, *rows: Job | Run | Artifact) -> None:
    for row in rows:
        if isinstance(row, Job):
            catalog.put_job(row)
        elif isinstance(row, Run):
            catalog.put_run(row)
        else:
            catalog.put_artifact(row)


def _held(catalog: Catalog) -> list[Job | Run | Artifact]:
    return [*catalog.jobs(), *catalog.runs(7), *catalog.artifacts(7)]


class TestMeanwhile:
    """Clocks may say anything: what counts is whether it was recorded here after a reading began."""

    @pytest.mark.parametrize("at", MOMENTS)
    def test_recorded_meanwhile(self, catalog: Catalog, read: Reading, at: datetime) -> None:
        """The listing came too early for it: it stays, whatever the records say when they were made."""
        since = catalog.last_recording()
        _put(catalog, *ALL)
        read(at=at, since=since)
        assert _held(catalog) == ALL

    def test_recorded_again(self, catalog: Catalog, read: Reading) -> None:
        """What was known before, too: it is there now."""
        _put(catalog, *ALL)
        since = catalog.last_recording()
        _put(catalog, *ALL)
        read(since=since)
        assert _held(catalog) == ALL

    @pytest.mark.parametrize("at", MOMENTS)
    def test_deleted_elsewhere(self, catalog: Catalog, read: Reading, at: datetime) -> None:
        """What was recorded before the reading, if in the same second, and is not there, is gone."""
        _put(catalog, *ALL)
        read(at=at, since=catalog.last_recording())
        assert _held(catalog) == []

    @pytest.mark.parametrize("at", MOMENTS)
    def test_by_the_next_reading(self, catalog: Catalog, read: Reading, at: datetime) -> None:
        """What stayed because it was new goes when the next one does not find it either."""
        since = catalog.last_recording()
        _put(catalog, *ALL)
        read(at=at, since=since)
        read(at=at, since=catalog.last_recording())
        assert _held(catalog) == []

    def test_read_and_deleted_elsewhere(self, catalog: Catalog, read: Reading) -> None:
        """What a reading brought was not recorded here: the next one takes it away."""
        since = catalog.last_recording()
        catalog.replace([JOB], [RUN], [RESULTS], NOON, since=since)
        read(since=since)
        assert _held(catalog) == []

    def test_removed_meanwhile(self, catalog: Catalog, read: Reading) -> None:
        """The listing still saw it."""
        _put(catalog, *ALL, OTHER)
        since = catalog.last_recording()
        _remove(catalog, RESULTS)
        catalog.remove_run(7, 4)
        read(JOB, RUN, RESULTS, OTHER, since=since)
        assert _held(catalog) == [JOB, OTHER]
        catalog.replace([JOB], [RUN], [RESULTS], NOON, since=catalog.last_recording())
        assert _held(catalog) == ALL

    def test_job_removed_meanwhile(self, catalog: Catalog, read: Reading) -> None:
        """With all that the listing saw of it, also what nobody here had known."""
        _put(catalog, *ALL)
        since = catalog.last_recording()
        _put(catalog, *ALL)
        catalog.remove_job(7)
        read(*ALL, OTHER, since=since)
        assert _held(catalog) == []

    def test_id_of_a_removed_job(self, catalog: Catalog, read: Reading) -> None:
        """The reading tells nothing of what the job has that has the id now."""
        _put(catalog, *ALL)
        since = catalog.last_recording()
        catalog.remove_job(7)
        _put(catalog, JOB, OTHER)
        changed = replace(JOB, name="measles")
        read(changed, RUN, RESULTS, since=since)
        assert _held(catalog) == [changed, OTHER]

    def test_next_version(self, catalog: Catalog) -> None:
        """Where the listing saw the last one is where the new one is now."""
        _put(catalog, *ALL)
        since = catalog.last_recording()
        aside = replace(RESULTS, key="jobs/7/2026/11/20/120000/versions/run_4_results.v0001.zip")
        second = replace(RESULTS, version=2, sha256="ef" * 32)
        newer = replace(RUN, results_uploaded_at=LATER)
        _put(catalog, aside, second, newer)
        catalog.replace([JOB], [RUN], [RESULTS], NOON, since=since)
        assert _held(catalog) == [JOB, newer, aside, second]

    def test_committed_meanwhile(self, catalog: Catalog) -> None:
        """The listing saw the content without its manifest."""
        since = catalog.last_recording()
        _put(catalog, *ALL)
        bare = replace(RESULTS, version=0, sha256="", managed=False)
        catalog.replace([JOB], [RUN], [bare], NOON, since=since)
        assert _held(catalog) == ALL

    def test_results_of_a_listed_run(self, catalog: Catalog) -> None:
        """A listing that saw only a run's configuration does not take its results back."""
        since = catalog.last_recording()
        catalog.put_run(RUN)
        catalog.replace([JOB], [Run(7, 4), Run(7, 5)], [], NOON, since=since)
        assert list(catalog.runs(7)) == [RUN, Run(7, 5)]
        catalog.replace([JOB], [Run(7, 4)], [], NOON)
        assert catalog.run(7, 4) == Run(7, 4)

    def test_another_job_goes(self, catalog: Catalog) -> None:
        """What is recorded of one keeps no other."""
        _put(catalog, *ALL)
        since = catalog.last_recording()
        catalog.put_run(replace(RUN, job_id=8))
        catalog.replace_job_list([], [7], NOON, since=since)
        assert _held(catalog) == []

    def test_etags(self, catalog: Catalog) -> None:
        """An object whose row is not as it was listed will be read again."""
        config = replace(RESULTS, kind=ArtifactKind.RUN_CONFIG, version=0, key="jobs/7/a.json")
        since = catalog.last_recording()
        catalog.put_artifact(replace(config, size=2))
        etags = {config.key: "1", "jobs/7/b.json": "2"}
        catalog.replace([JOB], [], [config], NOON, etags, since=since)
        assert list(catalog.artifacts(7)) == [replace(config, size=2)]
        assert catalog.etags() == {"jobs/7/b.json": "2"}
        catalog.replace_job(JOB, [], [config], NOON, etags)
        assert (list(catalog.artifacts(7)), catalog.etags()) == ([config], etags)


@pytest.mark.parametrize("anew", [False, True])
def test_recorded_by_another_process(tmp_path: Path, anew: bool) -> None:
    """It stays as what this one recorded does, also when other readings end in between."""
    one, other = (SqliteCatalog(str(tmp_path / "cache.db")) for _ in range(2))
    since = one.last_recording()
    _put(other, *ALL)
    other.replace([JOB], [RUN], [RESULTS], NOON, since=other.last_recording())
    one.replace([], [], [], NOON, since=since, anew=anew)
    assert _held(one) == ALL
    one.close()
    other.close()


def test_changed_by_another_process(tmp_path: Path) -> None:
    """It is noticed without reading a row."""
    one, other = (SqliteCatalog(str(tmp_path / "cache.db")) for _ in range(2))
    before = one.revision()
    other.put_job(JOB)
    assert one.revision() != before
    one.close()
    other.close()


def test_naive_moment(tmp_path: Path) -> None:
    """A moment without time zone is refused, and nothing is written."""
    catalog = SqliteCatalog(str(tmp_path / "cache.db"))
    naive = datetime(2026, 11, 20)  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="time zone"):
        catalog.put_job(replace(JOB, created_at=naive))
    with pytest.raises(ValueError, match="time zone"):
        catalog.replace([JOB], [], [replace(RESULTS, stored_at=naive)], NOON)
    assert catalog.job_count() == 0
    catalog.close()


def test_other_threads(catalog: Catalog) -> None:
    """What one thread puts, another reads."""
    thread = threading.Thread(target=catalog.put_job, args=(JOB,))
    thread.start()
    thread.join()
    assert catalog.job(7) == JOB
