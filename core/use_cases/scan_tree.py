"""Look at a tree once."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.finish.rule import Check, FinishRule, Outcome
from core.model import run_number
from core.ports.tree import TreeScanner
from core.run_state import RunState

_STATES = {
    Outcome.EMPTY: RunState.NEW,
    Outcome.RUNNING: RunState.WRITING,
    Outcome.COMPLETE: RunState.FINISHED,
    Outcome.FAILED: RunState.FAILED,
}


@dataclass(frozen=True)
class ScannedRun:
    """One RUN directory in one look: it has not been watched, so nothing has settled."""

    path: str
    run_id: int
    state: RunState
    reason: str
    files: int
    bytes: int
    checks: tuple[Check, ...] = ()


class ScanTree:
    """Finds the RUN directories of a tree and judges each."""

    def __init__(self, scanner: TreeScanner, rule: FinishRule) -> None:
        self._scanner = scanner
        self._rule = rule

    def __call__(self, root: str) -> Iterator[ScannedRun]:
        """One by one in natural order. Raises InvalidResultsDirectoryError."""
        for path in self._scanner.find_runs(root):
            if run := self._look_at(path):
                yield run

    def _look_at(self, path: str) -> ScannedRun | None:
        scan = self._scanner.scan(path)
        if scan is None:
            return None
        verdict = self._rule.judge(scan, self._scanner.sample(path, self._rule.requests))
        number = run_number(path.rpartition("/")[2]) or 0
        state, reason = _STATES[verdict.outcome], verdict.reason
        if not scan.complete:
            state, reason = RunState.WRITING, f"cannot be read: {scan.problems[0]}"
        return ScannedRun(path, number, state, reason, scan.files, scan.bytes, verdict.checks)
