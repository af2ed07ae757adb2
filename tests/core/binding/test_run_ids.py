"""As which run a RUN directory is stored, and what is shown of that beforehand."""

import pytest

from core.errors import (
    ConflictError,
    InvalidResultsDirectoryError,
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
    assert event.runs == (("RUN1", 1), ("run_17", 17), ("run_18", 18))


def test_all_of_a_root(bench: Bench) -> None:
    """Naming the root means the runs in its folders, too."""
    assert list(bench.find_results.run_directories(OUT)) == [
        *(f"{OUT}/RUN1", f"{OUT}/run_17", f"{OUT}/run_18")
    ]
    assert list(bench.find_results.run_directories(f"{OUT}/run_17")) == [f"{OUT}/run_17"]


def test_one_of_several_parts(bench: Bench) -> None:
    """Which run one of them is alone is for the user to say, once; together they are run 17."""
    second = f"{OUT}/run_17/RUN5"
    bench.contents[second] = {"a": b"5"}
    error = bench.ferry_fails(InvalidResultsDirectoryError, SEEDED)
    assert "is one of several directories of the run" in error.what
    assert "--run-id" in error.todo
    assert list(bench.store.list("")) == []
    bench.ferry(SEEDED, run_id=170)
    assert bench.went_to(SEEDED) == (1, 170)
    bench.ferry_fails(InvalidResultsDirectoryError, second)
    result = bench.ferry(f"{OUT}/run_17")
    assert (result.manifest.run_id, result.manifest.files) == (17, 2)


def test_further_part(bench: Bench) -> None:
    """The run is the same; what it holds is its next version."""
    bench.ferry(SEEDED)
    assert bench.journal.stored_in(1) == {f"{OUT}/run_17": 17}
    bench.contents[f"{OUT}/run_17/RUN5"] = {"a": b"5"}
    result = bench.ferry(f"{OUT}/run_17")
    assert (result.manifest.run_id, result.manifest.version) == (17, 2)


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


def test_job_that_was_given_stays(bench: Bench) -> None:
    """Also that of a run that is a directory with others in it."""
    bench.ferry(f"{OUT}/RUN1")
    other = bench.register_job("elsewhere")
    bench.ferry(SEEDED, job_id=other.id)
    bench.contents[SEEDED]["a"] = b"changed"
    result = bench.ferry(f"{OUT}/run_17")
    assert (result.manifest.job_id, result.manifest.version) == (other.id, 2)


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
        """The next id is free, and stays its own; no version of the first is made."""
        bench = Bench({"/w/RUN7": {"a": b"1"}, "/w/RUN07": {"a": b"2"}})
        assert bench.went_to("/w/RUN7") == (1, 7)
        assert bench.went_to("/w/RUN07") == (1, 8)
        bench.contents["/w/RUN07"]["a"] = b"3"
        result = bench.ferry("/w/RUN07")
        assert (result.manifest.run_id, result.manifest.version) == (8, 2)
        assert result.manifest.directory == "RUN07"

    def test_of_two_roots(self) -> None:
        """A second root that was bound to the job by hand."""
        bench = Bench({RUN4: {"a": b"1"}, "/b/OUT/RUN4": {"a": b"2"}, "/b/OUT/RUN5": {"a": b"3"}})
        bench.ferry()
        bench.bind_job("/b/OUT", job_id=1)
        assert bench.went_to("/b/OUT/RUN5") == (1, 5)
        assert bench.went_to("/b/OUT/RUN4") == (1, 6)

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
        """One that was renamed is another run all the same: its name is part of what is stored."""
        bench = Bench({"/w/RUN7": {"a": b"1"}, "/w/RUN07": {"a": b"2"}})
        bench.ferry("/w/RUN7")
        bench.contents["/w/RUN007"] = bench.contents.pop("/w/RUN7")
        assert bench.went_to("/w/RUN007") == (1, 9)
        assert bench.went_to("/w/RUN07") == (1, 8)

    def test_at_once(self) -> None:
        """The second is another run while the first is still on its way."""
        bench = Bench({"/w/RUN7": {"a": b"1"}, "/w/RUN07": {"a": b"2"}})
        second: list[int] = []

        def meanwhile() -> None:
            bench.packager.while_packing = lambda: None
            second.append(bench.ferry("/w/RUN07").manifest.run_id)

        bench.packager.while_packing = meanwhile
        assert bench.ferry("/w/RUN7").manifest.run_id == 7
        assert second == [8]

    def test_from_another_machine(self) -> None:
        """Of names without numbers each machine counts anew; the manifest tells whose run it is."""
        here, there = two_machines()
        here.register_job("flu")
        assert here.ferry("/w/a", job_id=1, run_id=1).manifest.directory == "a"
        there.journal.give_ids("/v", {"b": 1})
        there.refresh()
        result = there.ferry("/v/b", job_id=1)
        assert (result.manifest.run_id, result.manifest.version) == (2, 1)
        assert there.journal.given_ids("/v") == {"b": 2}

    def test_of_which_nobody_knows(self) -> None:
        """Likewise when the catalog was read before: the manifest is asked."""
        here, there = two_machines()
        here.register_job("flu")
        there.journal.give_ids("/v", {"b": 1})
        there.refresh()
        here.ferry("/w/a", job_id=1, run_id=1)
        result = there.ferry("/v/b", job_id=1)
        assert (result.manifest.run_id, result.manifest.version) == (2, 1)


class TestExplicitId:
    """The run of an id that a user names was stored from a directory with another name."""

    def test_on_this_machine(self) -> None:
        """It is said whose run it is, and how to say that both are the same; nothing is stored."""
        bench = Bench({"/w/seed_001": {"a": b"1"}, "/w/run_18": {"a": b"2"}})
        bench.ferry("/w/seed_001", run_id=5)
        for _ in range(2):
            error = bench.ferry_fails(ConflictError, "/w/run_18", run_id=5)
            assert "Run 5 of job 1 was stored from seed_001; run_18 would" in error.what
            assert "--new-version" in error.todo
        assert bench.went_to("/w/run_18") == (1, 18)

    @pytest.mark.parametrize("seen", ["before", "after"])
    def test_from_another_one(self, seen: str) -> None:
        """Likewise, whether the catalog knew it or only the manifest does."""
        here, there = two_machines()
        here.register_job("flu")
        there.refresh()
        here.ferry("/w/a", job_id=1, run_id=5)
        if seen == "before":
            there.refresh()
        error = there.ferry_fails(ConflictError, "/v/b", job_id=1, run_id=5)
        assert "was stored from a; b would become a version of it" in error.what
        assert there.journal.stored() == {}
        result = there.ferry("/v/b", job_id=1, run_id=5, new_version=True)
        assert (result.manifest.run_id, result.manifest.version) == (5, 2)
        assert result.manifest.directory == "b"

    def test_that_is_meant(self) -> None:
        """Once is enough: from then on both are known as the run."""
        bench = Bench({"/w/seed_001": {"a": b"1"}, "/w/seed_001_fixed": {"a": b"2"}})
        bench.ferry("/w/seed_001", run_id=5)
        bench.ferry("/w/seed_001_fixed", run_id=5, new_version=True)
        for version, path in enumerate(("/w/seed_001_fixed", "/w/seed_001"), 3):
            bench.contents[path]["a"] = f"{version}".encode()
            result = bench.ferry(path, run_id=5)
            assert (result.manifest.run_id, result.manifest.version) == (5, version)


def two_machines() -> tuple[Bench, Bench]:
    """On one store; each has a directory whose name has no number."""
    store = FakeObjectStore()
    return Bench({"/w/a": {"a": b"1"}}, store), Bench({"/v/b": {"a": b"2"}}, store)


class TestPlan:
    def test_unbound(self, bench: Bench) -> None:
        """What would happen; the store is not asked."""
        bench.store.fail_next("list", StoreConnectionError("Offline."))
        runs = ((f"{OUT}/RUN1", 1), (f"{OUT}/run_17", 17), (f"{OUT}/run_18", 18))
        expected = UploadPlan(OUT, None, "job_3", runs)
        for path in (OUT, SEEDED, f"{OUT}/run_17", f"{OUT}/RUN1"):
            assert bench.plan_upload(path) == expected
        assert bench.journal.bound_job(OUT) is None

    def test_bound(self, bench: Bench) -> None:
        """The job, and what the runs are known as."""
        bench.ferry(f"{OUT}/RUN1", run_id=9, name="flu")
        plan = bench.plan_upload(OUT)
        assert plan.job == BoundJob(1, "flu")
        assert plan.runs == ((f"{OUT}/RUN1", 9), (f"{OUT}/run_17", 17), (f"{OUT}/run_18", 18))

    def test_given(self, bench: Bench) -> None:
        """No number, and numbers that others have: the next free ones, in natural order, for ever."""
        for name in ("RUN0", "run_17/RUN5", "RUN01", "RUN18"):
            bench.contents[f"{OUT}/{name}"] = {"a": b""}
        bench.ferry(OTHER)
        expected = {"RUN0": 2, "RUN1": 1, "RUN01": 3, "RUN18": 18, "run_17": 17, "run_18": 19}
        given = {f"{OUT}/{name}": run_id for name, run_id in expected.items()}
        assert dict(bench.plan_upload(OUT).runs) == given
        del bench.contents[f"{OUT}/RUN01"]
        bench.contents[f"{OUT}/RUN2"] = {"a": b""}
        del given[f"{OUT}/RUN01"]
        assert dict(bench.plan_upload(OUT).runs) == given | {f"{OUT}/RUN2": 4}

    def test_taken_by_another_root(self, bench: Bench) -> None:
        """The event of a binding tells as which runs they will be stored."""
        bench.ferry(f"{OUT}/RUN1")
        bench.contents["/b/RUN1"] = {"a": b"b"}
        bench.contents["/b/RUN2"] = {"a": b"b"}
        bench.bind_job("/b", job_id=1)
        assert bench.bindings()[-1].runs == (("RUN1", 3), ("RUN2", 2))

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
    assert bench.ferry(alike, job_id=1).manifest.run_id == 2
