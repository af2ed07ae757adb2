"""One infected person, from exposure to recovery."""

import math
import random
from dataclasses import dataclass

SYMPTOMATIC = 0.67  # share of all cases
STAYS_HOME = 0.5  # share of those with symptoms
_LATENT_DAYS = (1.9, 1.23)  # median and dispersion of a lognormal
_INFECTIOUS_DAYS = (5.0, 1.5)
_SCHOOL_LEAVING_AGE = 19
_AT_HOME, _MORNING, _AFTERNOON, _OUTSIDE = 6, 9, 13, 16  # hours at which FRED lets people meet
_HOURS = (_AT_HOME, _MORNING, _AFTERNOON, _OUTSIDE)
_HOUR_WEIGHTS = (28, 28, 16, 28)


@dataclass(eq=False, slots=True)
class Case:
    """Days count from 0, hours are those of the day.

    Attributes:
        infector: Who passed it on; None for an imported case.
        place: FRED's label of the place of exposure, empty for an imported case.
        infected: How many others this person has infected so far.
    """

    person: int
    infector: "Case | None"
    place: str
    hour: int
    symptomatic: bool
    stays_home: bool
    onset_day: int
    onset_hour: int
    recovery_day: int
    recovery_hour: int
    infected: int = 0

    @property
    def infectivity(self) -> float:
        """Relative to a person with symptoms who goes out."""
        return 0.5 if self.stays_home or not self.symptomatic else 1.0


def age_of(person: int) -> int:
    """Age in years, 0 to 89, the same whenever it is asked."""
    return (person * 2_654_435_761 % 2**32) * 90 >> 32


def new_case(rng: random.Random, person: int, day: int, infector: Case | None) -> Case:
    """`person`, exposed on `day` by `infector` (who is counted as such) or imported."""
    place, hour = ("", 0) if infector is None else _meeting(rng, person)
    if infector is not None:
        infector.infected += 1
    symptomatic = rng.random() < SYMPTOMATIC
    onset_day = day + _wait(rng, *_LATENT_DAYS)
    return Case(
        person=person,
        infector=infector,
        place=place,
        hour=hour,
        symptomatic=symptomatic,
        stays_home=symptomatic and rng.random() < STAYS_HOME,
        onset_day=onset_day,
        onset_hour=rng.randrange(24),
        recovery_day=onset_day + _wait(rng, *_INFECTIOUS_DAYS),
        recovery_hour=rng.randrange(24),
    )


def _meeting(rng: random.Random, person: int) -> tuple[str, int]:
    hour = rng.choices(_HOURS, _HOUR_WEIGHTS)[0]
    if hour == _AT_HOME:
        return f"H-{11_050_000 + person * 5 // 12}", hour
    if hour == _OUTSIDE:
        return f"N-{person % 40:04d}-{rng.randrange(60):04d}", hour
    if age_of(person) < _SCHOOL_LEAVING_AGE:
        return f"S-{450_066_900 + person % 12}", hour
    return f"W-{513_945_000 + person % 997}", hour


def _wait(rng: random.Random, median: float, dispersion: float) -> int:
    return max(1, round(rng.lognormvariate(math.log(median), math.log(dispersion))))
