"""A simulation dies, and the watch says so."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import RunFerryProcess, runferry_process
from tests.processes import program, running

_RULES = """
[rules.mine]
kind = "sentinel"
success = ["DONE"]
program = "sim.py"

[rules.pid]
kind = "sentinel"
success = ["DONE"]
pid_file = "../{run}.pid"
"""
_QUIET = ("--quiet", "0.2", "--json")
_NEWS = ("run_detected", "run_state_changed", "run_reason_changed")


@pytest.fixture
def out(home: Path, tmp_path: Path) -> Path:
    """A results root with one run that something has been written into, and a rule for its simulator."""
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(_RULES)
    (tmp_path / "sim.py").write_text("input()\n")
    (tmp_path / "OUT/RUN1").mkdir(parents=True)
    (tmp_path / "OUT/RUN1/data").write_text("begun")
    return tmp_path / "OUT"


def simulating(out: Path, *arguments: str) -> AbstractContextManager[int]:
    """`python sim.py ARGUMENTS` in the results root, which waits."""
    return running([sys.executable, "../sim.py", *arguments], out)


def told_of(watch: RunFerryProcess, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The next event about a run that is as wanted."""
    while not wanted(record := watch.wait_for(*_NEWS)):
        pass
    return record


@pytest.mark.parametrize("arguments", [("--out", "RUN1"), ("--out=RUN1",), ("-c", "RUN1/sim.cfg")])
def test_killed(out: Path, arguments: Sequence[str]) -> None:
    """
    Given a simulator that works in the parent directory, and is told the RUN directory
    When it is killed
    Then the run is stopped, for a reason that names it; when it is started anew, it goes on.
    """
    with runferry_process("watch", out, "--rule", "mine", *_QUIET) as watch:
        watch.wait_for("run_detected")
        with simulating(out, *arguments) as pid:
            is_seen = told_of(watch, lambda e: f"sim.py is running (pid {pid})" in e["reason"])
            assert is_seen["state"] == "running"
            os.kill(pid, signal.SIGKILL)
            stopped = watch.wait_for("run_state_changed", state="stopped")
        assert stopped["reason"] == (
            f"sim.py (pid {pid}) was writing here and has ended, but DONE is not there yet"
        )
        with simulating(out, *arguments) as pid:
            watch.wait_for("run_state_changed", state="running")
            (out / "RUN1/DONE").touch()
        watch.wait_for("run_state_changed", state="done")


def test_pid_file(out: Path) -> None:
    """
    Given a simulator of any name, whose process id stands in a file beside its run
    When it is killed
    Then the run is stopped; a process that got the id later is not taken for it.
    """
    with runferry_process("watch", out, "--rule", "pid", *_QUIET) as watch:
        watch.wait_for("run_detected")
        with running(["/bin/sh", "-c", "read line"], out.parent) as pid:
            (out / "RUN1.pid").write_text(f"{pid}\n")
            (out / "RUN1/data").write_text("goes on")
            told_of(watch, lambda e: f"is running (pid {pid})" in e["reason"])
            os.kill(pid, signal.SIGKILL)
            stopped = watch.wait_for("run_state_changed", state="stopped")
        assert f"(pid {pid}) was writing here and has ended, but DONE" in stopped["reason"]


def test_killed_while_nobody_watched(out: Path) -> None:
    """
    Given a watch that has seen who writes into two runs, and is killed
    When one of them is killed, and then the watch is started again
    Then the run is stopped, for the same reason; the other one goes on, as does the first when it is started anew.
    """
    (out / "RUN2").mkdir()
    (out / "RUN2/data").write_text("begun")
    with simulating(out, "--out", "RUN2") as other:
        with simulating(out, "--out", "RUN1") as pid:
            with runferry_process("watch", out, "--rule", "mine", *_QUIET) as watch:
                for each in (pid, other):
                    told_of(watch, lambda e, p=each: f"is running (pid {p})" in e["reason"])
                (out / "RUN3").mkdir()
                watch.wait_for("run_detected", run_id=3)  # by a later look: the others are saved
                watch.signal(signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
        with runferry_process("watch", out, "--rule", "mine", *_QUIET) as watch:
            first: dict[int, tuple[str, str]] = {}
            while len(first) < 2:
                record = told_of(watch, lambda e: e["state"] != "settling" and e["run_id"] < 3)
                first[record["run_id"]] = (record["state"], record["reason"])
            assert first == {
                1: (
                    "stopped",
                    f"sim.py (pid {pid}) was writing here and has ended, but DONE is not there yet",
                ),
                2: ("running", f"sim.py is running (pid {other})"),
            }
            with simulating(out, "--out", "RUN1"):
                watch.wait_for("run_state_changed", state="running", run_id=1)


def test_ended_well(out: Path) -> None:
    """
    Given a simulator that is seen at work
    When it has left its marker and ends
    Then the run is done, and was never said to have stopped.
    """
    with runferry_process("watch", out, "--rule", "mine", *_QUIET) as watch:
        watch.wait_for("run_detected")
        with simulating(out, "--out", "RUN1"):
            told_of(watch, lambda e: "is running" in e["reason"])
            (out / "RUN1/DONE").touch()
        ended = told_of(watch, lambda e: e["state"] in {"done", "stopped"})
        assert ended["state"] == "done"


def test_fred_killed(home: Path, tmp_path: Path) -> None:
    """
    Given a FRED that has written nothing yet
    When it is killed
    Then that is the last thing said of its run, not that it is running.
    """
    (tmp_path / "OUT/RUN1").mkdir(parents=True)
    (tmp_path / "FRED").write_text("#!/bin/sh\nread line\n")
    (tmp_path / "FRED").chmod(0o755)
    with runferry_process("watch", tmp_path, *_QUIET) as watch:
        with running(["./FRED", "-r", "1", "-p", "m.fred"], tmp_path) as pid:
            told_of(watch, lambda e: e["reason"] == f"FRED is running (pid {pid})")
        stopped = watch.wait_for("run_state_changed", state="stopped")
        expected = f"FRED (pid {pid}) was writing here and has ended and has written nothing"
        assert stopped["reason"] == expected


@pytest.mark.parametrize("watched", [True, False])
def test_fred_job_killed(home: Path, samples: Path, tmp_path: Path, *, watched: bool) -> None:
    """
    Given a fred_job that was seen at work around complete runs
    When it is killed, so that its STATUS says RUNNING for ever, while it is watched or not
    Then the complete runs are done, for that reason, until a job is started there again.
    """
    job = tmp_path / "JOB/1"
    shutil.copytree(samples / "fred-sample-job/RESULTS/JOB/1", job)
    ended_just_now(job / "OUT")
    (job / "WORK").mkdir(exist_ok=True)
    (job / "META/STATUS").write_text("RUNNING\n")
    command = [program(tmp_path / "fred_job"), "-k", "sample"]
    with (
        running(command, job / "WORK") as pid,
        runferry_process("watch", job, *_QUIET) as watch,
    ):
        for run in (1, 3):
            began = told_of(watch, lambda e, run=run: e["run_id"] == run)
            assert (began["state"], began["reason"]) == ("running", "the job is running")
        (job / "OUT/RUN9").mkdir()
        watch.wait_for("run_detected", run_id=9)  # by a later look: the others are saved
        watch.signal(signal.SIGSTOP if watched else signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        if watched:
            watch.signal(signal.SIGCONT)
            check_left(watch, pid)
    if not watched:
        with runferry_process("watch", job, *_QUIET) as watch:
            check_left(watch, pid)
        (job / "META/STATUS").write_text("RUNNING\n")
        with runferry_process("watch", job, *_QUIET) as watch:
            again = told_of(watch, lambda e: e["run_id"] == 1)
            assert (again["state"], again["reason"]) == ("running", "the job is running")


def ended_just_now(out: Path) -> None:
    """The order of its files stays."""
    times = {path: path.stat().st_mtime for path in out.rglob("*")}
    since = time.time() - max(times.values())
    for path, when in times.items():
        os.utime(path, (when + since, when + since))


def check_left(watch: RunFerryProcess, pid: int) -> None:
    """What is complete is done."""
    for run in (1, 3):
        done = told_of(watch, lambda e, run=run: e["run_id"] == run and e["state"] == "done")
        assert done["reason"] == (
            f"all finish checks hold: fred_job (pid {pid}) has ended before its job had"
        )
