"""A series as it is drawn."""

import math
from array import array

from core.series import Series
from tui.widgets.curve import curve_of


def series(*values: float, name: str = "INF.I", x_name: str = "Day") -> Series:
    return Series(name, x_name, array("d", range(1, len(values) + 1)), array("d", values))


def test_peak() -> None:
    """The first of the highest, with where it is; gaps are left out."""
    curve = curve_of(series(1, math.nan, 7, 7), "file", "")
    assert curve
    assert (curve.title, curve.peak) == ("INF.I", "peak 7, day 3")
    assert list(curve.up) == [1, 7, 7]


def test_without_names() -> None:
    """Columns that are called by their numbers are not spoken of as if these were words."""
    curve = curve_of(series(1, 5, name="2", x_name="1"), "INF.Is", "")
    assert curve
    assert (curve.title, curve.peak) == ("INF.Is", "peak 5 at 2")


def test_without_numbers() -> None:
    """There is nothing to draw."""
    assert curve_of(series(math.nan), "file", "") is None


def test_long() -> None:
    """A million points become some thousand, and none of their ends is lost."""
    values = [math.sin(number / 1000) for number in range(100_000)]
    values[54_321] = 9.0
    curve = curve_of(series(*values), "file", "of the first 64 MiB")
    assert curve
    assert len(curve.up) <= 2000
    assert max(curve.up) == 9
    assert curve.peak == "peak 9, day 54 322"
