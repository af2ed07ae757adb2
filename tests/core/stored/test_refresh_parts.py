"""One job, or the list of jobs, is read: what that costs, and what it leaves alone."""

import pytest

from core.errors import StoreConnectionError
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import DELETED_JOB
from core.stored.refresh_job import RefreshJob
from core.stored.refresh_job_list import RefreshJobList
from tests.catalog_dump import dump
from tests.core.asked_store import AskedStore
from tests.core.bench import RUN4
from tests.core.care.care_bench import MANIFEST, PREFIX, RESULTS, CareBench

RUN5, OTHER = "/data/flu/OUT/RUN5", "/data/measles/OUT/RUN1"
FOREIGN = "jobs/9/2024/02/03/040506/"


class Workstation(CareBench):
    """One that reads its jobs one by one."""

    def _wire(self) -> None:
        super()._wire()
        self.refresh_job = RefreshJob(self.catalog, self.store, self.clock)
        self.refresh_list = RefreshJobList(self.catalog, self.store, self.clock, self.refresh_job)

    def job_names(self) -> dict[int, str]:
        return {job.id: job.name for job in self.catalog.jobs()}


@pytest.fixture
def store() -> AskedStore:
    return AskedStore()


@pytest.fixture
def bench(store: AskedStore) -> Workstation:
    """It has stored run 4 with its log, and read everything."""
    bench = Workstation(store=store)
    bench.ferry(RUN4, sidecars=True)
    bench.clock.advance(5)
    bench.refresh()
    bench.clock.advance(5)
    store.asked.clear()
    store.listed.clear()
    return bench


@pytest.fixture
def other(store: AskedStore, bench: Workstation) -> Workstation:
    """Somebody else, at another workstation."""
    return Workstation({RUN5: {"LOG": b"5"}, OTHER: {"LOG": b"m"}}, store=store)


def test_one_job(bench: Workstation, other: Workstation, store: AskedStore) -> None:
    """What somebody added to it is found by two listings and one object; other jobs are not asked."""
    other.ferry(RUN5, job_id=1)
    other.ferry(OTHER, name="measles")
    store.asked.clear()
    store.listed.clear()
    bench.refresh_job(1)
    assert store.listed == [job_record_key(1), "jobs/1/"]
    assert store.asked == [f"{PREFIX}run_5_results.v0001.json"]
    assert [run.run_id for run in bench.catalog.runs(1)] == [4, 5]
    assert bench.job_names() == {1: "flu"}
    read_at = bench.catalog.read_at()
    assert read_at.of_job(1) == bench.clock.now()
    assert read_at.everything != bench.clock.now()
    bench.refresh()
    assert dump(bench.catalog) == bench.rebuilt()


def test_nothing_new(bench: Workstation, store: AskedStore) -> None:
    """Then it is two listings and no object, and nothing changes."""
    before = dump(bench.catalog)
    bench.refresh_job(1)
    assert (len(store.listed), store.asked) == (2, [])
    assert dump(bench.catalog) == before == bench.rebuilt()


def test_what_is_gone_of_a_job(bench: Workstation, store: AskedStore) -> None:
    """Rows go with their objects."""
    for key in (RESULTS, MANIFEST):
        store.delete(key)
    bench.refresh_job(1)
    assert dump(bench.catalog) == bench.rebuilt()


def test_job_that_is_gone(bench: Workstation, store: AskedStore) -> None:
    """It is forgotten with all that it held."""
    for stored in [*store.list(PREFIX)]:
        store.delete(stored.key)
    store.put(job_record_key(1), DELETED_JOB)
    bench.refresh_job(1)
    assert (bench.job_names(), list(bench.catalog.artifacts(1))) == ({}, [])


def test_job_of_another_tool(bench: Workstation, store: AskedStore) -> None:
    """It has no record; it is read all the same."""
    store.put(f"{FOREIGN}run_1_results.zip", b"zip")
    bench.refresh_job(9)
    assert [run.run_id for run in bench.catalog.runs(9)] == [1]


def test_no_answer(bench: Workstation, store: AskedStore) -> None:
    """What is known stays, with its age."""
    before, read_at = dump(bench.catalog), bench.catalog.read_at()
    for refresh in (lambda: bench.refresh_job(1), bench.refresh_list):
        store.fail_next("list", StoreConnectionError("No connection."))
        with pytest.raises(StoreConnectionError):
            refresh()
    assert (dump(bench.catalog), bench.catalog.read_at()) == (before, read_at)


def test_job_list(bench: Workstation, other: Workstation, store: AskedStore) -> None:
    """New jobs and new names are found without looking into the others; a new one is read."""
    other.ferry(OTHER, name="measles")
    record = b"".join(store.read(job_record_key(1)))
    store.put(job_record_key(1), record.replace(b'"flu"', b'"influenza"'))
    store.asked.clear()
    store.listed.clear()
    bench.refresh_list()
    assert bench.job_names() == {1: "influenza", 2: "measles"}
    of_the_new_one = [job_record_key(2), "jobs/2/"]
    assert store.listed == ["_runferry/jobs/", "jobs/ by prefix", *of_the_new_one]
    assert {job_record_key(1), job_record_key(2)} <= {*store.asked}
    assert not [key for key in store.asked if key.startswith("jobs/1/")]
    assert [bench.catalog.run_count(job_id) for job_id in (1, 2)] == [1, 1]
    assert bench.catalog.read_at().of_list == bench.clock.now()


def test_list_without_news(bench: Workstation, store: AskedStore) -> None:
    """Two listings, no object."""
    before = dump(bench.catalog)
    bench.refresh_list()
    assert (len(store.listed), store.asked) == (2, [])
    assert dump(bench.catalog) == before


def test_jobs_that_are_gone(bench: Workstation, store: AskedStore) -> None:
    """Deleted ones, and those of other tools of which nothing is left."""
    store.put(f"{FOREIGN}run_1_results.zip", b"zip")
    bench.refresh()
    assert bench.job_names() == {1: "flu", 9: "job 9"}
    store.delete(f"{FOREIGN}run_1_results.zip")
    for stored in [*store.list(PREFIX)]:
        store.delete(stored.key)
    store.put(job_record_key(1), DELETED_JOB)
    bench.refresh_list()
    assert bench.job_names() == {}


def test_new_job_of_another_tool(bench: Workstation, store: AskedStore) -> None:
    """It is read as a whole: what it holds is all that is known of it."""
    store.put(f"{FOREIGN}run_1_results.zip", b"zip")
    bench.refresh_list()
    assert bench.job_names() == {1: "flu", 9: "job 9"}
    assert [run.run_id for run in bench.catalog.runs(9)] == [1]


def test_record_that_cannot_be_read(bench: Workstation, store: AskedStore) -> None:
    """The job stays as it was known."""
    store.put(job_record_key(1), b"{")
    bench.refresh_list()
    assert bench.job_names() == {1: "flu"}
