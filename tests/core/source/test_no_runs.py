"""What is said of a tree without runs."""

import pytest

from core.kinds.built_in_kinds import ANY, FRED
from core.ports.tree import FoundRuns
from core.source.no_runs import near_misses, no_runs


def found(*others: str, runs: tuple[str, ...] = ()) -> FoundRuns:
    return FoundRuns(runs, {}, others=others)


@pytest.mark.parametrize(
    "name", ["run7", "RUN_8", "seed_1", "Run 3", "RUN4.old", "RUN4 (copy)", "run_4", "job-12"]
)
def test_nearly_called_as_runs_are(name: str) -> None:
    """Other letters, other separators, something behind."""
    assert near_misses("/data", found("flu", name)) == [name]


@pytest.mark.parametrize("name", ["data", "rerun", "run", "seeds", "2024", "run4you", "DAILY"])
def test_called_something_else(name: str) -> None:
    """What no run is called is no near miss."""
    assert near_misses("/data", found(name)) == []


def test_the_outermost_without_runs() -> None:
    """A folder of runs is none, nor is what lies in one that is."""
    tree = found("job_3", "job_3/OUT", "job_4", "job_4/task_1", runs=("/data/job_3/OUT/RUN1",))
    assert near_misses("/data", tree) == ["job_4"]
    assert near_misses("/", found("job_3", runs=("/job_3/RUN1",))) == []


def test_among_many() -> None:
    """They are named before all else, in natural order, and the others counted."""
    tree = found(*(f"a{n}" for n in range(100)), *(f"run{n}" for n in range(12, 0, -1)))
    told = no_runs("/data", tree, FRED)
    assert "found instead: run1, run2, run3, run4, run5 and 7 more." in told
    assert "`--kind any` takes these for runs." in told


def test_what_the_hint_is_about() -> None:
    """Only what would be taken for runs."""
    told = no_runs("/data", found("RUN4.old", "run7"), FRED)
    assert "found instead: RUN4.old, run7. `--kind any` takes run7 for runs." in told
    assert "--kind" not in no_runs("/data", found("DAILY", "WEEKLY"), FRED)
    assert "--kind" not in no_runs("/data", found("RUN4.old"), ANY)


def test_nothing_at_all() -> None:
    """Also that is said."""
    assert no_runs("/data", found(), FRED).endswith("RUN1 in it; it has no directories.")
