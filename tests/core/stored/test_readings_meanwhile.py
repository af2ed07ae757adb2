"""A reading, and what is recorded here while it goes on: clocks may say anything."""

from collections.abc import Callable, Iterator

import pytest

from core.model import ArtifactKind
from core.ports.object_store import StoredObject
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import DELETED_JOB
from core.stored.refresh_job import RefreshJob
from core.stored.refresh_job_list import RefreshJobList
from tests.catalog_dump import dump
from tests.core.bench import RUN4
from tests.core.care.care_bench import MANIFEST, PREFIX, RESULTS, CareBench
from tests.fakes.object_store import FakeObjectStore

RUN5, OTHER = "/data/flu/OUT/RUN5", "/data/measles/OUT/RUN1"
CLOCKS = [0.0, -300.0, -2 * 86_400.0, 300.0]
"""How much later it is said to be after something was recorded."""


class SlowStore(FakeObjectStore):
    """Something happens here once, after what a job holds was listed, and before that is told."""

    meanwhile: Callable[[], object] | None = None

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        listed = [*super().list(prefix, after=after)]
        if prefix.startswith("jobs/"):
            happens, self.meanwhile = self.meanwhile, None
            if happens:
                happens()
        return iter(listed)


@pytest.fixture
def store() -> SlowStore:
    return SlowStore()


@pytest.fixture
def bench(store: SlowStore) -> CareBench:
    """A workstation that has stored run 4, and has others."""
    bench = CareBench({RUN4: {"LOG": b"4"}, RUN5: {"LOG": b"5"}, OTHER: {"LOG": b"m"}}, store=store)
    bench.ferry(RUN4)
    return bench


Read = Callable[[], object]


@pytest.fixture(params=["everything", "anew", "job"])
def read(request: pytest.FixtureRequest, bench: CareBench) -> Read:
    refresh_job = RefreshJob(bench.catalog, bench.store, bench.clock)
    ways: dict[str, Read] = {
        "everything": bench.refresh,
        "anew": lambda: bench.refresh(rebuild=True),
        "job": lambda: refresh_job(1),
    }
    return ways[request.param]


@pytest.mark.parametrize("later", CLOCKS)
def test_deleted_elsewhere(bench: CareBench, store: SlowStore, read: Read, later: float) -> None:
    """A run is stored, deleted by another machine, and the store is read: nothing is stored."""
    bench.clock.advance(later)
    for key in (MANIFEST, RESULTS):
        store.delete(key)
    read()
    assert (bench.catalog.run(1, 4), list(bench.catalog.artifacts(1))) == (None, [])


@pytest.mark.parametrize("later", CLOCKS)
def test_job_deleted_elsewhere(bench: CareBench, store: SlowStore, later: float) -> None:
    """So it is with a job, in the list too."""
    refresh_job = RefreshJob(bench.catalog, store, bench.clock)
    refresh_list = RefreshJobList(bench.catalog, store, bench.clock, refresh_job)
    bench.clock.advance(later)
    for stored in [*store.list(PREFIX)]:
        store.delete(stored.key)
    store.put(job_record_key(1), DELETED_JOB)
    refresh_list()
    assert (bench.catalog.job(1), list(bench.catalog.artifacts(1))) == (None, [])


@pytest.mark.parametrize("later", CLOCKS)
def test_stored_meanwhile(bench: CareBench, store: SlowStore, read: Read, later: float) -> None:
    """What a run stored here came too late for the listing; it is not said to be gone."""

    def store_run_5() -> None:
        bench.clock.advance(later)
        bench.ferry(RUN5, job_id=1)

    store.meanwhile = store_run_5
    read()
    assert [run.run_id for run in bench.catalog.runs(1) if run.stored] == [4, 5]
    assert dump(bench.catalog) == bench.rebuilt()


def test_next_version_meanwhile(bench: CareBench, store: SlowStore, read: Read) -> None:
    """The one before it is aside now, wherever it was listed."""

    def store_version_2() -> None:
        bench.contents[RUN4]["LOG"] = b"changed"
        bench.ferry(RUN4)

    store.meanwhile = store_version_2
    read()
    assert dump(bench.catalog) == bench.rebuilt()


def test_deleted_here_meanwhile(bench: CareBench, store: SlowStore, read: Read) -> None:
    """The listing still saw it."""

    def delete_run_4() -> None:
        for key in (MANIFEST, RESULTS):
            store.delete(key)
        bench.catalog.remove_artifact(1, 4, ArtifactKind.RUN_RESULTS, 1)
        bench.catalog.remove_run(1, 4)

    store.meanwhile = delete_run_4
    read()
    assert (bench.catalog.run(1, 4), list(bench.catalog.artifacts(1))) == (None, [])
    assert bench.catalog.job(1)


def test_registered_meanwhile(bench: CareBench, store: SlowStore) -> None:
    """A job that was not there when it was looked for, and is now."""
    store.meanwhile = lambda: bench.ferry(OTHER, name="measles")
    RefreshJob(bench.catalog, store, bench.clock)(2)
    assert [job.id for job in bench.catalog.jobs()] == [2, 1]
    assert bench.catalog.run_count(2) == 1
