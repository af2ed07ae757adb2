"""A store that stops and starts to answer, and what is told and done about it."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from core.errors import (
    Failure,
    SourceChangedError,
    StateError,
    StoreAccessDeniedError,
    StoreConnectionError,
    StoreCredentialsError,
    StoreThrottledError,
)
from core.events import Event, StoreReachable, StoreUnreachable, TransferFailed, TransferSucceeded
from core.queue.outages import Outages, interval
from core.queue.store_watch import StoreWatch
from core.transfer_view import TransferState
from tests.builders import a_transfer
from tests.fakes.clock import FixedClock

PATIENCE = 60.0
NO_ANSWER = StoreConnectionError("No connection to S3.")
LOST = Failure("No connection to S3.", retryable=True, exit_code=3)


class Bench:
    """A watch on a store that answers as told; each question waits to be let go."""

    def __init__(self) -> None:
        self.answer: Exception | None = NO_ANSWER
        self.may_ask = threading.Semaphore(0)
        self.asked: list[int] = []
        self.answers = 0
        self.events: list[Event] = []
        self.away: list[bool] = []
        self.resume_error: Exception | None = None
        self.clock = FixedClock()
        self.watch = StoreWatch(
            self._check,
            self._resume,
            self.events.append,
            Outages(self.clock, interval=self._interval),
        )

    def _interval(self, asked: int) -> float:
        self.asked.append(asked)
        return 0.0

    def _check(self) -> None:
        assert self.may_ask.acquire(timeout=PATIENCE)
        answer = self.answer
        self.answers += 1
        if answer:
            raise answer

    @property
    def resumed(self) -> int:
        return len(self.away)

    def _resume(self, away: bool) -> None:
        self.away.append(away)
        if self.resume_error:
            raise self.resume_error

    def ask(self, answer: Exception | None) -> None:
        """One question may be asked."""
        before, self.answer = len(self.asked), answer
        self.may_ask.release()
        self.until(lambda: len(self.asked) > before or self.watch.outage is None)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline
            threading.Event().wait(0.002)

    def fail(self, failure: Failure) -> None:
        self.watch.take(TransferFailed(a_transfer(state=TransferState.FAILED, failure=failure)))


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.watch.close()
    made.may_ask.release(10)


def test_gone_and_back(bench: Bench) -> None:
    """Told once each, however often it is noticed; then what waited goes on."""
    for _ in range(3):
        bench.fail(LOST)
    outage = bench.watch.outage
    assert outage
    assert (outage.since, outage.reason) == (bench.clock.now(), LOST.what)
    bench.ask(NO_ANSWER)
    bench.ask(NO_ANSWER)
    assert (bench.events, bench.resumed) == ([StoreUnreachable(LOST.what)], 0)
    bench.ask(None)
    bench.until(lambda: bench.resumed == 1)
    assert bench.events == [StoreUnreachable(LOST.what), StoreReachable()]
    assert bench.watch.outage is None


def test_answers(bench: Bench) -> None:
    """Nobody says so before the first answer, nor after the last one that did not come."""
    assert not bench.watch.answers
    bench.watch.noted(lambda: None)
    assert bench.watch.answers
    bench.fail(LOST)
    assert not bench.watch.answers
    bench.ask(None)
    bench.until(lambda: bench.watch.answers)


@pytest.mark.parametrize("failure", [Failure("No entry."), Failure("Changed.", retryable=True)])
def test_other_failures(bench: Bench, failure: Failure) -> None:
    """What waiting does not cure is not waited for."""
    bench.fail(failure)
    with pytest.raises(SourceChangedError):
        bench.watch.noted(raising(SourceChangedError("Changed.")))
    assert bench.watch.outage is None
    assert bench.events == []


def test_a_refusal_is_an_answer(bench: Bench) -> None:
    """The store is there again; whoever is refused then has to know."""
    bench.fail(LOST)
    bench.ask(StoreAccessDeniedError("You may not list."))
    bench.until(lambda: bench.resumed == 1)


def refused() -> StoreAccessDeniedError:
    error = StoreAccessDeniedError("You may not list.")
    error.answered = True
    return error


def test_only_the_store_says_that_it_answers(bench: Bench) -> None:
    """Whoever has no credentials was not even let out of this machine."""
    bench.fail(LOST)
    bench.ask(refused())
    bench.until(lambda: bench.watch.answers)
    bench.fail(LOST)
    bench.ask(StoreCredentialsError("No credentials were found."))
    bench.until(lambda: bench.resumed == 2)
    assert not bench.watch.answers


def test_refusal_is_remembered(bench: Bench) -> None:
    """Of a question, by whoever asked it, until something succeeds; "not now" and no answer are none."""
    assert bench.watch.refusal is None
    bench.watch.ask()
    bench.answer = refused()
    bench.may_ask.release()
    bench.until(lambda: bench.watch.refusal is not None)
    for error in (not_now(), StateError("locked")):
        with pytest.raises(type(error)):
            bench.watch.noted(raising(error))
        assert str(bench.watch.refusal) == "You may not list."
    bench.watch.take(TransferSucceeded(a_transfer(state=TransferState.DONE)))
    assert bench.watch.refusal is None
    with pytest.raises(StoreCredentialsError):
        bench.watch.noted(raising(StoreCredentialsError("No credentials.")))
    assert str(bench.watch.refusal) == "No credentials."
    bench.watch.noted(lambda: None)
    assert bench.watch.refusal is None


def not_now() -> StoreThrottledError:
    error = StoreThrottledError("Slow down.")
    error.answered = True
    return error


def test_not_now_is_an_answer(bench: Bench) -> None:
    """A store that says so to whoever asks is there: what fails has its own patience with that."""
    with pytest.raises(StoreThrottledError):
        bench.watch.noted(raising(not_now()))
    bench.watch.ask()
    bench.ask(not_now())
    assert bench.watch.outage is None
    bench.fail(LOST)
    bench.ask(not_now())
    bench.until(lambda: bench.resumed == 1)
    assert bench.events == [StoreUnreachable(LOST.what), StoreReachable()]


def test_away_or_not(bench: Bench) -> None:
    """Transfers that fail while questions are answered say nothing about the store itself."""
    bench.fail(LOST)
    bench.fail(LOST)
    bench.ask(None)
    bench.until(lambda: bench.away == [False])
    bench.fail(LOST)
    bench.ask(NO_ANSWER)
    bench.until(lambda: bench.answers == 2)
    bench.fail(LOST)
    bench.ask(None)
    bench.until(lambda: bench.away == [False, True])
    with pytest.raises(StoreConnectionError):
        bench.watch.noted(raising(NO_ANSWER))
    bench.ask(None)
    bench.until(lambda: bench.away == [False, True, True])
    bench.fail(LOST)
    bench.ask(None)
    bench.until(lambda: bench.away == [False, True, True, False])


def test_somebody_else_was_answered(bench: Bench) -> None:
    """A transfer that succeeded, or any other call, proves it without a question."""
    bench.fail(LOST)
    bench.watch.take(TransferSucceeded(a_transfer(state=TransferState.DONE)))
    assert (bench.watch.outage, bench.resumed) == (None, 1)
    with pytest.raises(StoreConnectionError):
        bench.watch.noted(raising(NO_ANSWER))
    assert bench.watch.outage
    with pytest.raises(StoreAccessDeniedError):
        bench.watch.noted(raising(StoreAccessDeniedError("No entry.")))
    assert bench.watch.outage
    assert bench.watch.noted(lambda: 7) == 7
    assert (bench.watch.outage, bench.resumed) == (None, 2)


def raising(error: Exception) -> Callable[[], object]:
    def call() -> object:
        raise error

    return call


def test_asked_by_hand(bench: Bench) -> None:
    """One look tells, too, and goes on when there was no answer."""
    bench.watch.ask()
    bench.ask(None)
    assert bench.events == []
    bench.watch.ask()
    bench.may_ask.release()
    bench.answer = NO_ANSWER
    bench.until(lambda: bench.watch.outage is not None)
    bench.ask(None)
    assert bench.events == [StoreUnreachable(NO_ANSWER.what), StoreReachable()]


def test_answers_now_and_then(bench: Bench) -> None:
    """What fails again at once is tried ever more seldom; after some calm, soon again."""
    for _ in range(3):
        bench.fail(LOST)
        bench.ask(None)
        bench.until(lambda: bench.watch.outage is None)
    bench.fail(LOST)
    bench.until(lambda: bench.asked[-1] == 3)
    bench.ask(None)
    bench.clock.advance(600)
    bench.fail(LOST)
    bench.until(lambda: bench.asked[-1] == 0)


def test_growing_intervals() -> None:
    """From two seconds to a minute, and at least half of that."""
    longest = [interval(asked, lambda: 1.0) for asked in range(8)]
    assert longest == [2, 4, 8, 16, 32, 60, 60, 60]
    assert interval(10**6, lambda: 0.0) == 30


def test_trouble(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a bug in asking nor a locked database ends the watch."""
    bench.fail(LOST)
    bench.ask(ZeroDivisionError())
    bench.resume_error = StateError("locked")
    bench.ask(None)
    bench.until(lambda: bench.resumed == 1)
    assert "could not be asked" in caplog.text
    bench.until(lambda: "was not resumed" in caplog.text)


def test_bug_in_going_on(bench: Bench) -> None:
    """The next outage is noticed and asked about all the same."""
    bench.resume_error = ZeroDivisionError()
    bench.fail(LOST)
    bench.ask(None)
    bench.until(lambda: bench.resumed == 1)
    bench.resume_error = None
    bench.fail(LOST)
    bench.ask(None)
    bench.until(lambda: bench.resumed == 2)


def test_closed(bench: Bench) -> None:
    """Nothing is told or done any more."""
    bench.fail(LOST)
    bench.watch.close()
    bench.watch.answered()
    assert (bench.events, bench.resumed) == ([StoreUnreachable(LOST.what)], 0)
