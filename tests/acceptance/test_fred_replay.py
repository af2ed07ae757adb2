"""Nobody is told that a run is finished before it is: FRED's writes, one operation at a time."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from core.finish.fred import FredRule
from core.finish.run_state import RunState
from core.ports.processes import Process
from tests.acceptance.fred_replay import Replay, contents
from tests.acceptance.polled import Polled

ENDED = frozenset({RunState.DONE, RunState.FAILED, RunState.CHANGED})


@pytest.fixture
def job(samples: Path, tmp_path: Path) -> Replay:
    """A replay of the sample job, into an empty directory."""
    return Replay(samples / "fred-sample-job/RESULTS/JOB/1", tmp_path / "JOB/1")


def watched(replay: Replay, polled: Polled, steps: Iterable[str]) -> dict[str, str]:
    """Polls after each operation; returns after which operation each run was said to be finished.

    Without a quiet period two looks are enough, so that what is tested is the rule alone.
    """
    said: dict[str, str] = {}
    for step in steps:
        for name, state in polled.look().items():
            if state in ENDED:
                assert state is RunState.DONE, f"{name} is said to have {state} after {step}"
                final = contents(replay.final / "OUT" / name)
                assert replay.written(name) == final, f"{name} is not finished after {step}"
                said.setdefault(name, step)
            else:
                assert name not in said, f"{name} is {state} again after {step}"
    return said


def test_a_job(job: Replay) -> None:
    """
    Given fred_job at work on three runs
    When the tree is looked at between every two file operations
    Then no run is finished before the job has ended, weekly files included.
    """
    polled = Polled(job.job, FredRule(), quiet_seconds=0)
    said = watched(job, polled, job.fred_job())
    assert said == dict.fromkeys(job.names, "write META/STATUS")
    for name in job.names:
        final, written = (place / "OUT" / name / "WEEKLY" for place in (job.final, job.job))
        assert {p.name for p in final.iterdir()} == {p.name for p in written.iterdir()}


@pytest.mark.parametrize("with_log", [True, False])
def test_a_run_by_itself(job: Replay, *, with_log: bool) -> None:
    """
    Given FRED started by hand, with or without a log
    When the tree is looked at between every two file operations
    Then the run is finished with the last rename of out.csv and not before.
    """
    for name in job.names:
        final = job.final / "OUT" / name
        alone = job
        if not with_log:
            bare = job.job.parent / "bare"
            shutil.copytree(final, bare / "OUT" / name, ignore=shutil.ignore_patterns("WEEKLY"))
            for written_early in ("LOG", "health_records.txt"):
                (bare / "OUT" / name / written_early).unlink(missing_ok=True)
            alone = Replay(bare, job.job)
        polled = Polled(job.job / "OUT" / name, FredRule(), quiet_seconds=0)
        said = watched(alone, polled, alone.run(name, with_log=with_log))
        assert said == {name: f"rename OUT/{name}/out.csv"}


def test_a_job_again_into_its_old_directory(job: Replay) -> None:
    """
    Given a finished job whose directory is used again
    When the second round is looked at between every two file operations
    Then its runs are finished again only when the job has ended again.
    """
    for _ in job.fred_job():
        pass
    polled = Polled(job.job, FredRule(), quiet_seconds=0)
    assert set(polled.look().values()) == {RunState.DONE}
    steps = job.fred_job()
    next(steps)
    said = watched(job, polled, steps)
    assert said == dict.fromkeys(job.names, "write META/STATUS")


def test_what_others_add_to_a_finished_run(job: Replay) -> None:
    """
    Given a finished job, to whose runs maps, plots and a scheduler's log are added
    When it is looked at, and then its directory is used again
    Then the runs stay finished, and the second round shows all the same, operation by operation.
    """
    for _ in job.fred_job():
        pass
    polled = Polled(job.job, FredRule(), quiet_seconds=0)
    for bystander in (
        "VIS/MAPS/FAILED",
        "plots/fig.png",
        "summary.txt",
        ".DS_Store",
        "slurm-10.out",
    ):
        for name in job.names:
            added = job.job / "OUT" / name / bystander
            added.parent.mkdir(parents=True, exist_ok=True)
            added.write_text("x")
        assert set(polled.look().values()) == {RunState.DONE}, bystander
    again = [step for step in job.fred_job() if ENDED.intersection(polled.look().values())]
    assert again == ["write META/STATUS", "write META/FINISHED"]


def test_a_run_again_that_only_its_process_shows(job: Replay) -> None:
    """
    Given a finished run without a log, and FRED at work on it again
    When nothing in the tree shows that
    Then the process does: the run is not finished until it is gone.
    """
    for _ in job.run("RUN1", with_log=False):
        pass
    polled = Polled(job.job, FredRule(), quiet_seconds=0)
    assert polled.look() == {"RUN1": RunState.DONE}
    polled.processes.found = [Process(4711, ("-p", "x.fred", "-r", "1", "-d", "OUT"), str(job.job))]
    for _ in job.run("RUN1", with_log=False):
        polled.clock.advance(10)
        assert polled.look() == {"RUN1": RunState.RUNNING}
    polled.processes.found = []
    polled.clock.advance(10)
    assert polled.look() == {"RUN1": RunState.DONE}


def test_a_run_again_on_another_host(job: Replay) -> None:
    """
    Given a finished run without a log that another host writes again
    When its last files flicker for half a second
    Then the quiet period covers for it: it settles anew, and finished is said of the new tree.
    """
    for _ in job.run("RUN1", with_log=False):
        pass
    polled = Polled(job.job, FredRule(), quiet_seconds=10)
    polled.look(1)
    polled.clock.advance(10)
    assert polled.look() == {"RUN1": RunState.DONE}
    before = job.written("RUN1")
    for _ in job.run("RUN1", with_log=False):
        polled.clock.advance(0.005)
        finished = polled.look() == {"RUN1": RunState.DONE}
        assert not finished or job.written("RUN1") == before
    assert polled.look() == {"RUN1": RunState.SETTLING}
    polled.clock.advance(10)
    assert polled.look() == {"RUN1": RunState.DONE}
