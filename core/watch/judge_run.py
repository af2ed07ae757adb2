"""What one look at a run proves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.finish.finish_rules import FinishRules
from core.finish.rule import Evidence
from core.finish.run_state import Patience
from core.finish.running import unless_dead
from core.ports.tree import FileSample, SampleRequest, Scan
from core.source.stored_part import as_of_scan
from core.watch.stored_fingerprints import StoredFingerprints
from core.watch.watched_run import WatchedRun
from core.watch.writers import Writers


@dataclass(frozen=True)
class WatchPolicy:
    """Seconds that a finished run must be quiet, and after which an unfinished one is stalled.

    Rules that have a time of their own stand in `quiet_by_rule`, by their names.
    """

    quiet_seconds: float
    stall_seconds: float
    quiet_by_rule: Mapping[str, float] = field(default_factory=dict[str, float])


class JudgeRun:
    """By the finish rule, the processes that write there, and how it was stored last."""

    def __init__(
        self, rules: FinishRules, policy: WatchPolicy, writers: Writers, stored: StoredFingerprints
    ) -> None:
        self._rules = rules
        self._policy = policy
        self._writers = writers
        self._stored = stored

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """What it needs to have read of this run."""
        return self._rules.of(scan.path).requests(scan)

    def __call__(
        self,
        run: WatchedRun,
        scan: Scan,
        samples: Mapping[str, FileSample],
        at: float,
        now: datetime,
    ) -> None:
        """Has the run record what was seen at monotonic `at`, wall clock `now`."""
        rule = self._rules.of(run.path)
        run.track = replace(run.track, uploaded=self._uploaded(scan))
        quiet = self._policy.quiet_by_rule.get(rule.name, self._policy.quiet_seconds)
        settle = rule.settle_seconds(quiet, run.track.longest_pause)
        run.note_change(scan, at, settle)
        here = self._writers.of(run.path, rule.named_processes(scan, samples))
        ended = run.writers.ended(here, self._writers.have_ended, at)
        job = run.writers.dead_job(self._writers.job_of(rule, run.path), self._writers.have_ended)
        evidence = Evidence(scan, samples, here, run.proof, ended, job)
        verdict = unless_dead(rule.judge(evidence), evidence, rule.program)
        run.record(scan, verdict, Patience(settle, self._policy.stall_seconds), at, now)

    def _uploaded(self, scan: Scan) -> str | None:
        stored = self._stored.fingerprint(scan.path)
        return stored and as_of_scan(stored, scan, self._rules.kind_of(scan.path))
