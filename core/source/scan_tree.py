"""Look at a tree once."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.errors import in_words
from core.finish.rule import Check, Evidence, FinishRule, Verdict
from core.finish.run_state import RunState, still_for
from core.model import run_number
from core.ports.clock import Clock
from core.ports.processes import Process, Processes
from core.ports.tree import Scan, TreeScanner
from core.printable import one_line

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScannedRun:
    """One RUN directory in one look: it has not been watched, so nothing has settled.

    `files` and `bytes` are None where it could not be looked at.
    """

    path: str
    run_id: int
    state: RunState
    reason: str
    files: int | None = None
    bytes: int | None = None
    checks: tuple[Check, ...] = ()


class ScanTree:
    """Finds the RUN directories of a tree and judges each."""

    def __init__(
        self,
        scanner: TreeScanner,
        rule: FinishRule,
        processes: Processes,
        clock: Clock,
        stall_seconds: float,
    ) -> None:
        self._scanner = scanner
        self._rule = rule
        self._processes = processes
        self._clock = clock
        self._stall_seconds = stall_seconds

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
            try:
                run = self._look_at(path, processes)
            except Exception as error:  # noqa: BLE001 - whatever it was, the others are looked at
                _log.exception("a run could not be looked at")
                run = _not_looked_at(path, error)
            if run:
                yield run

    def _look_at(self, path: str, processes: Sequence[Process]) -> ScannedRun | None:
        scan = self._scanner.scan(path)
        if scan is None:
            return None
        samples = self._scanner.sample(path, self._rule.requests)
        verdict = self._rule.judge(Evidence(scan, samples, processes))
        state, reason = RunState(verdict.outcome), verdict.reason
        if not scan.complete:
            state, reason = RunState.SCANNING, f"cannot be read: {scan.problems[0]}"
        elif state is RunState.RUNNING and self._has_stalled(scan, verdict):
            state = RunState.STALLED
        return ScannedRun(
            path, _number(path), state, reason, scan.files, scan.bytes, verdict.checks
        )

    def _has_stalled(self, scan: Scan, verdict: Verdict) -> bool:
        still = still_for(scan, self._clock.now())
        return still >= self._stall_seconds and not verdict.alive


def _number(path: str) -> int:
    return run_number(path.rpartition("/")[2]) or 0


def _not_looked_at(path: str, error: Exception) -> ScannedRun:
    reason = f"could not be looked at: {one_line(in_words(error))}"
    return ScannedRun(path, _number(path), RunState.OFFLINE, reason)
