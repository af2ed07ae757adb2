"""What is said while the store keeps its callers waiting."""

import pytest

from core.waiting.store_waits import StoreWaits
from tests.fakes.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def waits(clock: FixedClock) -> StoreWaits:
    return StoreWaits(clock)


def test_an_answer_that_comes_soon_is_not_spoken_of(waits: StoreWaits, clock: FixedClock) -> None:
    with waits.asking():
        clock.advance(2)
        assert not waits.describe()


def test_silence_grows_over_repetitions(waits: StoreWaits, clock: FixedClock) -> None:
    with waits.asking():
        for _ in range(3):
            with waits.asking():
                clock.advance(4)
        assert waits.describe() == "no answer from the store since 12 s, trying again"
    assert not waits.describe()


def test_any_sign_of_life_ends_the_silence(waits: StoreWaits, clock: FixedClock) -> None:
    with waits.asking():
        clock.advance(30)
        waits.heard()
        clock.advance(1)
        assert not waits.describe()


def test_how_long_nothing_was_heard_before_somebody_gave_up(
    waits: StoreWaits, clock: FixedClock
) -> None:
    with waits.asking():
        clock.advance(30)
        waits.heard()
        clock.advance(60)
        assert waits.silence() == 0
        waits.give_up()
    clock.advance(5)
    assert waits.silence() == 60
    waits.heard()
    assert waits.silence() == 0


def test_silence_of_before_is_not_that_of_the_next_request(
    waits: StoreWaits, clock: FixedClock
) -> None:
    with waits.asking():
        clock.advance(30)
    clock.advance(60)
    with waits.asking():
        assert not waits.describe()


def test_a_store_that_asks_for_time_is_waited_for(waits: StoreWaits, clock: FixedClock) -> None:
    with waits.asking():
        waits.pausing("the store asks to slow down", 2.5)
        waits.pausing("the store failed", 0.5)
        clock.advance(0.25)
        assert waits.describe() == "the store asks to slow down; waiting 3 s"
        clock.advance(2.5)
        assert not waits.describe()


def test_a_long_pause_that_was_asked_for_is_not_silence(
    waits: StoreWaits, clock: FixedClock
) -> None:
    with waits.asking():
        waits.pausing("the store asks to slow down", 20)
        clock.advance(12)
        assert waits.describe() == "the store asks to slow down; waiting 8 s"


def give_up_after(seconds: float, waits: StoreWaits, clock: FixedClock) -> None:
    with waits.asking():
        clock.advance(seconds)
        waits.give_up()


def test_who_asks_soon_after_somebody_gave_up(waits: StoreWaits, clock: FixedClock) -> None:
    """Silence goes on where it was, as long as the store was asked."""
    give_up_after(45, waits, clock)
    for _ in range(3):
        clock.advance(50)
        with waits.asking():
            clock.advance(1)
    with waits.asking():
        assert waits.silent_for() == 48
        assert waits.describe() == "no answer from the store since 48 s, trying again"


def test_who_asks_long_after_somebody_gave_up(waits: StoreWaits, clock: FixedClock) -> None:
    """Nothing is known of an hour in which nobody asked."""
    give_up_after(45, waits, clock)
    clock.advance(3600)
    with waits.asking():
        assert (waits.silent_for(), waits.describe()) == (0, "")
    clock.advance(1)
    with waits.asking():
        assert waits.silent_for() == 0


def test_what_else_is_waited_for_is_no_silence(waits: StoreWaits, clock: FixedClock) -> None:
    """It is what is said, and afterwards silence is counted anew."""
    with waits.asking():
        clock.advance(10)
        with waits.attending("waiting for a program"):
            clock.advance(50)
            assert waits.describe() == "waiting for a program"
            assert waits.silent_for() == waits.since_attended() == 0
            assert not waits.person_is_asked
        clock.advance(2)
        assert waits.silent_for() == waits.since_attended() == 2
        assert not waits.describe()
    assert StoreWaits(clock).since_attended() == float("inf")


def test_a_person_sees_the_question(waits: StoreWaits, clock: FixedClock) -> None:
    """Who draws lines can leave them."""
    with waits.asking(), waits.attending():
        clock.advance(50)
        assert waits.person_is_asked
        assert waits.describe() == "waiting for a code"
    assert not waits.person_is_asked
