"""Look at a tree once."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from core.errors import InvalidResultsDirectoryError, in_words
from core.finish.at_work import AtWork, Writing
from core.finish.finish_rules import FinishRules
from core.finish.rule import Check, Evidence, Reached, Verdict
from core.finish.run_state import RunState, still_for
from core.finish.running import run_finder
from core.ports.clock import Clock
from core.ports.processes import Process, Processes
from core.ports.tree import Scan, TreeScanner
from core.printable import one_line, printable
from core.source.run_places import RunPlaces
from core.source.stored_part import bytes_excluded

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScannedRun:
    """One RUN directory in one look: it has not been watched, so nothing has settled.

    `files`, `bytes` and `scan` are None where it could not be looked at. `rule` is the name of the one that
    judged. `bytes_left_out` of them are excluded by the run kind.
    """

    path: str
    run_id: int
    state: RunState
    reason: str
    files: int | None = None
    bytes: int | None = None
    checks: tuple[Check, ...] = ()
    rule: str = ""
    reached: Reached | None = None
    bytes_left_out: int = 0
    scan: Scan | None = field(default=None, repr=False)


def numbers_by_name(runs: Sequence[str]) -> Mapping[str, int]:
    """For who knows nothing else of them; 0 for one that has none."""
    return {path: RunPlaces().named(path).number or 0 for path in runs}


class ScanTree:
    """Finds the RUN directories of a tree and judges each."""

    def __init__(
        self,
        scanner: TreeScanner,
        rules: FinishRules,
        processes: Processes,
        clock: Clock,
        stall_seconds: float,
    ) -> None:
        self._scanner = scanner
        self._rules = rules
        self._processes = processes
        self._clock = clock
        self._stall_seconds = stall_seconds

    def __call__(
        self,
        root: str,
        on_problem: Callable[[str, str], None] = lambda path, why: None,
        number: Callable[[Sequence[str]], Mapping[str, int]] = numbers_by_name,
    ) -> Iterator[ScannedRun]:
        """One by one in natural order. Raises InvalidResultsDirectoryError.

        `on_problem(path, why)` hears of directories that could not be looked into, before the
        first run. `number` tells the ids of all runs.
        """
        found = self._scanner.find_runs(root)
        for path, why in found.problems.items():
            on_problem(path, why)
        ids = number(found.runs)
        for run in self.looks(found.runs):
            yield replace(run, run_id=ids[run.path])

    def looks(self, runs: Sequence[str]) -> Iterator[ScannedRun]:
        """One by one those that are there, at absolute paths; their ids are not told."""
        return filter(None, map(partial(self._look_at, self._writing(runs)), runs))

    def look_at(self, directory: str) -> ScannedRun:
        """One directory, whatever its name. Raises InvalidResultsDirectoryError when there is none."""
        path = self._scanner.resolve(directory)
        if run := next(self.looks([path]), None):
            return run
        raise InvalidResultsDirectoryError(f"{printable(path)} is no directory.")

    def _writing(self, runs: Sequence[str]) -> Writing:
        resolve = self._scanner.real
        at_work = AtWork(self._rules).again(self._processes, resolve)
        if not at_work.places:
            return {}
        return at_work.writing(run_finder({resolve(run): run for run in runs}))

    def _look_at(self, writing: Writing, path: str) -> ScannedRun | None:
        """None when the directory is gone."""
        try:
            scan = self._scanner.scan(path)
            return self._judged(scan, writing.get(path, ())) if scan else None
        except Exception as error:  # noqa: BLE001 - whatever it was, the others are looked at
            _log.exception("a run could not be looked at")
            return _not_looked_at(path, error)

    def _judged(self, scan: Scan, processes: Sequence[Process]) -> ScannedRun:
        rule = self._rules.of(scan.path)
        samples = self._scanner.sample(scan.path, rule.requests(scan))
        named = (self._processes.of_id(*n) for n in rule.named_processes(scan, samples))
        here, proof = processes or [*filter(None, named)], self._rules.proof_of(scan.path)
        verdict = rule.judge(Evidence(scan, samples, here, proof))
        state, reason = self._state(scan, verdict)
        return ScannedRun(
            scan.path,
            0,
            state,
            reason,
            scan.files,
            scan.bytes,
            verdict.checks,
            rule.name,
            verdict.measure,
            bytes_excluded(scan, self._rules.kind_of(scan.path)),
            scan,
        )

    def _state(self, scan: Scan, verdict: Verdict) -> tuple[RunState, str]:
        if not scan.complete:
            return RunState.SCANNING, f"cannot be read: {scan.problems[0]}"
        if self._has_stalled(scan, verdict):
            return RunState.STALLED, verdict.reason
        return RunState(verdict.outcome), verdict.reason

    def _has_stalled(self, scan: Scan, verdict: Verdict) -> bool:
        if verdict.alive or RunState(verdict.outcome) is not RunState.RUNNING:
            return False
        return still_for(scan, self._clock.now()) >= self._stall_seconds


def _not_looked_at(path: str, error: Exception) -> ScannedRun:
    reason = f"could not be looked at: {one_line(in_words(error))}"
    return ScannedRun(path, 0, RunState.OFFLINE, reason)
