"""The daily columns of FRED's results, counted from the days of an epidemic."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tui.demo.epidemic import Day


@dataclass(frozen=True)
class State:
    """One state of a condition: who entered it and who was in it, per day."""

    name: str
    new: Sequence[int]
    current: Sequence[int]


@dataclass(frozen=True)
class Condition:
    """A FRED condition: its states in FRED's order, and the reproductive rate of each day."""

    name: str
    states: Sequence[State]
    reproduction: Sequence[float]

    def columns(self) -> dict[str, list[str]]:
        """Column name to daily values, in the order of FRED's tables."""
        columns: dict[str, list[str]] = {}
        for state in self.states:
            columns[f"{self.name}.new{state.name}"] = [str(n) for n in state.new]
            columns[f"{self.name}.{state.name}"] = [str(n) for n in state.current]
            columns[f"{self.name}.tot{state.name}"] = [str(n) for n in accumulate(state.new)]
        columns[f"{self.name}.RR"] = [f"{rate:f}" for rate in self.reproduction]
        return columns


def conditions(days: Sequence[Day], population: int) -> tuple[Condition, Condition]:
    """INF and StayHome, counted over whole days."""
    return _influenza(days, population), _stay_home(days, population)


def _influenza(days: Sequence[Day], population: int) -> Condition:
    exposed = [len(day.exposed) for day in days]
    with_symptoms = [sum(case.symptomatic for case in day.onsets) for day in days]
    without = [sum(not case.symptomatic for case in day.onsets) for day in days]
    cured = [sum(case.symptomatic for case in day.recoveries) for day in days]
    cured_without = [sum(not case.symptomatic for case in day.recoveries) for day in days]
    recovered = _plus(cured, cured_without)
    first_day_only = [1] + [0] * (len(days) - 1)
    return Condition(
        "INF",
        (
            State("S", [population * n for n in first_day_only], _left(population, exposed)),
            State("E", exposed, _inside(exposed, _plus(with_symptoms, without))),
            State("Is", with_symptoms, _inside(with_symptoms, cured)),
            State("Ia", without, _inside(without, cured_without)),
            State("R", recovered, list(accumulate(recovered))),
            State("Import", first_day_only, [1] * len(days)),
        ),
        [_reproduction(day) for day in days],
    )


def _stay_home(days: Sequence[Day], population: int) -> Condition:
    """Everybody passes Start and goes out; symptoms decide at once for home (Yes) or out (No)."""
    nobody = [0] * len(days)
    symptoms = [sum(case.symptomatic for case in day.onsets) for day in days]
    stays = [sum(case.stays_home for case in day.onsets) for day in days]
    returns = [sum(case.stays_home for case in day.recoveries) for day in days]
    at_home = _inside(stays, returns)
    everybody_first = [population, *nobody[1:]]
    goes_out = [
        first + ill - stay
        for first, ill, stay in zip(everybody_first, symptoms, stays, strict=True)
    ]
    return Condition(
        "StayHome",
        (
            State("Start", everybody_first, nobody),
            State("Symptoms", symptoms, nobody),
            State("Yes", stays, at_home),
            State("No", _plus(goes_out, returns), [population - n for n in at_home]),
        ),
        [0.0] * len(days),
    )


def _reproduction(day: Day) -> float:
    """How many the people exposed on this day have infected until the end."""
    return sum(case.infected for case in day.exposed) / len(day.exposed) if day.exposed else 0.0


def _plus(left: Sequence[int], right: Sequence[int]) -> list[int]:
    return [a + b for a, b in zip(left, right, strict=True)]


def _inside(entered: Sequence[int], left: Sequence[int]) -> list[int]:
    return list(accumulate(a - b for a, b in zip(entered, left, strict=True)))


def _left(population: int, gone: Sequence[int]) -> list[int]:
    return [population - n for n in accumulate(gone)]
