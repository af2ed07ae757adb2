"""What one look at a run proves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.finish.rule import Evidence, FinishRule
from core.finish.run_state import Patience
from core.ports.tree import FileSample, SampleRequest, Scan
from core.watch.stored_fingerprints import StoredFingerprints
from core.watch.watched_run import WatchedRun
from core.watch.writers import Writers


@dataclass(frozen=True)
class WatchPolicy:
    """Seconds that a finished run must be quiet, and after which an unfinished one is stalled."""

    quiet_seconds: float
    stall_seconds: float


class JudgeRun:
    """By the finish rule, the processes that write there, and how it was stored last."""

    def __init__(
        self, rule: FinishRule, policy: WatchPolicy, writers: Writers, stored: StoredFingerprints
    ) -> None:
        self._rule = rule
        self._policy = policy
        self._writers = writers
        self._stored = stored

    @property
    def requests(self) -> Sequence[SampleRequest]:
        """What it needs to have read."""
        return self._rule.requests

    def __call__(
        self,
        run: WatchedRun,
        scan: Scan,
        samples: Mapping[str, FileSample],
        at: float,
        now: datetime,
    ) -> None:
        """Has the run record what was seen at monotonic `at`, wall clock `now`."""
        verdict = self._rule.judge(Evidence(scan, samples, self._writers.of(run.path)))
        run.track = replace(run.track, uploaded=self._stored.fingerprint(run.path))
        settle = self._rule.settle_seconds(self._policy.quiet_seconds, run.track.longest_pause)
        run.record(scan, verdict, Patience(settle, self._policy.stall_seconds), at, now)
