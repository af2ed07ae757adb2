"""Which of many runs are not like the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_low

from core.compare.bands import quantile
from core.series import Series

_LEAST_RUNS = 4
"""Of fewer there are no quartiles worth the name."""
_FENCE = 1.5
"""Interquartile ranges beyond the quartiles, as Tukey has it."""


class Oddity(StrEnum):
    """In what a run is unlike the others."""

    PEAK = "peak"
    FINAL = "final value"
    DIED_OUT = "died out"


@dataclass(frozen=True)
class Outlier:
    """`value` on `day`: the peak, or the last; of what died out, 0 on the first day of that."""

    name: str
    oddity: Oddity
    value: float
    day: float


def outliers(curves: Mapping[str, Series]) -> Sequence[Outlier]:
    """By name of the run, each once for the first reason; none among fewer than four.

    Runs that are not as far as the median of all count for nothing: their peak may be still to come.
    """
    last = {name: end[0] for name, curve in curves.items() if (end := curve.final())}
    least = median_low(last.values()) if last else 0
    whole = {name: curves[name] for name, day in last.items() if day >= least}
    if len(whole) < _LEAST_RUNS:
        return ()
    found: dict[str, Outlier] = {}
    for outlier in (*_died_out(whole), *_beyond(whole)):
        found.setdefault(outlier.name, outlier)
    return [found[name] for name in whole if name in found]


def _died_out(curves: Mapping[str, Series]) -> Iterator[Outlier]:
    """What is nothing to its end from some day on, far earlier than others, if these ever are."""
    ends = {name: _first_of_nothing(curve) for name, curve in curves.items()}
    early, _ = _fences(ends.values())
    for name, day in ends.items():
        if day < early:
            yield Outlier(name, Oddity.DIED_OUT, 0, day)


def _beyond(curves: Mapping[str, Series]) -> Iterator[Outlier]:
    peaks = {name: peak for name, curve in curves.items() if (peak := curve.peak())}
    finals = {name: final for name, curve in curves.items() if (final := curve.final())}
    for oddity, found in ((Oddity.PEAK, peaks), (Oddity.FINAL, finals)):
        low, high = _fences([value for _, value in found.values()])
        for name, (day, value) in found.items():
            if not low <= value <= high:
                yield Outlier(name, oddity, value, day)


def _first_of_nothing(curve: Series) -> float:
    """The day behind the last when there is something at the end."""
    days = [day for day, value in zip(curve.x, curve.values, strict=True) if value > 0]
    after = (day for day in curve.x if not days or day > days[-1])
    return next(after, curve.x[-1] + 1)


def _fences(values: Iterable[float]) -> tuple[float, float]:
    ordered = sorted(values)
    first, third = quantile(ordered, 0.25), quantile(ordered, 0.75)
    beyond = _FENCE * (third - first)
    return first - beyond, third + beyond
