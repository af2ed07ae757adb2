"""Look at a tree once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.finish.rule import Check, Evidence, FinishRule
from core.model import run_number
from core.ports.processes import Process, Processes
from core.ports.tree import TreeScanner
from core.run_state import RunState


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

    def __init__(self, scanner: TreeScanner, rule: FinishRule, processes: Processes) -> None:
        self._scanner = scanner
        self._rule = rule
        self._processes = processes

    @property
    def rule(self) -> str:
        """The name of the rule that judges."""
        return self._rule.name

    def __call__(
        self, root: str, on_problem: Callable[[str, str], None] = lambda path, why: None
    ) -> Iterator[ScannedRun]:
        """One by one in natural order. Raises InvalidResultsDirectoryError.

        `on_problem(path, why)` hears of directories that could not be looked into, before the
        first run.
        """
        found = self._scanner.find_runs(root)
        for path, why in found.problems.items():
            on_problem(path, why)
        processes = self._processes.running(self._rule.program) if self._rule.program else ()
        for path in found.runs:
            if run := self._look_at(path, processes):
                yield run

    def _look_at(self, path: str, processes: Sequence[Process]) -> ScannedRun | None:
        scan = self._scanner.scan(path)
        if scan is None:
            return None
        samples = self._scanner.sample(path, self._rule.requests)
        verdict = self._rule.judge(Evidence(scan, samples, processes))
        number = run_number(path.rpartition("/")[2]) or 0
        state, reason = RunState(verdict.outcome), verdict.reason
        if not scan.complete:
            state, reason = RunState.RUNNING, f"cannot be read: {scan.problems[0]}"
        return ScannedRun(path, number, state, reason, scan.files, scan.bytes, verdict.checks)
