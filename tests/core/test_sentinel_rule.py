"""Marker files."""

from core.finish.rule import Outcome, Verdict
from core.finish.sentinel import SentinelRule
from core.ports.tree import EntryType, Scan, TreeEntry

SECOND = 1_000_000_000


def judge(**files: int) -> Verdict:
    """`files` maps a name to its mtime in seconds."""
    entries = tuple(
        TreeEntry(name, EntryType.FILE, 1, when * SECOND, 0o644) for name, when in files.items()
    )
    scan = Scan("/x/RUN1", entries, len(entries), len(entries), "f", ())
    return SentinelRule(["DONE"], ["FAILED"]).judge(scan, {})


def test_outcomes() -> None:
    """Success, failure, neither, nothing."""
    assert judge(data=1, DONE=2).outcome is Outcome.COMPLETE
    assert judge(data=1, FAILED=2).outcome is Outcome.FAILED
    assert judge(data=1).outcome is Outcome.RUNNING
    assert judge().outcome is Outcome.EMPTY


def test_failure_outranks_success() -> None:
    """Both there: failed."""
    assert judge(data=1, DONE=2, FAILED=2).outcome is Outcome.FAILED


def test_stale_marker() -> None:
    """A marker older than the data is left over from an earlier run; 2 s are forgiven."""
    verdict = judge(data=10, DONE=7)
    assert verdict.outcome is Outcome.RUNNING
    assert "earlier run" in verdict.reason
    assert judge(data=10, DONE=8).outcome is Outcome.COMPLETE
