"""Records of jobs are read with care: anybody may have written them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.errors import JobNotFoundError
from core.model import Job
from core.ports.object_store import Excerpt
from core.stored.job_records import job_record, read_job
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import DELETED_JOB, MAX_BYTES, encode_job
from tests.fakes.object_store import FakeObjectStore

JOB = Job(7, "flu", datetime(2026, 11, 20, 14, 7, 31, tzinfo=UTC))
KEY = job_record_key(7)


@pytest.fixture
def store() -> FakeObjectStore:
    return FakeObjectStore()


def test_record(store: FakeObjectStore) -> None:
    """The job, whose claim it was, and which record this was."""
    stored = store.put(KEY, encode_job(JOB, "f00d"))
    assert read_job(store, 7) == job_record(store, KEY) == (JOB, "f00d", stored.etag)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "does not exist"),
        (DELETED_JOB, "is empty: the job was deleted, or its record lost"),
        (b"{", "cannot be read"),
        (encode_job(JOB, "f00d").ljust(MAX_BYTES + 1), "larger than any record"),
        (encode_job(Job(8, "measles", JOB.created_at), "f00d"), "speaks of another job"),
    ],
    ids=["none", "deleted", "damaged", "too large", "another job"],
)
def test_no_record(store: FakeObjectStore, data: bytes | None, why: str) -> None:
    """Who needs the job is told why there is none; who only looks finds none."""
    if data is not None:
        store.put(KEY, data)
    assert job_record(store, KEY) is None
    with pytest.raises(JobNotFoundError, match=why):
        read_job(store, 7)


class Garbling(FakeObjectStore):
    """Its first excerpt has a byte that is none of JSON."""

    garbled = False

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        found = super().excerpt(key, start=start, length=length)
        if self.garbled:
            return found
        self.garbled = True
        return replace(found, data=b"\0" + found.data[1:])


def test_garbled_once() -> None:
    """A byte that changed on its way is no damaged record: it is read once more."""
    store = Garbling()
    store.put(KEY, encode_job(JOB, "f00d"))
    assert read_job(store, 7).job == JOB
