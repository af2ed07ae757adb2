"""When a run will end, and how large it will be, at the pace that it was seen to have."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from core.finish.rule import DAY, Reached
from core.finish.run_state import RunState
from core.run_view import Expected, RunView

_LEAST_POINTS = 5
_LEAST_DAYS = 5
_LEAST_SECONDS = 10.0
_MOST_POINTS = 64
_STEADY = 1.5
"""How many times faster one half of what was seen may be than the other."""
_LATE = 3.0
"""The next days are that many times later than they ever were: nobody knows what goes on."""
_ALIKE = 1.25
_MINUTE = timedelta(minutes=1)
_TOO_FAR = 100 * 365 * 86400.0
"""Seconds: a planned end that is a slip of the pen is no date."""


class _Point(NamedTuple):
    at: float
    days: float
    bytes: int


class Course:
    """The days that a run was seen to go by, and how it grew. For one thread."""

    def __init__(self) -> None:
        self._points: list[_Point] = []

    def note(self, at: float, days: float, count: int) -> None:
        """At monotonic `at` so many `days` were done, and `count` bytes written; fewer begin anew."""
        last = self._points[-1] if self._points else None
        if last and (days < last.days or count < last.bytes):
            self._points.clear()
        elif last and days == last.days:
            return
        self._points.append(_Point(at, days, count))
        if len(self._points) > _MOST_POINTS:
            # What was seen first stays: over long times the pace is known best.
            self._points = [*self._points[:-1:2], self._points[-1]]

    def expected(self, at: float, now: datetime, planned: float) -> Expected | None:
        """Of a run of so many days, at monotonic `at`, wall clock `now`; None unless it is steady."""
        points = self._steady_end()
        if not points or _is_late(points, at):
            return None
        last = points[-1]
        left = planned - last.days
        seconds = last.at + left / _pace(points) - at
        if left <= 0 or not 0 <= seconds < _TOO_FAR:
            return None
        ends_at = now + timedelta(seconds=seconds)
        growth = _steady([(point.days, point.bytes) for point in points])
        count = None if growth is None else last.bytes + round(left * growth)
        return Expected(_next_minute(ends_at), count)

    def _steady_end(self) -> Sequence[_Point]:
        """All that was seen, else its end: what slowed it down may be over. Empty where neither is steady."""
        points: Sequence[_Point] = self._points
        while _tells_enough(points):
            if _steady([(point.at, point.days) for point in points]):
                return points
            points = points[len(points) // 2 :]
        return ()


def as_days(reached: Reached) -> tuple[float, float]:
    """Done and planned; of what is not counted in days a thousandth of the run is one."""
    done, planned, unit = reached
    return (done, planned) if unit == DAY or not planned else (1000 * done / planned, 1000)


def _tells_enough(points: Sequence[_Point]) -> bool:
    return (
        len(points) >= _LEAST_POINTS
        and points[-1].days - points[0].days >= _LEAST_DAYS
        and points[-1].at - points[0].at >= _LEAST_SECONDS
    )


def _pace(points: Sequence[_Point]) -> float:
    """Days per second."""
    first, last = points[0], points[-1]
    return (last.days - first.days) / (last.at - first.at)


def _is_late(points: Sequence[_Point], at: float) -> bool:
    longest = max(after.at - before.at for before, after in pairwise(points))
    return at - points[-1].at > _LATE * longest


def size_of_neighbours(run: RunView, others: Iterable[RunView]) -> int | None:
    """What the finished runs beside it, of as many days or steps, came to; None unless they are about equal."""
    planned = run.reached.planned if run.reached else 0
    sizes = sorted(
        other.bytes
        for other in others
        if other.state is RunState.DONE
        and other.results_root == run.results_root
        and other.bytes
        and other.reached
        and other.reached.planned == planned
    )
    if not planned or not sizes or sizes[-1] > _ALIKE * sizes[0]:
        return None
    middle = sizes[len(sizes) // 2]
    return middle if middle >= (run.bytes or 0) else None


def _steady(points: list[tuple[float, float]]) -> float | None:
    """The slope, if it is about the same in both halves."""
    (x0, y0), (x2, y2) = points[0], points[-1]
    x1, y1 = min(points[1:-1], key=lambda point: abs(2 * point[0] - x0 - x2))
    halves = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    if min(halves) <= 0 or max(halves) > _STEADY * min(halves):
        return None
    return (y2 - y0) / (x2 - x0)


def _next_minute(moment: datetime) -> datetime:
    """It stays the same from look to look, as long as the run keeps its pace."""
    return (moment + _MINUTE).replace(second=0, microsecond=0)
