import pytest

from tui.demo.cases import age_of
from tui.demo.daily_counts import conditions
from tui.demo.epidemic import Day, simulate

DAYS = 60
POPULATION = 17_457


def epidemic(seed: int = 1, days: int = DAYS, population: int = POPULATION) -> list[Day]:
    return list(simulate(seed, days, population))


def curve(days: list[Day]) -> list[int]:
    return [len(day.exposed) for day in days]


def column(days: list[Day], name: str) -> list[int]:
    influenza, stay_home = conditions(days, POPULATION)
    return [int(value) for value in (influenza.columns() | stay_home.columns())[name]]


def test_same_seed_same_epidemic():
    """Two epidemics of one seed agree in every person, place and hour."""
    first, second = (
        [
            [(case.person, case.place, case.hour, case.recovery_day) for case in day.exposed]
            for day in epidemic(seed=7)
        ]
        for _ in range(2)
    )
    assert first == second


def test_seeds_differ():
    """Ten seeds give ten different curves, and not all of them peak on the same day."""
    curves = [curve(epidemic(seed)) for seed in range(1, 11)]
    assert len({tuple(cases) for cases in curves}) == 10
    assert len({cases.index(max(cases)) for cases in curves}) > 2


@pytest.mark.parametrize("seed", range(1, 13))
def test_rises_and_falls(seed: int):
    """New cases peak between a third and half of the days, and few are left at the end."""
    cases = curve(epidemic(seed))
    peak = cases.index(max(cases))
    assert DAYS / 3 <= peak <= DAYS / 2
    assert max(cases) > 30 * cases[0]
    assert cases[-1] < max(cases) / 20


def test_people_are_conserved():
    """Every day, everybody is in exactly one INF state and one StayHome state."""
    days = epidemic()
    for states in (
        ("INF.S", "INF.E", "INF.Is", "INF.Ia", "INF.R"),
        ("StayHome.Yes", "StayHome.No"),
    ):
        columns = [column(days, name) for name in states]
        assert min(min(values) for values in columns) >= 0
        assert {sum(counts) for counts in zip(*columns, strict=True)} == {POPULATION}


def test_nobody_is_infected_twice():
    """An exposed person is not susceptible any more."""
    people = [case.person for day in epidemic() for case in day.exposed]
    assert len(people) == len(set(people))


def test_infectors_are_infectious():
    """Whoever passes it on has had the onset on an earlier day and not yet recovered."""
    for day in epidemic()[1:]:
        for case in day.exposed:
            assert case.infector is not None
            assert case.infector.onset_day < day.number < case.infector.recovery_day


def test_reproductive_rate_counts_infections():
    """RR times the size of each day's cohort adds up to all cases that were not imported."""
    days = epidemic()
    influenza, _ = conditions(days, POPULATION)
    cohorts = zip(influenza.reproduction, curve(days), strict=True)
    infected = sum(rate * size for rate, size in cohorts)
    assert round(infected) == sum(curve(days)[1:])


def test_symptoms_are_passed_at_once():
    """StayHome.Symptoms is entered with INF.Is and left for Yes or No on the same day."""
    days = epidemic()
    assert column(days, "StayHome.newSymptoms") == column(days, "INF.newIs")
    assert set(column(days, "StayHome.Symptoms")) == {0}
    left_no = column(days, "StayHome.totSymptoms")
    entered_no, still_no = column(days, "StayHome.totNo"), column(days, "StayHome.No")
    assert [a - b for a, b in zip(entered_no, left_no, strict=True)] == still_no
    decided = column(days, "StayHome.totYes")[-1] / column(days, "INF.totIs")[-1]
    assert 0.45 < decided < 0.55


@pytest.mark.parametrize(("days", "population"), [(1, 1), (1, 50), (30, 3), (3, 400), (200, 400)])
def test_small_and_short(days: int, population: int):
    """Tiny counties and short runs never infect more people than there are."""
    result = epidemic(days=days, population=population)
    assert len(result) == days
    assert sum(curve(result)) <= population


def test_ages_are_plausible():
    """Ages cover childhood to old age, and a person's age does not change."""
    ages = [age_of(person) for person in range(POPULATION)]
    assert min(ages) == 0
    assert max(ages) == 89
    assert age_of(4402) == age_of(4402)
