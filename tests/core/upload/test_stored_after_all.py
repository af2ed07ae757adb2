"""The store has completed an object, and then something fails: the next try takes it up."""

from collections.abc import Mapping
from contextlib import suppress

import pytest

from core.errors import (
    ConflictError,
    ObjectNotFoundError,
    PreconditionFailedError,
    ResultsStorageError,
    RunFerryError,
    StoreAccessDeniedError,
    StoreConnectionError,
    StoreError,
    StoreThrottledError,
    UploadGoneError,
)
from core.ports.object_store import StoredObject
from core.upload.upload_result import UploadOutcome
from tests.core.bench import Bench
from tests.core.upload.test_submit_artifact import RUN_CONFIG, Desk
from tests.fakes.object_store import FakeObjectStore

FAILURES = [
    StoreConnectionError("The connection was lost."),
    StoreThrottledError("Slow down."),
    StoreAccessDeniedError("Denied."),
    StoreError("The store said 500."),
    ObjectNotFoundError("Not found."),
    PreconditionFailedError("Something is there."),
    UploadGoneError("No such upload."),
]
named = pytest.mark.parametrize("failure", FAILURES, ids=lambda error: type(error).__name__)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@named
def test_after_complete(bench: Bench, failure: StoreError) -> None:
    """Whatever the answer was, the object is one version in the end and nothing is sent twice."""
    bench.store.fail_next("complete", failure, after=True)
    with suppress(ResultsStorageError):
        bench.ferry()
    if not bench.catalog.artifacts(1):
        (intent,) = bench.journal.intents(1, 4)
        assert intent.sha256
        bench.ferry()
        assert bench.sent == 0
    assert bench.keys() == ["run_4_results.v0001.json", "run_4_results.zip"]
    assert (bench.journal.intents(1, 4), bench.journal.orphans()) == ([], [])


class VagueStore(FakeObjectStore):
    """Completes an upload, says that something is in the way, and cannot be asked what."""

    def __init__(self, failure: StoreError) -> None:
        super().__init__()
        self._failures_left = [failure]

    def commit(
        self, key: str, data: bytes, metadata: Mapping[str, str], if_match: str | None
    ) -> StoredObject:
        stored = super().commit(key, data, metadata, if_match)
        if self._failures_left:
            self.fail_next("head", self._failures_left.pop())
            raise PreconditionFailedError("Something is there.")
        return stored


@named
def test_look_fails_too(failure: StoreError) -> None:
    """That something is in the way proves nothing while it cannot be looked at."""
    bench = Bench(store=VagueStore(failure))
    with pytest.raises((ResultsStorageError, ConflictError)):
        bench.ferry()
    (intent,) = bench.journal.intents(1, 4)
    assert intent.sha256
    bench.ferry()
    assert bench.sent == 0
    assert bench.keys() == ["run_4_results.v0001.json", "run_4_results.zip"]
    assert bench.journal.intents(1, 4) == []


@named
def test_manifest_is_refused(bench: Bench, failure: StoreError) -> None:
    """The content waits for its manifest."""
    bench.register_job("flu")
    bench.store.fail_next("put", failure)
    with suppress(RunFerryError):
        bench.ferry(job_id=1)
    if not bench.catalog.artifacts(1):
        assert bench.journal.intents(1, 4)
        bench.ferry(job_id=1)
        assert bench.sent == 0
    assert bench.keys() == ["run_4_results.v0001.json", "run_4_results.zip"]
    assert (bench.journal.intents(1, 4), bench.journal.orphans()) == ([], [])


@named
def test_copy(bench: Bench, failure: StoreError) -> None:
    """A copy that was made although the store denies it is no stranger."""
    bench.ferry()
    bench.register_job("other", job_id=2)
    bench.store.fail_next("copy", failure, after=True)
    with suppress(ResultsStorageError):
        bench.ferry(job_id=2, run_id=4)
    result = bench.ferry(job_id=2, run_id=4)
    assert bench.sent == 0
    assert (result.outcome, result.manifest.version) == (UploadOutcome.UNCHANGED, 1)
    assert bench.journal.all_intents() == []


@named
def test_configuration(failure: StoreError) -> None:
    """Kinds without versions, too."""
    desk = Desk()
    desk.register_job("flu")
    desk.store.fail_next("complete", failure, after=True)
    with suppress(ResultsStorageError):
        desk.submit(RUN_CONFIG, "/w/job.json")
    assert desk.submit(RUN_CONFIG, "/w/job.json").outcome is UploadOutcome.UNCHANGED
    assert desk.journal.all_intents() == []


class OvertakenStore(FakeObjectStore):
    """What was completed is replaced before it is looked at, by as many bytes."""

    def commit(
        self, key: str, data: bytes, metadata: Mapping[str, str], if_match: str | None
    ) -> StoredObject:
        super().commit(key, data, metadata, if_match)
        return self.put(key, bytes(len(data)))


def test_replaced_before_the_look() -> None:
    """Whatever the store let through, a version tells only of what was sent."""
    bench = Bench(store=OvertakenStore())
    with pytest.raises(ConflictError):
        bench.ferry()
    assert bench.keys() == ["run_4_results.zip"]
    assert (bench.journal.intents(1, 4), bench.catalog.artifacts(1)) == ([], [])


def test_a_stranger(bench: Bench) -> None:
    """What is proven to be somebody else's ends the upload, with nothing left of it."""
    bench.store.fail_next("complete", PreconditionFailedError("Something is there."))
    with pytest.raises(ConflictError):
        bench.ferry()
    assert (bench.journal.intents(1, 4), bench.store.open_uploads) == ([], 0)
