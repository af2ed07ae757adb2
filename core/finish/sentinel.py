"""The finish rule for simulators that leave a marker file."""

from collections.abc import Sequence

from core.finish.conditions import EMPTY, Conditions
from core.finish.markers import Answer, FileTimes, MarkerReader
from core.finish.rule import Check, Evidence, Outcome, Verdict, first_failing
from core.finish.running import working_directory
from core.ports.processes import Process
from core.settings import RuleSettings


class SentinelRule:
    """Failed when one failure marker counts, else complete when one success marker does.

    A success marker with other content than it should have may still be written: that is no
    failure. Whoever knows what a failure looks like names a failure marker.
    """

    def __init__(self, rule: RuleSettings) -> None:
        self.name = rule.name
        self.program = rule.program
        self._conditions = Conditions(rule)
        self._failure = [MarkerReader(marker) for marker in rule.failure]
        self._success = [MarkerReader(marker, awaited=True) for marker in rule.success]
        readers = (*self._failure, *self._success)
        self.requests = tuple(dict.fromkeys(reader.request for reader in readers))
        self._names = frozenset(reader.marker.file for reader in readers)

    def directory_of(self, process: Process) -> str:
        """Where it works."""
        return working_directory(process)

    def judge(self, evidence: Evidence) -> Verdict:
        """Failure outranks success; a live program outranks both."""
        idle = self._conditions.idle(evidence)
        times = FileTimes.of(evidence.scan, self._names)
        failed = _answers(self._failure, times, evidence)
        done = _answers(self._success, times, evidence)
        success = _success(done)
        on_files = list(self._conditions.on_files(evidence.scan))
        checks = (idle, *map(_no_failure, failed), success, *on_files)
        outcome, reason = _outcome(evidence, idle, failed, [success, *on_files])
        final = outcome is Outcome.FAILED  # by a marker that counts: nothing is newer
        return Verdict(outcome, reason, checks, alive=not idle.passed, final=final)

    def settle_seconds(self, quiet_seconds: float, longest_pause: float) -> float:
        """The marker is the proof: pauses mean nothing."""
        return quiet_seconds


def _answers(
    readers: Sequence[MarkerReader], times: FileTimes, evidence: Evidence
) -> Sequence[Answer]:
    return [r.read(times, evidence.samples.get(r.marker.file)) for r in readers]


def _outcome(
    evidence: Evidence, idle: Check, failed: Sequence[Answer], wanted: Sequence[Check]
) -> tuple[Outcome, str]:
    if not idle.passed:
        return Outcome.RUNNING, idle.reason
    if not evidence.scan.files:
        return Outcome.RUNNING, EMPTY
    if failure := next((answer for answer in failed if answer.counts), None):
        return Outcome.FAILED, failure.reason
    if why := first_failing(wanted):
        return Outcome.RUNNING, why
    return Outcome.DONE, wanted[0].reason


def _no_failure(answer: Answer) -> Check:
    return Check("no failure marker", not answer.counts, answer.reason)


def _success(answers: Sequence[Answer]) -> Check:
    """The one that counts, else one that is there without counting, else all that are missed."""
    best = next((a for a in answers if a.counts), None) or next(
        (a for a in answers if a.doubtful), None
    )
    reason = best.reason if best else " or ".join(answer.reason for answer in answers)
    return Check("success marker", bool(best and best.counts), reason)
