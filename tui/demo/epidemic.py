"""A seeded influenza epidemic in one county: no files, no clock, one day at a time.

States and waiting times are those of FRED's Influenza library: exposed (E), then infectious with
symptoms (Is) or without (Ia), then recovered (R). Half of those with symptoms stay at home.
"""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.demo.cases import Case, new_case

IMPORTED_CASES = 10
# Contacts cluster in households and schools, so susceptibles run out faster than in a well-mixed
# crowd; a power of the susceptible share is the usual approximation of that.
_CLUSTERING = 3.0
_MEAN_LATENT_DAYS, _MEAN_INFECTIOUS_DAYS, _MEAN_INFECTIVITY = 2.0, 5.4, 0.67
# Growth is exponential after the first week; the peak is this many e-foldings later.
_FIRST_DAYS = 7
_EFOLDINGS_TO_PEAK = 5.6
_PEAK_AT = 0.4


@dataclass(frozen=True, slots=True)
class Day:
    """What changed in one day: who was exposed, became infectious, recovered."""

    number: int
    exposed: Sequence[Case]
    onsets: Sequence[Case]
    recoveries: Sequence[Case]


def simulate(seed: int, days: int, population: int) -> Iterator[Day]:
    """The epidemic day by day; the same arguments give the same days.

    The transmission rate follows from `days`, so that the peak falls at about two fifths of them.
    Lazy: a day is computed when it is asked for, in some ten milliseconds at the peak.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    susceptible = list(range(population))
    rng.shuffle(susceptible)
    transmission = _transmission_rate(days) * rng.uniform(0.92, 1.2)
    infectious: list[Case] = []
    onsets: defaultdict[int, list[Case]] = defaultdict(list)
    recoveries: defaultdict[int, list[Case]] = defaultdict(list)
    for today in range(days):
        infectious = [case for case in infectious if case.recovery_day > today]
        rate = transmission * (len(susceptible) / population) ** _CLUSTERING
        infectors = _infectors(rng, infectious, rate) if today else [None] * IMPORTED_CASES
        exposed = [
            new_case(rng, susceptible.pop(), today, infector)
            for infector in infectors[: len(susceptible)]
        ]
        for case in exposed:
            onsets[case.onset_day].append(case)
            recoveries[case.recovery_day].append(case)
        infectious += onsets[today]
        yield Day(today, exposed, onsets[today], recoveries[today])


def _transmission_rate(days: int) -> float:
    """New cases per infectious person and day that reach the peak in time."""
    growth = _EFOLDINGS_TO_PEAK / max(_PEAK_AT * days - _FIRST_DAYS, 0.2 * days)
    reproduction = (1 + growth * _MEAN_LATENT_DAYS) * (1 + growth * _MEAN_INFECTIOUS_DAYS)
    return reproduction / (_MEAN_INFECTIVITY * _MEAN_INFECTIOUS_DAYS)


def _infectors(rng: random.Random, infectious: list[Case], rate: float) -> Sequence[Case | None]:
    """One infector for every new case."""
    weights = [case.infectivity for case in infectious]
    expected = rate * sum(weights)
    count = round(rng.gauss(expected, math.sqrt(expected)))
    return rng.choices(infectious, weights, k=count) if count > 0 else []
