"""Jobs in a store that may be listed and written, and not read."""

from collections.abc import Iterator

import pytest

from core.errors import ConflictError, JobNotFoundError, StoreAccessDeniedError
from core.ports.object_store import Excerpt, StoredObject
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import DELETED_JOB
from tests.core.bench import Bench
from tests.fakes.object_store import FakeObjectStore


class DropBox(FakeObjectStore):
    """What is in it cannot be seen."""

    def head(self, key: str) -> StoredObject | None:
        if super().head(key):
            raise StoreAccessDeniedError("No entry.")
        return None

    def read(
        self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None
    ) -> Iterator[bytes]:
        raise StoreAccessDeniedError("No entry.")

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        raise StoreAccessDeniedError("No entry.")


@pytest.fixture
def bench() -> Bench:
    return Bench(store=DropBox())


def test_a_job_of_this_machine_is_known(bench: Bench) -> None:
    """It is confirmed by a listing, as far as that tells."""
    job = bench.register_job("flu")
    assert bench.get_job(job.id, confirm=True) == job


def test_a_deleted_job_is_seen(bench: Bench) -> None:
    """Its record is empty, which a listing tells."""
    job = bench.register_job("flu")
    bench.store.put(job_record_key(job.id), DELETED_JOB)
    with pytest.raises(JobNotFoundError):
        bench.get_job(job.id, confirm=True)
    with pytest.raises(JobNotFoundError, match="during the upload"):
        bench.get_job.still_there(job)


def test_an_id_that_is_taken_is_somebody_elses(bench: Bench) -> None:
    """Nobody can tell whose claim it is."""
    bench.register_job("flu")
    with pytest.raises(ConflictError, match="Job 1 exists already"):
        bench.register_job("measles", job_id=1)
    assert bench.journal.all_intents() == []
    assert bench.register_job("measles").id == 2


def test_a_job_that_this_machine_does_not_know_may_not_be_read(bench: Bench) -> None:
    bench.register_job("flu")
    with pytest.raises(StoreAccessDeniedError):
        Bench(store=bench.store).get_job(1)
