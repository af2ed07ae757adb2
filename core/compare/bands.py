"""Many curves of one variable, day by day."""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.series import Series

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Bands:
    """By day: how many runs have it, their median, and where 50 % and 90 % of them are.

    All are as long as `days`. Each quantile is over the runs that have that day.
    """

    days: "array[float]"
    runs: "array[int]"
    low90: "array[float]"
    low50: "array[float]"
    median: "array[float]"
    high50: "array[float]"
    high90: "array[float]"

    @classmethod
    def of(cls, curves: Iterable[Series]) -> "Bands":
        """A gap in a curve is a day that it does not have."""
        found: dict[float, list[float]] = {}
        for curve in curves:
            for day, value in zip(curve.x, curve.values, strict=True):
                if not math.isnan(value):
                    found.setdefault(day, []).append(value)
        days = sorted(found)
        columns = [array("d") for _ in SHARES]
        for day in days:
            values = found[day]
            values.sort()
            for column, share in zip(columns, SHARES, strict=True):
                column.append(quantile(values, share))
        counts = array("l", (len(found[day]) for day in days))
        return cls(array("d", days), counts, *columns)


@dataclass(frozen=True)
class Spread:
    """Of one number of each run: the median, and where 50 % and 90 % of them are."""

    low90: float
    low50: float
    median: float
    high50: float
    high90: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread | None":
        """None without any."""
        ordered = sorted(values)
        return cls(*(quantile(ordered, share) for share in SHARES)) if ordered else None


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of sorted values, at least one; `share` from 0 to 1.

    Between two values it is interpolated linearly at position (n - 1) · share, counted from 0: Hyndman
    and Fan's type 7, the default of numpy.quantile and pandas.
    """
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
