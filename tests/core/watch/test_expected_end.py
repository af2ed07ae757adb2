"""When a run will end: said when its days go by evenly, and not otherwise."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.finish.run_state import RunState
from core.run_view import Expected
from core.watch.expected_end import Course, size_of_neighbours
from tests.builders import MIB, NOON, a_run_view

PLANNED = 180


def seen(points: Iterable[tuple[float, int, int]]) -> Course:
    """A run that was looked at then, with so many days and bytes."""
    course = Course()
    for at, days, count in points:
        course.note(at, days, count)
    return course


def even(seconds: float = 10.0, upto: int = 10, first: int = 90) -> list[tuple[float, int, int]]:
    """A day and a MiB every so many seconds."""
    return [(n * seconds, first + n, (first + n) * MIB) for n in range(upto + 1)]


def test_even_days() -> None:
    """Ten days in 100 seconds: the other 80 take 800, and bring 80 MiB."""
    expected = seen(even()).expected(100, NOON, PLANNED)
    assert expected == Expected(NOON + timedelta(minutes=14), PLANNED * MIB)


def test_days_in_bursts() -> None:
    """A log that is written in blocks tells many days at once."""
    bursts = [(at, 90 + at // 25 * 10, at // 25 * MIB) for at in range(201)]
    expected = seen(bursts).expected(210, NOON, 360)
    assert expected
    assert expected.ends_at == NOON + timedelta(minutes=8)


@pytest.mark.parametrize(
    ("points", "at"),
    [
        (even(upto=2), 20.0),
        (even(seconds=0.5), 5.0),
        ([(n * 10, 90 + n // 2, 0) for n in range(9)], 80.0),
        ([*even(), (200, 150, 200 * MIB)], 200.0),
        (even(), 140.0),
        ([*even(), (110, 12, 3 * MIB)], 110.0),
        ([(n * 10.0, 171 + n, n) for n in range(10)], 100.0),
    ],
    ids=["too little", "too short", "few days", "uneven", "silent", "begun anew", "all days done"],
)
def test_not_worth_saying(points: list[tuple[float, int, int]], at: float) -> None:
    """Whatever would be a guess is not said."""
    assert seen(points).expected(at, NOON, PLANNED) is None


@pytest.mark.parametrize("planned", [1e11, 1e15, 1e300])
def test_no_date_beyond_all_plans(planned: float) -> None:
    """No calendar has it."""
    assert seen(even()).expected(100, NOON, planned) is None


def test_what_held_it_up_is_over() -> None:
    """A pause at its beginning says nothing of its end, once there is enough behind it."""
    course = seen([(-500, 90, 90 * MIB), *even()[1:]])
    assert course.expected(100, NOON, PLANNED) is not None
    assert seen([(-500, 90, 90 * MIB), *even(upto=5)[1:]]).expected(50, NOON, PLANNED) is None


def test_size_that_jumps() -> None:
    """The end is known, the size is not."""
    points = [(n * 10.0, 90 + n, 500 * MIB * (n > 8)) for n in range(11)]
    expected = seen(points).expected(100, NOON, PLANNED)
    assert expected
    assert expected.bytes is None


def test_long_runs_are_remembered_in_short() -> None:
    """A thousand days cost no more than a hundred, and the first ones still count."""
    expected = seen(even(upto=1000, first=0)).expected(10_000, NOON, 2000)
    assert expected == Expected(NOON + timedelta(seconds=10_020), 2000 * MIB)


def test_neighbours() -> None:
    """Finished runs beside it of as many days tell its size, when they are alike."""
    run = a_run_view("RUN9", RunState.RUNNING, days=(97, 180), size=400 * MIB)
    alike = [a_run_view(f"RUN{n}", size=(808 + n) * MIB) for n in (1, 2, 3)]
    others = [
        a_run_view("RUN4", days=(365, 365), size=2000 * MIB),
        a_run_view("RUN5", RunState.FAILED, size=MIB),
        a_run_view("RUN6", folder="measles/OUT", size=MIB),
        run,
    ]
    assert size_of_neighbours(run, [*alike, *others]) == 810 * MIB
    assert size_of_neighbours(run, others) is None
    assert size_of_neighbours(run, [*alike, a_run_view("RUN7", size=9000 * MIB)]) is None
    assert size_of_neighbours(replace(run, bytes=900 * MIB), alike) is None
