"""Which runs were deleted or moved by another machine is known after the store was read."""

from datetime import timedelta

import pytest

from core.ports.journal.bindings import StoredSource
from tests.core.bench import RUN4
from tests.core.care.care_bench import CareBench

A_DAY_LATER = timedelta(days=1, seconds=5).total_seconds()


@pytest.fixture
def bench() -> CareBench:
    """A workstation that stored two versions of run 4, and more than a day has passed."""
    bench = CareBench()
    bench.ferry()
    bench.contents[RUN4]["LOG"] = b"second"
    bench.ferry()
    bench.clock.advance(A_DAY_LATER)
    return bench


def delete_elsewhere(bench: CareBench, version: int | None) -> None:
    other = CareBench(store=bench.store)
    other.care.delete_run(other.care.delete_run.contents(1, 4, version))


@pytest.mark.parametrize("version", [2, None])
def test_deleted_elsewhere(bench: CareBench, version: int | None) -> None:
    """The directory is not stored any more; where it goes is known."""
    delete_elsewhere(bench, version)
    bench.care.sync()
    stored = bench.journal.stored_as(RUN4)
    assert stored is not None
    assert (stored.fingerprint, stored.job_id, stored.run_id) == ("", 1, 4)
    assert bench.went_to() == (1, 4)


@pytest.mark.parametrize("version", [1, 0])
def test_still_there(bench: CareBench, version: int) -> None:
    """Another version was deleted, or none."""
    if version:
        delete_elsewhere(bench, version)
    before = bench.journal.stored_as(RUN4)
    bench.care.sync()
    assert bench.journal.stored_as(RUN4) == before


def test_not_written_down(bench: CareBench) -> None:
    """Of a state of earlier RunFerrys any version will do."""
    bench.journal.put_stored(RUN4, StoredSource("f", 1, 4))
    delete_elsewhere(bench, 2)
    bench.care.sync()
    assert bench.journal.stored_as(RUN4) == StoredSource("f", 1, 4)
    delete_elsewhere(bench, None)
    bench.care.sync()
    assert bench.journal.stored_as(RUN4) == StoredSource("", 1, 4)
