"""Quantiles, bands and spreads against values that numpy and pandas give."""

import math
from array import array

import pytest

from core.compare.bands import Bands, Spread, quantile
from core.series import Series


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        # as numpy.quantile(values, share) has them
        ([1, 2, 3, 4], 0.25, 1.75),
        ([1, 2, 3, 4], 0.5, 2.5),
        ([1, 2, 3, 4], 0.95, 3.8499999999999996),
        ([3, 5, 8, 13, 21, 34, 55], 0.05, 3.6),
        ([3, 5, 8, 13, 21, 34, 55], 0.75, 27.5),
        ([3, 5, 8, 13, 21, 34, 55], 0.9, 42.4),
        ([7], 0.05, 7),
        ([7, 7, 7], 0.3, 7),
        ([1, 2], 0, 1),
        ([1, 2], 1, 2),
    ],
)
def test_quantiles(values: list[float], share: float, expected: float) -> None:
    """Between two values it is interpolated linearly."""
    assert math.isclose(quantile(values, share), expected, rel_tol=1e-12)


def curve(days: list[float], values: list[float]) -> Series:
    return Series("INF.I", "Day", array("d", days), array("d", values))


def test_bands() -> None:
    """Each day counts the runs that have it: one may begin later, end earlier, or have a gap."""
    bands = Bands.of(
        [
            curve([0, 1, 2], [1, 10, 100]),
            curve([0, 1], [2, 20]),
            curve([1, 2], [30, math.nan]),
            curve([0, 1], [3, 40]),
        ]
    )
    assert (list(bands.days), list(bands.runs)) == ([0, 1, 2], [3, 4, 1])
    assert list(bands.median) == [2, 25, 100]
    assert list(bands.low50) == [1.5, 17.5, 100]
    assert list(bands.high50) == [2.5, 32.5, 100]
    assert [round(value, 9) for value in bands.low90] == [1.1, 11.5, 100]
    assert [round(value, 9) for value in bands.high90] == [2.9, 38.5, 100]


def test_nothing() -> None:
    """Without a curve there is no day, and no spread."""
    assert not Bands.of([]).days
    assert Spread.of([]) is None
    assert Spread.of([4]) == Spread(4, 4, 4, 4, 4)
