"""When to try again."""

import pytest

from core.errors import PreconditionFailedError, StoreConnectionError, StoreError
from core.waiting.store_waits import StoreWaits
from storage.s3.backoff import Backoff, Tries
from storage.s3.explanations import SlowDownError
from tests.fakes.clock import FixedClock


class Flaky:
    """Raises what it is given, then returns "done"."""

    def __init__(self, *errors: StoreError) -> None:
        self.errors = list(errors)

    def __call__(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "done"


class Waits:
    """Remembers how long it was told to wait, and does not."""

    def __init__(self, *, given_up: bool = False) -> None:
        self.seconds: list[float] = []
        self.given_up = given_up

    def __call__(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        return self.given_up


LONGEST = Backoff(attempts=8, base_seconds=0.5, cap_seconds=20, fraction=lambda: 1.0)


def tenfold(error: StoreError) -> Flaky:
    return Flaky(*[error] * 10)


def test_doubles_up_to_a_cap() -> None:
    """The limit of the wait doubles until it is long enough."""
    waits = Waits()
    with pytest.raises(StoreConnectionError):
        LONGEST.run(tenfold(StoreConnectionError("gone")), waits)
    assert waits.seconds == [0.5, 1, 2, 4, 8, 16, 20]


def test_jitter() -> None:
    """The wait is a random fraction of its limit, so that clients do not return in step."""
    waits, fractions = Waits(), iter([0.0, 0.5, 1.0])
    backoff = Backoff(attempts=4, base_seconds=1, fraction=lambda: next(fractions))
    with pytest.raises(StoreConnectionError):
        backoff.run(tenfold(StoreConnectionError("gone")), waits)
    assert waits.seconds == [0, 1, 4]


def slow_down(retry_after: float = 0) -> SlowDownError:
    error = SlowDownError("Slow down.")
    error.answered, error.retry_after = True, retry_after
    return error


def test_slow_down_is_obeyed() -> None:
    """A store that asks for it is waited for much longer than one that fails, and then no more."""
    waits = Waits()
    with pytest.raises(SlowDownError):
        LONGEST.run(Flaky(*[slow_down()] * 100), waits)
    assert 180 <= sum(waits.seconds) < 200
    assert max(waits.seconds) == 20


def test_never_in_step_and_never_at_once() -> None:
    """What a store that is overloaded gets, is at least half of the wait."""
    waits, fractions = Waits(), iter([0.0, 0.5, 1.0])
    backoff = Backoff(base_seconds=4, fraction=lambda: next(fractions))
    assert backoff.run(Flaky(*[slow_down()] * 3), waits) == "done"
    assert waits.seconds == [2, 6, 16]


def test_retry_after() -> None:
    """What the store says itself counts, where it is longer."""
    waits = Waits()
    assert LONGEST.run(Flaky(slow_down(30), slow_down(0.1)), waits) == "done"
    assert waits.seconds == [30, 1]


def test_slow_down_uses_up_no_try() -> None:
    """Between failures of other kinds it counts for nothing."""
    waits, gone = Waits(), StoreConnectionError("gone")
    errors = [gone, slow_down(), slow_down(), gone, slow_down()]
    assert Backoff(attempts=3, fraction=lambda: 0.0).run(Flaky(*errors), waits) == "done"


class Silent:
    """Nobody answers, and each time it takes so many seconds to find out."""

    def __init__(self, clock: FixedClock, seconds: float) -> None:
        self.clock, self.seconds, self.asked = clock, seconds, 0

    def __call__(self) -> str:
        self.asked += 1
        self.clock.advance(self.seconds)
        raise StoreConnectionError("no answer")


def asked(clock: FixedClock, store_waits: StoreWaits, seconds: float) -> int:
    """How often a silent store is asked."""
    backoff = Backoff(attempts=99, monotonic=clock.monotonic)
    silent = Silent(clock, seconds)
    with store_waits.asking(), pytest.raises(StoreConnectionError):
        backoff.run(silent, Waits(), store_waits)
    return silent.asked


@pytest.mark.parametrize(("seconds", "times"), [(12, 4), (60, 1), (5, 9)])
def test_silence(seconds: float, times: int) -> None:
    """After about a minute without an answer it is over, however long one try takes."""
    clock = FixedClock()
    assert asked(clock, StoreWaits(clock), seconds) == times


def test_silence_of_all_together() -> None:
    """What is asked next is not waited for anew: once, until there is an answer."""
    clock = FixedClock()
    store_waits = StoreWaits(clock)
    assert asked(clock, store_waits, 12) == 4
    assert [asked(clock, store_waits, 12) for _ in range(3)] == [1, 1, 1]
    store_waits.heard()
    assert asked(clock, store_waits, 12) == 4


def test_silence_between_answers() -> None:
    """What another request hears is no news for this one."""
    clock = FixedClock()
    store_waits = StoreWaits(clock)
    tries = Tries(Backoff(attempts=99, monotonic=clock.monotonic), Waits(), store_waits)
    silent, failures = StoreConnectionError("no answer"), 0
    with store_waits.asking():
        delay: float | None = 0.0
        while delay is not None:
            clock.advance(12)
            delay, failures = tries.failed(silent), failures + 1
            store_waits.heard()
            tries.wait(delay)
    assert failures == 4


def test_success_after_failures() -> None:
    """A call that recovers is repeated until it does."""
    waits = Waits()
    flaky = Flaky(StoreConnectionError("one"), StoreConnectionError("two"))
    assert LONGEST.run(flaky, waits) == "done"
    assert waits.seconds == [0.5, 1]


def test_patience_ends() -> None:
    """After the last attempt the last error is raised, without another wait."""
    waits = Waits()
    flaky = Flaky(*(StoreConnectionError(str(number)) for number in range(20)))
    with pytest.raises(StoreConnectionError, match="7"):
        LONGEST.run(flaky, waits)
    assert len(waits.seconds) == 7


def test_hopeless() -> None:
    """What a retry cannot cure is raised at once."""
    waits = Waits()
    with pytest.raises(PreconditionFailedError):
        LONGEST.run(Flaky(PreconditionFailedError("taken")), waits)
    assert waits.seconds == []


def test_given_up() -> None:
    """Work that is given up during a wait is not repeated."""
    waits = Waits(given_up=True)
    with pytest.raises(StoreConnectionError, match="one"):
        LONGEST.run(Flaky(StoreConnectionError("one")), waits)
    assert len(waits.seconds) == 1
