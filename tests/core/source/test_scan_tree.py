"""One look at a tree."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from core.finish.finish_rules import FinishRules
from core.finish.profiles import finish_rule
from core.finish.rule import FinishRule, Outcome
from core.finish.run_state import RunState
from core.ports.processes import Process, Processes
from core.ports.tree import TreeScanner
from core.settings import WatchSettings
from core.source.scan_tree import ScanTree
from storage.tree.tree_scanner import FileTreeScanner
from tests.builders import ROOT
from tests.fakes.clock import FixedClock
from tests.fakes.tree import FakeRunDirectory, FakeTree, FakeTreeScanner, ToldRule

STALL = 3600.0


class TheseProcesses(Processes):
    """Counts how often it was asked."""

    def __init__(self, *processes: Process) -> None:
        self._processes = processes
        self.asked: list[str] = []

    def running(self, program: str) -> Sequence[Process]:
        self.asked.append(program)
        return self._processes

    def of_id(self, pid: int, written_at: float) -> Process | None:
        return None

    def has_ended(self, process: Process) -> bool:
        return False


def scan_of(
    scanner: TreeScanner, rule: FinishRule, *, processes: Processes | None = None, at: float = 0.0
) -> ScanTree:
    """At a fixed moment, or so many seconds after it."""
    clock = FixedClock()
    clock.advance(at)
    return ScanTree(scanner, FinishRules.only(rule), processes or TheseProcesses(), clock, STALL)


def test_live_processes_are_evidence(tmp_path: Path) -> None:
    """FRED at work in one of many runs; the system is asked once for all of them."""
    for number in range(1, 12):
        (tmp_path / f"OUT/RUN{number}").mkdir(parents=True)
    processes = TheseProcesses(Process(7, ("-r", "10"), str(tmp_path.resolve())))
    rule = finish_rule(WatchSettings())
    scan_tree = scan_of(FileTreeScanner(), rule, processes=processes)
    runs = list(scan_tree(str(tmp_path)))
    assert [run.run_id for run in runs] == list(range(1, 12))
    (live,) = (run for run in runs if "nothing written yet" not in run.reason)
    assert (live.run_id, live.state, live.reason) == (
        10,
        RunState.RUNNING,
        "FRED is running (pid 7)",
    )
    assert processes.asked == ["FRED"]


def test_a_rule_without_a_program(tmp_path: Path) -> None:
    """Nobody is asked for processes that no rule wants."""
    (tmp_path / "RUN1").mkdir()
    processes = TheseProcesses()
    rule = finish_rule(WatchSettings("quiet"))
    list(scan_of(FileTreeScanner(), rule, processes=processes)(str(tmp_path)))
    assert processes.asked == []


def test_problems_are_told() -> None:
    """What could not be looked into may hold runs: it is said, and the others are still shown."""
    tree = FakeTree(
        runs={"/data/fred-out/RUN1": FakeRunDirectory()},
        unreadable={"/data/fred-out/x": "Permission denied"},
    )
    told: list[tuple[str, str]] = []
    scan_tree = scan_of(FakeTreeScanner(tree), ToldRule(tree))
    runs = list(scan_tree("/data/fred-out", lambda path, why: told.append((path, why))))
    assert told == [("/data/fred-out/x", "Permission denied")]
    assert [run.state for run in runs] == [RunState.DONE]
    assert {run.rule for run in runs} == {"told"}


def test_an_incomplete_look_proves_nothing() -> None:
    """A run that could not be read whole is not finished."""
    run = FakeRunDirectory(problems=("data: Permission denied",))
    tree = FakeTree(runs={"/data/fred-out/RUN1": run})
    (found,) = scan_of(FakeTreeScanner(tree), ToldRule(tree))("/data/fred-out")
    assert found.state is RunState.SCANNING
    assert found.reason == "cannot be read: data: Permission denied"


@pytest.mark.parametrize(
    ("ago", "outcome", "state"),
    [
        (timedelta(hours=1), Outcome.RUNNING, RunState.STALLED),
        (timedelta(minutes=59), Outcome.RUNNING, RunState.RUNNING),
        (timedelta(days=-1), Outcome.RUNNING, RunState.RUNNING),
        (None, Outcome.RUNNING, RunState.RUNNING),
        (timedelta(days=300), Outcome.DONE, RunState.DONE),
        (timedelta(days=300), Outcome.FAILED, RunState.FAILED),
        (timedelta(days=300), Outcome.STOPPED, RunState.STOPPED),
    ],
)
def test_still_for_long(ago: timedelta | None, outcome: Outcome, state: RunState) -> None:
    """What is not done and was written last before the stall time has stalled at first sight."""
    written = None if ago is None else FixedClock().now() - ago
    tree = FakeTree(runs={f"{ROOT}/RUN1": FakeRunDirectory(outcome=outcome, written=written)})
    (found,) = scan_of(FakeTreeScanner(tree), ToldRule(tree))(ROOT)
    assert found.state is state


def test_a_run_that_cannot_be_looked_at() -> None:
    """It is shown with the reason and no state is claimed; the others are looked at."""
    tree = FakeTree(runs={f"{ROOT}/RUN{number}": FakeRunDirectory() for number in (1, 2)})
    scanner = FakeTreeScanner(tree)
    tree.failing = {f"{ROOT}/RUN1": RecursionError("too deep")}
    bad, good = scan_of(scanner, ToldRule(tree))(ROOT)
    assert (bad.state, bad.files, bad.bytes) == (RunState.OFFLINE, None, None)
    assert bad.reason == "could not be looked at: Unexpected RecursionError: too deep"
    assert good.state is RunState.DONE
