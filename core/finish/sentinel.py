"""The finish rule for simulators that leave a marker file."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from core.finish.bystanders import results_but
from core.finish.conditions import EMPTY, Conditions
from core.finish.markers import Answer, Found, Look, MarkerReader
from core.finish.pid_file import NamedProcess, PidFile
from core.finish.rule import Check, Evidence, Outcome, Verdict, first_failing
from core.finish.running import working_places
from core.ports.processes import Process
from core.ports.tree import FileSample, SampleRequest, Scan
from core.settings import Require, RuleSettings

_MOST_NAMED = 3


class SentinelRule:
    """Failed when one failure marker counts, else complete when one success marker (or each) does.

    A success marker with other content than it should have may still be written: that is no
    failure. Whoever knows what a failure looks like names a failure marker.
    """

    job = None

    def __init__(self, rule: RuleSettings) -> None:
        self.name = rule.name
        self.program = rule.program
        self._pid_file = PidFile(rule.pid_file)
        self._conditions = Conditions(rule)
        self._failure = [MarkerReader(marker) for marker in rule.failure]
        self._success = [MarkerReader(marker, awaited=True) for marker in rule.success]
        self._succeeds = _together if rule.require is Require.ALL else _any
        pid_file = (rule.pid_file,) if rule.pid_file else ()
        self._results = results_but((*rule.ignore, *pid_file))

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """What its markers say, and its pid file."""
        readers = (*self._failure, *self._success)
        asked = (reader.requests(scan) for reader in (*readers, self._pid_file))
        return tuple(dict.fromkeys(chain.from_iterable(asked)))

    def places_of(self, process: Process) -> Sequence[str]:
        """Where it works, and what its arguments name."""
        return working_places(process)

    def named_processes(
        self, scan: Scan, samples: Mapping[str, FileSample]
    ) -> Sequence[NamedProcess]:
        """By its pid file."""
        return [*filter(None, [self._pid_file.process(scan, samples)])]

    def judge(self, evidence: Evidence) -> Verdict:
        """Failure outranks success; a live program outranks both."""
        idle = self._conditions.idle(evidence)
        bad, good = (
            [Found(reader, reader.find(evidence.scan, evidence.samples)) for reader in readers]
            for readers in (self._failure, self._success)
        )
        is_result = self._is_result_of(evidence.scan)
        look = Look(evidence.scan, evidence.proof, is_result, [*bad, *good])
        failed = [_any(look, [found]) for found in bad]
        done = self._succeeds(look, good)
        success = Check("success marker", done.counts, done.reason)
        on_files = list(self._conditions.on_files(evidence.scan))
        checks = (idle, *map(_no_failure, failed), success, *on_files)
        outcome, reason = _outcome(evidence, idle, failed, [success, *on_files])
        final = outcome is Outcome.FAILED  # by a marker that counts
        proof = _proof(evidence, [*failed, done])
        return Verdict(outcome, reason, checks, alive=not idle.passed, final=final, proof=proof)

    def settle_seconds(self, quiet_seconds: float, longest_pause: float) -> float:
        """The marker is the proof: pauses mean nothing."""
        return quiet_seconds

    def _is_result_of(self, scan: Scan) -> Callable[[str], bool]:
        files = [reader.files for reader in (*self._failure, *self._success)]
        return lambda path: self._results(path) or any(f.one_of(scan, path) for f in files)


def _any(look: Look, found: Sequence[Found]) -> Answer:
    """The one that counts, else one that is there without counting, else all that are missed."""
    answers: list[Answer] = []
    for each in found:
        answers += [
            look.judge([finding], [each])
            if finding.says_so
            else Answer(False, finding.reason, True)
            for finding in each.findings
        ] or [Answer(False, look.missing(each))]
    return (
        next((answer for answer in answers if answer.counts), None)
        or next((answer for answer in answers if answer.doubtful), None)
        or Answer(False, _or([answer.reason for answer in answers]))
    )


def _or(reasons: Sequence[str]) -> str:
    if len(reasons) > _MOST_NAMED:
        return f"{reasons[0]}, nor {len(reasons) - 1} others"
    return " or ".join(reasons)


def _together(look: Look, found: Sequence[Found]) -> Answer:
    """All of them; else what one lacks, if possible of a file that certainly is the simulator's."""
    if lacking := [each for each in found if not each.suffices]:
        told = max(lacking, key=lambda each: bool(each.reader.knows_its_files and each.findings))
        reason = next((finding.reason for finding in told.findings if not finding.says_so), None)
        return Answer(False, reason or look.missing(told), doubtful=bool(told.findings))
    chosen = list(chain.from_iterable(each.chosen for each in found))
    return look.judge(chosen, found) if chosen else Answer(False, look.missing(found[0]))


def _proof(evidence: Evidence, answers: Sequence[Answer]) -> str:
    """Of what counts; else what has become of the one that is remembered, which may come back."""
    counting = [answer.proof for answer in answers if answer.counts and answer.proof]
    return next(chain(counting, (a.proof for a in answers if a.proof)), evidence.proof)


def _outcome(
    evidence: Evidence, idle: Check, failed: Sequence[Answer], wanted: Sequence[Check]
) -> tuple[Outcome, str]:
    if not idle.passed:
        return Outcome.RUNNING, idle.reason
    if failure := next((answer for answer in failed if answer.counts), None):
        return Outcome.FAILED, failure.reason
    if not wanted[0].passed and not evidence.scan.files:
        return Outcome.RUNNING, EMPTY
    if why := first_failing(wanted):
        return Outcome.RUNNING, why
    return Outcome.DONE, wanted[0].reason


def _no_failure(answer: Answer) -> Check:
    return Check("no failure marker", not answer.counts, answer.reason)
