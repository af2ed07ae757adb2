"""As which run a RUN directory is stored, and what is shown of that beforehand."""

import pytest

from core.errors import (
    ConflictError,
    InvalidResultsDirectoryError,
    ResultsStorageError,
    StoreConnectionError,
)
from core.upload.upload_plan import BoundJob, UploadPlan
from tests.core.bench import RUN4, Bench
from tests.fakes.journal import FakeStateFile
from tests.fakes.object_store import FakeObjectStore

OUT = "/w/job_3/OUT"
SEEDED = f"{OUT}/run_17/RUN11998"
OTHER = f"{OUT}/run_18/RUN11998"


@pytest.fixture
def bench() -> Bench:
    """Runs of a system that numbers RUN directories by seed, and one that FRED numbered."""
    return Bench({SEEDED: {"a": b"17"}, OTHER: {"a": b"18!"}, f"{OUT}/RUN1": {"a": b"one"}})


def test_folder_names_the_run(bench: Bench) -> None:
    """Runs of one seed are not versions of each other; all of them belong to one job."""
    assert [bench.went_to(run) for run in (SEEDED, OTHER, f"{OUT}/RUN1")] == [
        (1, 17),
        (1, 18),
        (1, 1),
    ]
    (event,) = bench.bindings()
    assert event.results_root == OUT
    assert event.runs == (("RUN1", 1), ("run_17/RUN11998", 17), ("run_18/RUN11998", 18))


def test_all_of_a_root(bench: Bench) -> None:
    """Naming the root means the runs in its folders, too."""
    assert list(bench.find_results.run_directories(OUT)) == [f"{OUT}/RUN1", SEEDED, OTHER]
    assert list(bench.find_results.run_directories(f"{OUT}/run_17")) == [SEEDED]


def test_crowded_folder(bench: Bench) -> None:
    """Which one is run 17 is for the user to say, once."""
    second = f"{OUT}/run_17/RUN5"
    bench.contents[second] = {"a": b"5"}
    error = bench.ferry_fails(InvalidResultsDirectoryError, SEEDED)
    assert "run_17 contains several RUN directories" in error.what
    assert "--run-id" in error.todo
    assert list(bench.store.list("")) == []
    bench.ferry(SEEDED, run_id=17)
    assert bench.went_to(SEEDED) == (1, 17)
    bench.ferry_fails(InvalidResultsDirectoryError, second)


def test_remembered_before_the_folder_was_crowded(bench: Bench) -> None:
    """What was clear once stays clear."""
    bench.ferry(SEEDED)
    bench.contents[f"{OUT}/run_17/RUN5"] = {"a": b"5"}
    bench.contents[SEEDED]["a"] = b"changed"
    assert bench.went_to(SEEDED) == (1, 17)


def test_id_that_was_given_stays() -> None:
    """A later upload without ids goes where the run went before, also after a restart."""
    state, store = FakeStateFile(), FakeObjectStore()
    bench = Bench(state=state, store=store)
    bench.register_job("elsewhere")
    bench.ferry(name="flu")
    bench.ferry(job_id=1, run_id=17)
    later = Bench(dict(bench.contents), store, state)
    later.contents[RUN4]["LOG"] = b"changed"
    result = later.ferry()
    assert (result.manifest.job_id, result.manifest.run_id, result.manifest.version) == (1, 17, 2)


def test_ids_of_another_job_do_not_count() -> None:
    """A run id is one of its job."""
    bench = Bench()
    bench.ferry(run_id=17)
    bench.register_job("other")
    assert bench.ferry(job_id=2).manifest.run_id == 4


def test_number_that_is_no_id_is_remembered() -> None:
    """RUN0 was named once; that also does for another job."""
    bench = Bench({"/w/RUN0": {"a": b"1"}})
    bench.ferry("/w/RUN0", run_id=5)
    assert bench.went_to("/w/RUN0") == (1, 5)
    bench.register_job("other")
    assert bench.ferry("/w/RUN0", job_id=2).manifest.run_id == 5


class TestConflict:
    def test_second_directory(self) -> None:
        """Refused, with both names; nothing is stored."""
        bench = Bench({"/w/RUN7": {"a": b"1"}, "/w/RUN07": {"a": b"2"}})
        bench.ferry("/w/RUN7")
        error = bench.ferry_fails(ConflictError, "/w/RUN07")
        assert "/w/RUN7; /w/RUN07 would" in error.what
        assert (bool(error.kept), "--run-id" in error.todo) == (True, True)
        assert bench.catalog.run_count(1) == 1

    def test_of_two_roots(self) -> None:
        """A second root that was bound to the job by hand."""
        bench = Bench({RUN4: {"a": b"1"}, "/b/OUT/RUN4": {"a": b"2"}, "/b/OUT/RUN5": {"a": b"3"}})
        bench.ferry()
        bench.bind_job("/b/OUT", job_id=1)
        bench.ferry_fails(ConflictError, "/b/OUT/RUN4")
        assert bench.went_to("/b/OUT/RUN5") == (1, 5)

    def test_copy(self) -> None:
        """Equal content in the same job is not the same run while both directories are there."""
        bench = Bench({RUN4: {"a": b"1"}, "/b/OUT/RUN4": {"a": b"1"}})
        bench.ferry(run_id=17)
        bench.bind_job("/b/OUT", job_id=1)
        assert bench.went_to("/b/OUT/RUN4") == (1, 4)

    def test_word_of_the_user(self) -> None:
        """They may make it a version; from then on both are known as that run."""
        bench = Bench({RUN4: {"a": b"1"}, "/b/OUT/RUN4": {"a": b"2"}})
        bench.ferry()
        assert bench.ferry("/b/OUT/RUN4", job_id=1, run_id=4).manifest.version == 2
        bench.contents[RUN4]["a"] = b"3"
        assert bench.ferry().manifest.version == 3

    def test_directory_that_is_gone(self) -> None:
        """What was deleted or renamed stands in nobody's way."""
        bench = Bench({"/w/RUN7": {"a": b"1"}, "/w/RUN07": {"a": b"2"}})
        bench.ferry("/w/RUN7")
        del bench.contents["/w/RUN7"]
        assert bench.ferry("/w/RUN07").manifest.version == 2

    def test_at_once(self) -> None:
        """The second is refused while the first is still on its way, and not after it failed."""
        bench = Bench({"/w/RUN7": {"a": b"1"}, "/w/RUN07": {"a": b"2"}})
        refused: list[str] = []

        def second() -> None:
            bench.packager.while_packing = lambda: None
            refused.append(bench.ferry_fails(ConflictError, "/w/RUN07").what)

        bench.packager.while_packing = second
        bench.store.fail_next("complete", StoreConnectionError("Gone."))
        bench.ferry_fails(ResultsStorageError, "/w/RUN7")
        assert len(refused) == 1
        assert bench.went_to("/w/RUN07") == (1, 7)


class TestPlan:
    def test_unbound(self, bench: Bench) -> None:
        """What would happen; the store is not asked."""
        bench.store.fail_next("list", StoreConnectionError("Offline."))
        runs = ((f"{OUT}/RUN1", 1), (SEEDED, 17), (OTHER, 18))
        expected = UploadPlan(OUT, None, "job_3", runs)
        for path in (OUT, SEEDED, f"{OUT}/run_17", f"{OUT}/RUN1"):
            assert bench.plan_upload(path) == expected
        assert bench.journal.bound_job(OUT) is None

    def test_bound(self, bench: Bench) -> None:
        """The job, and what the runs are known as."""
        bench.ferry(f"{OUT}/RUN1", run_id=9, name="flu")
        plan = bench.plan_upload(OUT)
        assert plan.job == BoundJob(1, "flu")
        assert plan.runs == ((f"{OUT}/RUN1", 9), (SEEDED, 17), (OTHER, 18))

    def test_not_clear(self, bench: Bench) -> None:
        """RUN0, a crowded folder, and a number that another run has."""
        for name in ("RUN0", "run_17/RUN5", "RUN01", "RUN18"):
            bench.contents[f"{OUT}/{name}"] = {"a": b""}
        bench.ferry(OTHER)
        assert [run_id for _, run_id in bench.plan_upload(OUT).runs] == [
            None,  # RUN0
            1,
            None,  # RUN01
            None,  # RUN18: run_18 is stored as 18
            None,
            None,
            18,
        ]

    def test_taken_by_another_root(self, bench: Bench) -> None:
        """The event of a binding tells only of runs that can be stored so."""
        bench.ferry(f"{OUT}/RUN1")
        bench.contents["/b/RUN1"] = {"a": b"b"}
        bench.contents["/b/RUN2"] = {"a": b"b"}
        bench.bind_job("/b", job_id=1)
        assert bench.bindings()[-1].runs == (("RUN2", 2),)

    def test_catalog_is_empty(self, bench: Bench) -> None:
        """A job that the cache does not know has no name, but it is known."""
        bench.journal.bind_root(OUT, 7)
        assert bench.plan_upload(OUT).job == BoundJob(7, "")

    def test_unreadable(self, bench: Bench) -> None:
        """Nothing to show is shown as nothing."""
        bench.folders.unreadable.add(OUT)
        assert bench.plan_upload(OUT).runs == ()


def test_stored_in_another_job_since(bench: Bench) -> None:
    """A directory still is its run of the first job: one named alike is no version of that."""
    bench.register_job("a")
    bench.register_job("b")
    run, alike = f"{OUT}/RUN1", "/b/OUT/RUN1"
    bench.ferry(run, job_id=1)
    bench.ferry(run, job_id=2)
    bench.contents[alike] = {"a": b"other"}
    with pytest.raises(ConflictError, match="Run 1 of job 1 is"):
        bench.ferry(alike, job_id=1)
    assert bench.run_ids.proposed("/b/OUT", 1) == ((alike, None),)
