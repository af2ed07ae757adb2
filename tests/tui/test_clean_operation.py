"""What is listed before runs of this machine go, and what becomes of them one by one."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.clean.local_runs import LocalRuns
from core.errors import StoreConnectionError, TransferCancelledError
from core.finish.finish_rules import FinishRules
from core.finish.run_state import RunState
from core.run_view import RunView
from core.source.scan_tree import ScanTree
from core.threads import Deadline
from tests.builders import a_run_view
from tests.core.bench import RUN4
from tests.core.clean.clean_bench import CleanBench
from tests.fakes.tree import FakeRunDirectory, ToldRule
from tests.tui.builders import Stage, a_stage
from tests.tui.fakes import NoProcesses
from tui.composition.late_parts import LateParts
from tui.parts.cleaning import Cleaning
from tui.screens.clean_operation import clean_operation
from tui.screens.typed import Operation, Outcome, Steps
from tui.services import AppServices

RUN5 = "/data/flu/OUT/RUN5"


class CleanStage:
    """Runs 4 and 5 are stored, and seen by a watch to have ended."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.bench = bench = CleanBench({RUN4: {"LOG": b"four"}, RUN5: {"LOG": b"five!"}})
        for path in (RUN4, RUN5):
            bench.ferry(path)
            stage.tree.runs[path] = FakeRunDirectory()
        rules = FinishRules.only(ToldRule(stage.tree))
        scan_tree = ScanTree(bench.scanner, rules, NoProcesses(), bench.clock, 3600.0)
        self.cleaning = Cleaning(
            LocalRuns(bench.scanner, scan_tree, bench.journal),
            bench.prove_run,
            bench.clean,
            bench.finish,
            lambda path: path,
            must_read=False,
        )
        parts = LateParts({"Cleaning": lambda: self.cleaning})
        self.services: AppServices = replace(stage.services(), part=parts)
        self.runs: list[RunView] = [
            replace(a_run_view(path.rpartition("/")[2]), path=path) for path in (RUN4, RUN5)
        ]

    def asked(self) -> Operation:
        return clean_operation(self.services, self.runs, Steps("Comparing", len(self.runs)))

    def lines(self) -> list[str]:
        return ["".join(text for text, _ in line) for line in self.asked().lines]

    def done(self, operation: Operation, steps: Steps) -> Outcome:
        assert operation.do
        return operation.do(steps)

    def told(self) -> list[tuple[str, str]]:
        """What Activity has of it."""
        self.stage.activity.close(Deadline(10, self.stage.clock))
        entries = self.stage.activity_log.after(0)
        return [(entry.level, entry.subject) for entry in entries if entry.kind == "deletion"]


@pytest.fixture
def stage() -> Iterator[CleanStage]:
    stage = a_stage()
    yield CleanStage(stage)
    stage.end()


def test_listed(stage: CleanStage) -> None:
    """What goes, and what stays and why: also what only the watch knows."""
    stage.runs[0] = replace(stage.runs[0], state=RunState.SETTLING, reason="if it stays so")
    assert stage.lines() == [
        "Delete RUN5 on this machine: 1 file, 5 B",
        "~/store has all of it, as each file was just read.",
        "In the store nothing changes: it is browsed and downloaded as before.",
        " RUN5  5 B  version 1",
        " RUN4 stays: it is settling: if it stays so",
    ]
    assert (stage.asked().name, stage.bench.runs()) == ("RUN5", ["RUN4", "RUN5"])
    stage.bench.contents[RUN5]["LOG"] = b"more"
    assert stage.lines()[0] == "None of this is provably in the store."
    assert stage.asked().do is None


def test_each_for_itself(stage: CleanStage) -> None:
    """One that was written meanwhile keeps no other one."""
    operation = stage.asked()
    stage.bench.contents[RUN4]["LOG"] = b"more"
    outcome = stage.done(operation, Steps("Deleting", 2))
    assert outcome.said == "Deleted RUN5 here: 5 B freed"
    assert outcome.failure
    assert outcome.failure.kept == "Nothing of it was touched."
    assert stage.bench.runs() == ["RUN4"]
    assert stage.told() == [("error", "job 1 · run 4"), ("success", "job 1 · run 5")]


def test_stopped(stage: CleanStage) -> None:
    """What is being deleted is let end."""
    steps = Steps("Deleting", 2)
    stage.bench.removal.when_moved = steps.cancel
    assert stage.done(stage.asked(), steps) == Outcome("Deleted RUN4 here: 4 B freed")
    assert (steps.describe(), stage.bench.runs()) == ("Deleting: 1 of 2", ["RUN5"])


def test_store_is_away(stage: CleanStage) -> None:
    """Then nothing more is tried."""
    operation = stage.asked()
    stage.bench.store.fail_next("excerpt", StoreConnectionError("No answer."))
    outcome = stage.done(operation, Steps("Deleting", 2))
    assert (outcome.said, stage.bench.runs()) == ("Nothing was deleted", ["RUN4", "RUN5"])
    assert outcome.failure
    assert outcome.failure.what == "No answer."


def test_nobody_wants_to_know(stage: CleanStage) -> None:
    """Who leaves while the files are read has that end."""
    looking = Steps("Comparing", 2)
    looking.cancel()
    with pytest.raises(TransferCancelledError):
        clean_operation(stage.services, stage.runs, looking)
