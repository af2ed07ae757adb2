"""One look at a tree."""

from collections.abc import Sequence
from pathlib import Path

from core.finish.profiles import finish_rule
from core.ports.processes import Process, Processes
from core.run_state import RunState
from core.settings import WatchSettings
from core.use_cases.scan_tree import ScanTree
from storage.tree_scanner import FileTreeScanner
from tests.fakes.tree import FakeRunDirectory, FakeTree, FakeTreeScanner, ToldRule


class TheseProcesses(Processes):
    """Counts how often it was asked."""

    def __init__(self, *processes: Process) -> None:
        self._processes = processes
        self.asked: list[str] = []

    def running(self, program: str) -> Sequence[Process]:
        self.asked.append(program)
        return self._processes


def test_live_processes_are_evidence(tmp_path: Path) -> None:
    """FRED at work in one of many runs; the system is asked once for all of them."""
    for number in range(1, 12):
        (tmp_path / f"OUT/RUN{number}").mkdir(parents=True)
    processes = TheseProcesses(Process(7, ("-r", "10"), str(tmp_path.resolve())))
    scan_tree = ScanTree(FileTreeScanner(), finish_rule(WatchSettings()), processes)
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
    list(ScanTree(FileTreeScanner(), finish_rule(WatchSettings("quiet")), processes)(str(tmp_path)))
    assert processes.asked == []


def test_problems_are_told() -> None:
    """What could not be looked into may hold runs: it is said, and the others are still shown."""
    tree = FakeTree(
        runs={"/data/fred-out/RUN1": FakeRunDirectory()},
        unreadable={"/data/fred-out/x": "Permission denied"},
    )
    told: list[tuple[str, str]] = []
    scan_tree = ScanTree(FakeTreeScanner(tree), ToldRule(tree), TheseProcesses())
    runs = list(scan_tree("/data/fred-out", lambda path, why: told.append((path, why))))
    assert told == [("/data/fred-out/x", "Permission denied")]
    assert [run.state for run in runs] == [RunState.DONE]
    assert scan_tree.rule == "told"


def test_an_incomplete_look_proves_nothing() -> None:
    """A run that could not be read whole is not finished."""
    run = FakeRunDirectory(problems=("data: Permission denied",))
    tree = FakeTree(runs={"/data/fred-out/RUN1": run})
    (found,) = ScanTree(FakeTreeScanner(tree), ToldRule(tree), TheseProcesses())("/data/fred-out")
    assert found.state is RunState.RUNNING
    assert found.reason == "cannot be read: data: Permission denied"
