"""What a command shows of a store that may not answer."""

import threading
from collections.abc import Iterator

import pytest

from core.errors import StoreAccessDeniedError, StoreConnectionError
from core.stored.catch_up import CatchUp, Stale
from core.stored.refresh_catalog import Refreshed
from core.waiting.store_waits import StoreWaits
from tests.builders import NOON, a_job
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.object_store import FakeObjectStore

REFRESHED = Refreshed(1, 2, 3, (), ("_runferry/jobs/0000000002.json",))
NO_ANSWER = StoreConnectionError("No connection.")


class SilentStore(FakeObjectStore):
    """Takes a question and says nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def check(self) -> None:
        self.go_on.wait()


class AskingStore(FakeObjectStore):
    """Has a person asked, who answers after some looks at whether it took too long."""

    def __init__(self, waits: StoreWaits) -> None:
        super().__init__()
        self._waits = waits

    def check(self) -> None:
        looked = threading.Semaphore(0)
        since_attended = self._waits.since_attended

        def look() -> float:
            looked.release()
            return since_attended()

        self._waits.since_attended = look
        with self._waits.attending():
            for _ in range(3):
                assert looked.acquire(timeout=60)


class Bench:
    """A catalog beside a store."""

    def __init__(self) -> None:
        self.catalog, self.store = FakeCatalog(), FakeObjectStore()
        self.waits = StoreWaits(FixedClock())
        self.refresh_error: Exception | None = None
        self.refreshed = 0

    def catch_up(
        self, store: FakeObjectStore | None = None, patience: float = 10.0
    ) -> Refreshed | Stale:
        """Once."""
        return CatchUp(
            self.catalog, store or self.store, self._refresh, self.waits, patience=patience
        )()

    def _refresh(self) -> Refreshed:
        self.refreshed += 1
        if self.refresh_error:
            raise self.refresh_error
        return REFRESHED


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def silent_store() -> Iterator[SilentStore]:
    store = SilentStore()
    yield store
    store.go_on.set()


def test_answered(bench: Bench) -> None:
    """The catalog equals the store."""
    assert bench.catch_up() == REFRESHED
    assert bench.refreshed == 1


def test_not_answered(bench: Bench) -> None:
    """Why, and how old the catalog is; also when the connection breaks on the way."""
    bench.catalog.replace((), (), (), NOON)
    bench.store.fail_next("check", NO_ANSWER)
    assert bench.catch_up() == Stale("No connection.", NOON)
    assert bench.refreshed == 0
    bench.refresh_error = StoreConnectionError("Broken.")
    assert bench.catch_up() == Stale("Broken.", NOON)


def test_not_within_its_time(bench: Bench, silent_store: SilentStore) -> None:
    """Nobody has to wait for a network that swallows everything."""
    bench.catalog.replace((), (), (), NOON)
    stale = bench.catch_up(silent_store, patience=0.01)
    assert stale == Stale("s3://fake has not answered within 0.01 s.", NOON)


def test_time_of_a_question_does_not_count(bench: Bench) -> None:
    """A code takes a person as long as it takes; after that the store has its time anew."""
    store = AskingStore(bench.waits)
    assert bench.catch_up(store, patience=0.01) == REFRESHED


def test_never_read(bench: Bench) -> None:
    """Something may be known all the same; nothing at all is an error that says so."""
    bench.store.fail_next("check", NO_ANSWER)
    with pytest.raises(StoreConnectionError, match="Nothing of this store is cached") as caught:
        bench.catch_up()
    assert caught.value.exit_code == 3
    bench.catalog.put_job(a_job())
    bench.store.fail_next("check", NO_ANSWER)
    assert bench.catch_up() == Stale("No connection.", None)


def test_refused(bench: Bench) -> None:
    """A cache is no answer to who may not read."""
    bench.catalog.replace([a_job()], (), (), NOON)
    bench.store.fail_next("check", StoreAccessDeniedError("No entry."))
    bench.refresh_error = StoreAccessDeniedError("No entry.")
    with pytest.raises(StoreAccessDeniedError):
        bench.catch_up()


def test_may_only_write(bench: Bench) -> None:
    """Who may list is shown what this machine stored, and nothing where that is nothing."""
    bench.refresh_error = StoreAccessDeniedError("No entry")
    with pytest.raises(StoreAccessDeniedError):
        bench.catch_up()
    bench.catalog.put_job(a_job())
    assert bench.catch_up() == Stale("No entry.", None)


def test_may_only_read(bench: Bench) -> None:
    """Whom the store would refuse an upload is shown what is there."""
    bench.store.fail_next("check", StoreAccessDeniedError("No permission while trying to write."))
    assert bench.catch_up() == REFRESHED
