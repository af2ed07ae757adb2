"""What is read of the store, when, how often; and what all screens say of the store then."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from core.errors import (
    BucketNotFoundError,
    CatalogError,
    StoreAccessDeniedError,
    StoreClockError,
    StoreConnectionError,
    StoreCredentialsError,
    StoreError,
    StoreThrottledError,
)
from core.queue.catalog_news import CatalogNews
from core.queue.outages import Outages
from core.queue.read_store import ReadStore, StoreReaders
from core.queue.store_state import StoreCondition, StoreStates
from core.queue.store_watch import StoreWatch
from core.threads import SharedWork
from core.waiting.store_waits import StoreWaits
from tests.builders import a_job
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock, within

NO_ANSWER = StoreConnectionError("No connection to S3.")


class Bench:
    """A catalog that was read once, five minutes ago; what is read is counted."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.catalog = FakeCatalog()
        self.catalog.replace([a_job(12)], [], [], self.clock.now())
        self.clock.advance(300)
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.during: Callable[[], object] = lambda: None
        self.waits = StoreWaits(self.clock)
        self.watch = StoreWatch(
            self._answer,
            lambda away: None,
            lambda event: None,
            Outages(self.clock, interval=lambda asked: 3600.0),
        )
        self.news = CatalogNews(self.catalog)
        self.news.look()
        readers = StoreReaders(self._everything, self._job_list, self._job)
        self.read_store = ReadStore(readers, self.watch, self.news, self.clock)
        self.state = StoreStates(self.watch, self.waits, self.read_store, self.clock)

    def _answer(self) -> None:
        self.read_store.answer()

    def _everything(self) -> None:
        self._ask("everything")
        self.catalog.replace([a_job(12)], [], [], self.clock.now())

    def _job_list(self) -> None:
        self._ask("jobs")
        self.catalog.replace_job_list([a_job(12)], [], self.clock.now())

    def _job(self, job_id: int) -> None:
        self._ask(f"job {job_id}")
        self.catalog.replace_job(a_job(job_id), [], [], self.clock.now())

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        self.during()
        if self.error:
            raise self.error

    def fail(self, error: Exception) -> None:
        """One reading of the list of jobs."""
        self.error = error
        with pytest.raises(type(error)):
            self.read_store.job_list()
        self.error = None


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.watch.close()


def test_list_once_a_minute(bench: Bench) -> None:
    """However often somebody looks at it."""
    for _ in range(5):
        bench.read_store.job_list()
    assert bench.asked == ["jobs"]
    bench.clock.advance(59)
    bench.read_store.job_list()
    assert bench.asked == ["jobs"]
    bench.clock.advance(1)
    bench.read_store.job_list()
    assert bench.asked == ["jobs", "jobs"]


def test_job_that_is_opened_again(bench: Bench) -> None:
    """Within ten seconds it is not asked for; another job is."""
    for job_id in (12, 13, 12, 13):
        bench.read_store.job(job_id)
    assert bench.asked == ["job 12", "job 13"]
    bench.clock.advance(10)
    bench.read_store.job(12)
    assert bench.asked == ["job 12", "job 13", "job 12"]


def test_everything_always(bench: Bench) -> None:
    """The user asked for it; all else is fresh after it."""
    bench.read_store.everything()
    bench.read_store.everything()
    bench.read_store.job_list()
    bench.read_store.job(12)
    assert bench.asked == ["everything", "everything"]


def test_never_read(bench: Bench) -> None:
    """The first reading is one of everything."""
    bench.catalog.clear()
    bench.read_store.job_list()
    assert bench.asked == ["everything"]


def test_read_by_another_process(bench: Bench) -> None:
    """What it read a moment ago is not read again."""
    bench.catalog.replace_job_list([], [], bench.clock.now())
    bench.read_store.job_list()
    assert bench.asked == []


def test_clock_that_was_set_back(bench: Bench) -> None:
    """A moment to come proves nothing."""
    bench.catalog.replace_job_list([], [], bench.clock.now() + timedelta(days=1))
    bench.read_store.job_list()
    assert bench.asked == ["jobs"]


def test_two_ask_at_once(bench: Bench) -> None:
    """The second one waits for what the first is reading."""
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert go_on.wait(10)

    bench.during = hold
    readers = SharedWork()
    readers.begin(bench.read_store.job_list, "first")
    assert begun.wait(10)
    readers.begin(bench.read_store.job_list, "second")
    assert bench.state().condition is StoreCondition.NOT_ASKED or bench.state().syncing
    go_on.set()
    assert readers.join(within(10))
    assert bench.asked == ["jobs"]


def test_while_the_store_is_away(bench: Bench) -> None:
    """The watch asks for it already; only who insists is told why."""
    bench.fail(NO_ANSWER)
    bench.read_store.job_list()
    bench.read_store.job(12)
    assert bench.asked == ["jobs"]
    bench.error = NO_ANSWER
    with pytest.raises(StoreConnectionError):
        bench.read_store.everything()


def test_one_word_for_it(bench: Bench) -> None:
    """Not asked, syncing, ok, and stale when an hour has passed."""
    assert bench.state().condition is StoreCondition.NOT_ASKED
    during: list[StoreCondition] = []
    bench.during = lambda: during.append(bench.state().condition)
    bench.read_store.job_list()
    assert (during, bench.state().condition) == ([StoreCondition.SYNCING], StoreCondition.OK)
    assert bench.state().current
    bench.clock.advance(3599)
    assert bench.state().condition is StoreCondition.OK
    bench.clock.advance(1)
    assert (bench.state().condition, bench.state().current) == (StoreCondition.STALE, False)


@pytest.mark.parametrize(
    ("error", "condition"),
    [
        (NO_ANSWER, StoreCondition.OFFLINE),
        (BucketNotFoundError("There is no bucket flu."), StoreCondition.NO_BUCKET),
        (StoreAccessDeniedError("ListObjectsV2 was refused."), StoreCondition.DENIED),
        (StoreCredentialsError("The token has expired."), StoreCondition.DENIED),
        (StoreClockError("The clock is wrong."), StoreCondition.REFUSES),
    ],
)
def test_never_ok_beside_an_error(
    bench: Bench, error: StoreError, condition: StoreCondition
) -> None:
    """Until something succeeds; then from when it is is that of the reading."""
    bench.read_store.job_list()
    bench.clock.advance(60)
    bench.fail(error)
    state = bench.state()
    assert (state.condition, state.current) == (condition, False)
    assert state.read_at.of_list == bench.clock.now() - timedelta(seconds=60)
    bench.read_store.everything()
    assert bench.state().condition is StoreCondition.OK


def test_asked_to_come_back_later(bench: Bench) -> None:
    """It answers, and what is known is from before."""
    bench.read_store.job_list()
    bench.clock.advance(60)
    error = StoreThrottledError("Slow down.")
    error.answered = True
    bench.fail(error)
    assert bench.state().condition is StoreCondition.STALE


def test_slow_answer(bench: Bench) -> None:
    """What is waited for is told in words."""
    with bench.waits.asking():
        bench.clock.advance(12)
        state = bench.state()
    assert (state.condition, "since 12 s" in state.waits) == (StoreCondition.WAITS, True)


def test_changed_by_anybody(bench: Bench) -> None:
    """Rows that somebody else wrote are noticed; nothing is counted while nobody writes."""
    before = bench.state().changes
    bench.news.look()
    assert bench.state().changes == before
    bench.catalog.put_job(a_job(99))
    bench.news.look()
    assert bench.state().changes == before + 1


def test_catalog_that_fails(bench: Bench) -> None:
    """What was known stays, until it can be read."""
    before = bench.state()
    bench.catalog.put_job(a_job(99))
    bench.catalog.fail_next("read_at", CatalogError("The cache cannot be read."))
    bench.news.look()
    assert bench.state() == before
    bench.news.look()
    assert bench.state().changes == before.changes + 1


def test_noticed_by_itself(bench: Bench) -> None:
    """On a thread of its own, which ends when it is told to."""
    before = bench.state().changes
    bench.news.start()
    bench.catalog.put_job(a_job(99))
    for _ in range(2000):
        if bench.state().changes > before:
            break
        threading.Event().wait(0.005)
    bench.news.close(within(10))
    assert bench.state().changes > before
