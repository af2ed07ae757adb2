"""A finish rule that adds to another one."""

from collections.abc import Mapping, Sequence

from core.finish.job_process import JobProcess
from core.finish.pid_file import NamedProcess
from core.finish.rule import Evidence, FinishRule, Verdict
from core.ports.processes import Process
from core.ports.tree import FileSample, SampleRequest, Scan


class RuleAround(FinishRule):
    """Says what the rule says; who inherits overrides what it knows better."""

    def __init__(self, rule: FinishRule) -> None:
        self._rule = rule

    @property
    def name(self) -> str:
        """As the rule does."""
        return self._rule.name

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """As the rule does."""
        return self._rule.requests(scan)

    @property
    def program(self) -> str:
        """As the rule does."""
        return self._rule.program

    @property
    def job(self) -> JobProcess | None:
        """As the rule does."""
        return self._rule.job

    def places_of(self, process: Process) -> Sequence[str]:
        """As the rule does."""
        return self._rule.places_of(process)

    def named_processes(
        self, scan: Scan, samples: Mapping[str, FileSample]
    ) -> Sequence[NamedProcess]:
        """As the rule does."""
        return self._rule.named_processes(scan, samples)

    def judge(self, evidence: Evidence) -> Verdict:
        """As the rule does."""
        return self._rule.judge(evidence)

    def settle_seconds(self, quiet_seconds: float, longest_pause: float) -> float:
        """As the rule does."""
        return self._rule.settle_seconds(quiet_seconds, longest_pause)
