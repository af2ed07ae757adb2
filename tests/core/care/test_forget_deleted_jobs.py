"""A job that another machine has deleted is not remembered after the store was read."""

import pytest

from core.errors import StoreConnectionError
from tests.core.bench import RUN4
from tests.core.care.care_bench import CareBench
from tests.core.care.test_delete_job import ROOT, DeletingBench


@pytest.fixture
def bench() -> CareBench:
    """A workstation that has stored run 4."""
    bench = CareBench()
    bench.ferry()
    bench.clock.advance(5)
    return bench


def delete_elsewhere(bench: CareBench) -> None:
    other = DeletingBench(store=bench.store)
    other.delete_job(other.delete_job.contents(1))


def test_deleted_elsewhere(bench: CareBench) -> None:
    """Its root belongs to nothing, and nothing of it is stored."""
    delete_elsewhere(bench)
    bench.care.sync()
    assert bench.journal.bound_job(ROOT) is None
    assert bench.journal.stored() == {}
    assert bench.plan_upload(RUN4).job is None


def test_what_is_there_is_remembered(bench: CareBench) -> None:
    """So is a job without a single run."""
    bench.register_job("empty", use=lambda job: bench.journal.put_job(job.id, job.created_at))
    bench.care.sync()
    assert bench.journal.bound_job(ROOT) == 1
    assert set(bench.journal.known_jobs()) == {1, 2}


def test_the_store_does_not_answer(bench: CareBench) -> None:
    """Then nobody knows."""
    delete_elsewhere(bench)
    bench.store.fail_next("list", StoreConnectionError("gone"))
    with pytest.raises(StoreConnectionError):
        bench.care.sync()
    assert bench.journal.bound_job(ROOT) == 1
