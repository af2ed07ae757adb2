"""Which runs are unlike the others."""

from array import array
from collections.abc import Sequence

from core.compare.outliers import Oddity, Outlier, outliers
from core.series import Series


def curve(values: Sequence[float]) -> Series:
    return Series("INF.I", "Day", array("d", range(len(values))), array("d", values))


USUAL = {f"RUN{n}": curve([1, 5, 50 + n, 20, 5 + n]) for n in range(1, 7)}


def test_none() -> None:
    """Of runs that are alike there is none, nor of too few."""
    assert not outliers(USUAL)
    assert not outliers({})
    assert not outliers({"a": curve([1, 2]), "b": curve([1, 200]), "c": curve([1, 3])})


def test_peak() -> None:
    """Far higher than others; it is named with peak and day, and only once."""
    found = outliers(USUAL | {"RUN7": curve([1, 300, 60, 20, 90])})
    assert found == [Outlier("RUN7", Oddity.PEAK, 300, 1)]


def test_final() -> None:
    """The end counts as well."""
    found = outliers(USUAL | {"RUN7": curve([1, 5, 53, 20, 40])})
    assert found == [Outlier("RUN7", Oddity.FINAL, 40, 4)]


def test_died_out() -> None:
    """Nothing from some day on while others go on: that is said, not that its peak is low."""
    found = outliers(USUAL | {"RUN8": curve([1, 2, 0, 0, 0])})
    assert found == [Outlier("RUN8", Oddity.DIED_OUT, 0, 2)]
    never = outliers(USUAL | {"RUN8": curve([0, 0, 0, 0, 0])})
    assert never == [Outlier("RUN8", Oddity.DIED_OUT, 0, 0)]


def test_all_die_out() -> None:
    """When every epidemic ends, that is nothing unusual."""
    ending = {name: curve([*c.values, 0, 0]) for name, c in USUAL.items()}
    assert not outliers(ending)


def test_unfinished() -> None:
    """A run that is not as far as the others may have its peak before it."""
    assert not outliers(USUAL | {"RUN9": curve([1, 5])})


def test_fences() -> None:
    """1.5 interquartile ranges beyond the quartiles: the value on the fence is inside."""
    alike = {f"RUN{n}": curve([value, 1]) for n, value in enumerate([10, 11, 12, 13, 14])}
    inside, outside = {"x": curve([16, 1])}, {"x": curve([16.5, 1])}  # Q1 11.25, Q3 13.75 at 16
    assert not outliers(alike | inside)
    assert [found.name for found in outliers(alike | {"x": curve([18, 1])})] == ["x"]
    assert not outliers(alike | outside)
