"""What is where in the store, without a screen."""

from dataclasses import replace

from tests.builders import a_job
from tui.screens.store_trail import ARTIFACTS, JOBS, RUNS, StoreTrail

FLU, MEASLES = a_job(12, "simpleflu"), a_job(13, "measles")
START = StoreTrail()


def test_step_by_step() -> None:
    """Inwards what is under the cursor, outwards back; at both ends there is no further."""
    assert START.inside() is None
    runs = START.on(JOBS, "12", FLU).inside()
    assert runs is not None
    assert list(runs.crumbs) == ["jobs", "12 simpleflu"]
    assert runs.inside() is None
    artifacts = runs.on(RUNS, "4", FLU).inside()
    assert artifacts is not None
    assert list(artifacts.crumbs) == ["jobs", "12 simpleflu", "RUN4"]
    assert artifacts.inside() is None
    back = artifacts.outside()
    assert back is not None
    assert (back.level, back.here.job, back.here.run) == (RUNS, FLU, "")
    assert START.outside() is None


def test_lists_follow_the_cursor() -> None:
    """Another job: its runs, and no artifacts before one of them is under the cursor."""
    trail = START.on(JOBS, "12", FLU).on(RUNS, "4", FLU)
    assert [trail.place(level) is not None for level in (JOBS, RUNS, ARTIFACTS)] == [True] * 3
    other = trail.on(JOBS, "13", MEASLES)
    runs = other.place(RUNS)
    assert runs is not None
    assert (runs.job, other.place(ARTIFACTS), other.level) == (MEASLES, None, JOBS)


def test_the_same_job_again() -> None:
    """A record that was read anew closes nothing."""
    trail = START.on(JOBS, "12", FLU).on(RUNS, "4", FLU).at(ARTIFACTS)
    renamed = trail.on(JOBS, "12", replace(FLU, name="flu"))
    assert (renamed.level, renamed.run) == (ARTIFACTS, "4")
    assert list(renamed.crumbs) == ["jobs", "12 flu", "RUN4"]


def test_a_list_whose_row_is_gone_closes() -> None:
    """The keys go to the list where the cursor is on another row now; no key acts on another job's runs."""
    trail = START.on(JOBS, "12", FLU).on(RUNS, "4", FLU)
    assert trail.at(ARTIFACTS).on(RUNS, "5", FLU).level == RUNS
    assert trail.at(ARTIFACTS).on(JOBS, "13", MEASLES).level == JOBS
    assert trail.at(RUNS).on(JOBS, "", None).level == JOBS
    assert trail.at(RUNS).on(ARTIFACTS, "jobs/12/x", FLU) == trail.at(RUNS)
