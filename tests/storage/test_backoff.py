"""When to try again."""

import pytest

from core.errors import PreconditionFailedError, StoreConnectionError, StoreError
from storage.s3.backoff import Backoff


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


def test_doubles_up_to_a_cap() -> None:
    """The limit of the wait doubles until it is long enough."""
    assert list(LONGEST.delays()) == [0.5, 1, 2, 4, 8, 16, 20]


def test_jitter() -> None:
    """The wait is a random fraction of its limit, so that clients do not return in step."""
    fractions = iter([0.0, 0.5, 1.0])
    backoff = Backoff(attempts=4, base_seconds=1, fraction=lambda: next(fractions))
    assert list(backoff.delays()) == [0, 1, 4]


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
