"""The next id of a job: right whatever is in the store, and cheap however much that is."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.jobs.free_job_ids import FreeJobIds
from core.model import HIGHEST_ID, Job
from core.ports.object_store import StoredObject
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import DELETED_JOB
from tests.fakes.catalog import FakeCatalog
from tests.fakes.object_store import FakeObjectStore

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)
IMPOSSIBLE = ["999999999999999999", "1000000001", "0000000000", "00000000007", "x"]


class CountingStore(FakeObjectStore):
    """Counts requests. Listings come in pages of a thousand."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0

    def head(self, key: str) -> StoredObject | None:
        self.requests += 1
        return super().head(key)

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        for number, stored in enumerate(super().list(prefix, after=after)):
            self.requests += number % 1000 == 0
            yield stored

    def list_prefixes(self, prefix: str) -> Iterator[str]:
        for number, found in enumerate(super().list_prefixes(prefix)):
            self.requests += number % 1000 == 0
            yield found


def recorded(store: FakeObjectStore, *ids: int) -> None:
    for job_id in ids:
        store.put(job_record_key(job_id), b"{}")


def first_ids(store: FakeObjectStore, catalog: FakeCatalog | None = None) -> list[int]:
    """Two of them, as if somebody else was faster with the first one."""
    ids = FreeJobIds(store, catalog or FakeCatalog())()
    first = next(ids)
    recorded(store, first)
    return [first, next(ids)]


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([], [1, 2]),
        ([1, 2, 3], [4, 5]),
        ([1, 5000], [5001, 5002]),
        ([HIGHEST_ID - 1], [HIGHEST_ID, 1]),
        ([1, 2, 4, HIGHEST_ID], [3, 5]),
        ([HIGHEST_ID], [1, 2]),
    ],
)
def test_next_ids(taken: list[int], expected: list[int]) -> None:
    """Above all others; from the gaps when somebody has taken the highest that there is."""
    store = FakeObjectStore()
    recorded(store, *taken)
    assert first_ids(store) == expected


def test_what_counts() -> None:
    """Deleted jobs keep their ids, jobs of other tools have theirs, impossible ones count not."""
    store = FakeObjectStore()
    for name in IMPOSSIBLE:
        store.put(f"_runferry/jobs/{name}.json", b"")
    store.put("jobs/1000000001/2026/01/01/000000/job_config.json", b"")
    assert first_ids(store) == [1, 2]
    store.put(job_record_key(7), DELETED_JOB)
    assert first_ids(store) == [8, 9]
    store.put("jobs/12/2026/01/01/000000/job_config.json", b"")
    assert first_ids(store) == [13, 14]


def test_hint_of_a_catalog() -> None:
    """It knows jobs of other tools, and may be behind with those that have records."""
    store, catalog = FakeObjectStore(), FakeCatalog()
    recorded(store, 1, 9)
    catalog.put_job(Job(20, "of another tool", MOMENT))
    assert first_ids(store, catalog) == [21, 22]
    recorded(store, 30)
    assert first_ids(store, catalog) == [31, 32]


SETS = st.sets(
    st.integers(1, 40) | st.integers(1, HIGHEST_ID) | st.sampled_from([HIGHEST_ID, HIGHEST_ID - 1]),
    max_size=12,
)


@given(SETS, SETS, SETS, st.sets(st.sampled_from(IMPOSSIBLE)))
@settings(derandomize=True, max_examples=200)
def test_any_store(jobs: set[int], deleted: set[int], foreign: set[int], junk: set[str]) -> None:
    """The id is nobody's, and above all others if there is one."""
    store = FakeObjectStore()
    recorded(store, *jobs)
    for job_id in deleted:
        store.put(job_record_key(job_id), DELETED_JOB)
    for job_id in foreign:
        store.put(f"jobs/{job_id}/2026/01/01/000000/job_input.zip", b"")
    for name in junk:
        store.put(f"_runferry/jobs/{name}.json", b"")
    taken = jobs | deleted | foreign
    ids = first_ids(store)
    assert not taken.intersection(ids)
    assert len({*ids}) == 2
    assert (
        max(taken, default=0) == HIGHEST_ID
        or min(ids) > max(taken, default=0)
        or (max(taken) == HIGHEST_ID - 1)
    )


def test_cost() -> None:
    """A handful of requests when the catalog knows about where, some more when it knows nothing."""
    store, catalog = CountingStore(), FakeCatalog()
    recorded(store, *range(1, 20_001), 25_000)
    for name in IMPOSSIBLE:
        store.put(f"_runferry/jobs/{name}.json", b"")
    assert next(FreeJobIds(store, catalog)()) == 25_001
    assert store.requests <= 20
    catalog.replace([Job(24_000, "x", MOMENT)], [], [], MOMENT)
    store.requests = 0
    assert next(FreeJobIds(store, catalog)()) == 25_001
    assert store.requests == 1


def test_cost_of_a_taken_top() -> None:
    """Somebody has taken the highest id: the gap behind the others is found by bisection."""
    store = CountingStore()
    recorded(store, *range(1, 3001), HIGHEST_ID)
    assert next(FreeJobIds(store, FakeCatalog())()) == 3001
    assert store.requests <= 80
