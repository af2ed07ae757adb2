"""Which directories are runs."""

import pytest

from core.kinds.run_names import RunName, RunNames, pattern_problem
from core.kinds.usual_names import FRED_NAMES, USUAL_NAMES

ROOT = "/data/t"
USUAL = {
    "seed_001": 1,
    "run-12": 12,
    "run_18": 18,
    "run3": 3,
    "RUN_7": 7,
    "RUN-A": None,
    "Run4": 4,
    "2026-11-30_run": None,
    "outputs/2026-01-01/12-00-00": None,
    "multirun/2026-01-01/12-00-00/0": None,
    "multirun/2026-01-01/12-00-00/3": 3,
    "job_123_4": 4,
    "case-A": None,
    "replica_00": None,
    "iter.0003": 3,
    "RUN1": 1,
    "20261130-run_5": 5,
    "run_2026-11-30_12-00-00": None,
    "SEED7": 7,
    "sim-0042": 42,
    "seed_99999999999": None,
}


@pytest.mark.parametrize(("name", "number"), USUAL.items())
def test_the_usual_names_are_runs_wherever_they_lie(name: str, number: int | None) -> None:
    """What is inside of one belongs to it; its results root is what the pattern begins in."""
    for above in (ROOT, f"{ROOT}/OUT"):
        run = RunName(f"{above}/{name}", above, number)
        assert USUAL_NAMES.place_of(ROOT, f"{above}/{name}/inside/RUN9") == run
        assert run.name == name


@pytest.mark.parametrize(
    "name",
    ["data", "run_scripts", "OUT", "2026-01-01", "outputs", "runs", "seed", "src", "python3"],
)
def test_other_directories_are_none(name: str) -> None:
    """They are looked into."""
    assert USUAL_NAMES.place_of(ROOT, f"{ROOT}/{name}") is None


def test_a_fred_run_is_in_a_directory_run_and_number_or_called_so() -> None:
    """Directories of seeds are parts of the run that they lie in."""
    part = RunName(f"{ROOT}/run_17", ROOT, 17, part=True)
    assert FRED_NAMES.named(f"{ROOT}/run_17/RUN11998") == part
    assert FRED_NAMES.place_of(ROOT, f"{ROOT}/run_17/RUN11998/LOG") == part
    assert FRED_NAMES.place_of(ROOT, f"{ROOT}/run_17/META/LOG") == part._replace(part=False)
    assert FRED_NAMES.named(f"{ROOT}/run_0/RUN4") == RunName(
        f"{ROOT}/run_0/RUN4", f"{ROOT}/run_0", 4
    )
    assert FRED_NAMES.place_of(ROOT, f"{ROOT}/seed_001") is None
    assert FRED_NAMES.has_parts(f"{ROOT}/run_17")
    assert not FRED_NAMES.is_whole(f"{ROOT}/run_17")


def test_a_root_may_be_a_run_or_lie_inside_of_what_a_pattern_says() -> None:
    """As one task of an array watches its own directory, or somebody the runs of a day."""
    assert FRED_NAMES.place_of(f"{ROOT}/RUN4", f"{ROOT}/RUN4/LOG") == RunName(
        f"{ROOT}/RUN4", ROOT, 4
    )
    day = f"{ROOT}/outputs/2026-01-01"
    assert USUAL_NAMES.place_of(day, f"{day}/12-00-00") == RunName(f"{day}/12-00-00", ROOT, None)


def test_parts_that_take_any_name_take_none_of_the_root() -> None:
    """Else the root itself would be the outermost run."""
    assert RunNames(("(.+)",)).place_of(ROOT, f"{ROOT}/a/b") == RunName(f"{ROOT}/a", ROOT, None)
    two = RunNames(("[^/]+/seed_([0-9]+)",))
    assert two.place_of(ROOT, f"{ROOT}/seed_1") is None
    assert two.place_of(ROOT, f"{ROOT}/x/seed_1") == RunName(f"{ROOT}/x/seed_1", ROOT, 1)
    assert two.place_of(f"{ROOT}/x/seed_1", f"{ROOT}/x/seed_1/a") == RunName(
        f"{ROOT}/x/seed_1", ROOT, 1
    )


def test_only_what_a_pattern_begins_with_leads_to_runs() -> None:
    """Whoever looks for the runs of a results root looks no further."""
    assert USUAL_NAMES.leads(ROOT, f"{ROOT}/outputs")
    assert USUAL_NAMES.leads(ROOT, f"{ROOT}/multirun/2026-01-01")
    assert not USUAL_NAMES.leads(ROOT, f"{ROOT}/inputs")
    assert not USUAL_NAMES.leads(ROOT, f"{ROOT}/data/outputs")


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(a+)+b", "repeats a group"),
        ("(?:a|a)*b", "repeats a group"),
        ("((a?)b?){1,50}", "repeats a group"),
        ("a*a*a*a*b", "more than 3"),
        ("(x/y)", "a / in a group"),
        ("a//b", "empty"),
        ("/a", "empty"),
        ("", "empty"),
        ("(", "unterminated"),
        ("a" * 1001, "1,001 characters"),
        ("/".join(["a"] * 17), "17 parts"),
    ],
)
def test_a_pattern_that_cannot_be_used_or_may_take_for_ever_is_refused(
    pattern: str, problem: str
) -> None:
    """It says which part of it."""
    assert problem in pattern_problem(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            r"seed_(\d+)",
            r"run-(\d+)",
            r"job_\d+_(\d+)",
            r"[/]x",
            r"(?P<id>\d+)",
            r"(?i)run(\d{1,4})",
        ),
        *FRED_NAMES.patterns,
        *USUAL_NAMES.patterns,
    ],
)
def test_ordinary_patterns_are_accepted(pattern: str) -> None:
    """Also those that RunFerry brings along."""
    assert not pattern_problem(pattern)


def test_hostile_names_keep_nobody_busy() -> None:
    """Three repeats in a row are the worst that is accepted."""
    names = RunNames(("[a-z]*a*[a-b]*x",))
    assert names.place_of(ROOT, f"{ROOT}/{'a' * 4000}") is None
