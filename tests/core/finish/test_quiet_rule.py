"""Simulators that leave no sign."""

import pytest

from core.finish.quiet import QuietRule
from core.finish.rule import Evidence, Outcome, Verdict
from core.ports.processes import Process
from core.ports.tree import EntryType, Scan, TreeEntry
from core.settings import RuleKind, RuleSettings

RULE = RuleSettings(
    "mine", RuleKind.QUIET, absent=("*.lock",), min_files=2, program="sim", ignore=("*.png",)
)
HOUR = 3600.0


def judge(
    *names: str,
    pid: int = 0,
    type: EntryType = EntryType.FILE,  # noqa: A002 - the field's name
    empty: str = "",
) -> Verdict:
    entries = [TreeEntry(name, type, int(name != empty), 0, 0o644) for name in names]
    processes = [Process(pid, (), "/x/RUN1")] if pid else []
    return QuietRule(RULE).judge(Evidence(Scan.of("/x/RUN1", entries, "f"), {}, processes))


@pytest.mark.parametrize(
    ("names", "outcome", "reason"),
    [
        ([], Outcome.RUNNING, "nothing written yet, which is normal"),
        (["a"], Outcome.RUNNING, "there are 1 of 2 results that are not empty"),
        (["a", ".DS_Store", "slurm-1.out"], Outcome.RUNNING, "there are 1 of 2 results"),
        (["a", "b.png"], Outcome.RUNNING, "there are 1 of 2 results"),
        (["a", "b"], Outcome.DONE, "complete if it stays as it is"),
        (["a", "b", "c/d.lock"], Outcome.RUNNING, "c/d.lock is there"),
    ],
)
def test_outcomes(names: list[str], outcome: Outcome, reason: str) -> None:
    """Enough files and nothing unfinished; the quiet period does the rest."""
    verdict = judge(*names)
    assert verdict.outcome is outcome
    assert reason in verdict.reason
    assert [check.name for check in verdict.checks] == [
        "no process writes here", "enough files", "nothing unfinished",
    ]  # fmt: skip


def test_what_is_empty_is_no_result() -> None:
    """A log that was begun, and a file that only marks a beginning."""
    assert judge("log", "started", empty="started").outcome is Outcome.RUNNING


def test_directories_alone_are_nothing() -> None:
    """A run that has made its directories has no results yet."""
    assert judge("a", "b", type=EntryType.DIRECTORY).outcome is Outcome.RUNNING


@pytest.mark.parametrize("names", [(), ("a", "b")])
def test_live_program(names: tuple[str, ...]) -> None:
    """A program at work is proof that it goes on, before and after it wrote something."""
    verdict = judge(*names, pid=9)
    assert (verdict.outcome, verdict.reason) == (Outcome.RUNNING, "sim is running (pid 9)")
    assert verdict.alive


@pytest.mark.parametrize(
    ("quiet", "pause", "settle"),
    [
        (900, 0, 900),
        (900, 300, 900),
        (900, 301, 903),
        (900, 2 * HOUR, 6 * HOUR),
        (900, 50 * HOUR, 6 * HOUR),
        (8 * HOUR, 50 * HOUR, 8 * HOUR),
    ],
)
def test_waits_longer_than_it_ever_paused(quiet: float, pause: float, settle: float) -> None:
    """Three times the longest pause, at most six hours unless the user set more."""
    assert QuietRule(RULE).settle_seconds(quiet, pause) == settle
