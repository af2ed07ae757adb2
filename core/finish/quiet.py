"""The finish rule for simulators that leave no sign: they have been still for long."""

from collections.abc import Mapping, Sequence

from core.finish.conditions import EMPTY, Conditions
from core.finish.pid_file import NamedProcess, PidFile
from core.finish.rule import Evidence, Outcome, Verdict, first_failing
from core.finish.running import working_places
from core.ports.processes import Process
from core.ports.tree import FileSample, SampleRequest, Scan
from core.settings import RuleSettings

_PAUSES = 3
_LONGEST_WAIT = 6 * 3600.0


class QuietRule:
    """Complete at every look that meets the conditions: the quiet period is the proof.

    It is wrong about a simulator that pauses for longer than that and goes on.
    """

    job = None

    def __init__(self, rule: RuleSettings) -> None:
        self.name = rule.name
        self.program = rule.program
        self._pid_file = PidFile(rule.pid_file)
        self._conditions = Conditions(rule)

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """Its pid file."""
        return self._pid_file.requests(scan)

    def places_of(self, process: Process) -> Sequence[str]:
        """Where it works, and what its arguments name."""
        return working_places(process)

    def named_processes(
        self, scan: Scan, samples: Mapping[str, FileSample]
    ) -> Sequence[NamedProcess]:
        """By its pid file."""
        return [*filter(None, [self._pid_file.process(scan, samples)])]

    def judge(self, evidence: Evidence) -> Verdict:
        """The verdict; needs no file contents."""
        idle = self._conditions.idle(evidence)
        checks = (idle, *self._conditions.on_files(evidence.scan))
        if idle.passed and not evidence.scan.files:
            return Verdict(Outcome.RUNNING, EMPTY, checks)
        if why := first_failing(checks):
            return Verdict(Outcome.RUNNING, why, checks, alive=not idle.passed)
        return Verdict(Outcome.DONE, "complete if it stays as it is", checks, by_pause=True)

    def settle_seconds(self, quiet_seconds: float, longest_pause: float) -> float:
        """Three times the longest pause, up to 6 h, where the user set less."""
        return max(quiet_seconds, min(_PAUSES * longest_pause, _LONGEST_WAIT))
