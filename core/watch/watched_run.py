"""One run under watch: what was seen of it, and when it has to be looked at again."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zlib import crc32

from core.finish.rule import Outcome, Verdict
from core.finish.run_state import (
    ENDED,
    PROOF,
    Look,
    Patience,
    RunState,
    Track,
    last_write,
    resumed,
    step,
    still_for,
)
from core.kinds.run_names import RunName
from core.ports.journal.watching import WatchedRecord
from core.ports.tree import Scan, may_be_alike
from core.run_view import Expected, RunView
from core.source.run_places import RunPlaces
from core.watch.expected_end import Course, as_days
from core.watch.last_writers import LastWriters

_ACTIVITY_LOOKS = 12
_NEWS_INTERVAL = 5.0
_CLOCKS_AGREE = timedelta(seconds=10)
_COST_FACTOR = 20.0
"""A run is looked at for at most a twentieth of the time, also when it is never still."""


@dataclass(frozen=True)
class Pace:
    """Seconds between two looks: at a live run, at most; at one that has just ended, and later.

    In between, one that has ended is looked at when it was still for twice as long as at the look before.
    """

    live: float
    longest: float
    just_ended: float
    ended: float


LOCAL_PACE = Pace(live=2.0, longest=60.0, just_ended=3600.0, ended=3600.0)
POLLING_PACE = Pace(live=10.0, longest=120.0, just_ended=10.0, ended=600.0)
"""Where no events tell of changes."""


@dataclass
class WatchedRun:
    """Changed by the thread that watches only; `view` is immutable and made anew on a change."""

    path: str
    root: str
    named: RunName | None = None
    number: int = 0
    linked: bool = False
    """No events tell of what happens in it."""
    track: Track = field(default_factory=Track)
    verdict: Verdict = field(default_factory=lambda: Verdict(Outcome.RUNNING, "not looked at yet"))
    device: int = 0
    submitted: str = ""
    due: float = 0.0
    cost: float = 0.0
    looked_at: float = float("-inf")
    settle_seconds: float = 0.0
    changed_at: datetime | None = None
    offline: str = ""
    blind: str = ""
    """Why this run alone could not be looked at; what was known of it before stays."""
    files: int | None = None
    bytes: int | None = None
    old: bool = False
    expected: Expected | None = None
    proof: str = ""
    """What the rule remembers of the last look that saw everything."""
    _told: tuple[str, float] = ("", float("-inf"))
    writers: LastWriters = field(default_factory=LastWriters)
    _course: Course = field(default_factory=Course)
    _whole: int | None = None
    _activity: deque[int] = field(default_factory=lambda: deque(maxlen=_ACTIVITY_LOOKS))
    _view: RunView | None = None

    @property
    def state(self) -> RunState:
        """As it is shown: an offline run keeps its track."""
        return RunState.OFFLINE if self.offline else self.own_state

    @property
    def own_state(self) -> RunState:
        """Whatever is wrong with its root."""
        return RunState.OFFLINE if self.blind else self.track.state

    @property
    def known_state(self) -> RunState | None:
        """Its own state when it was looked at last; None before that."""
        return self.own_state if self.looked_at >= 0 else None

    @property
    def live(self) -> bool:
        """Whether it has to be looked at often without being told to."""
        return self.track.state not in ENDED or self.track.equal_looks < PROOF or not self.quiet

    @property
    def quiet(self) -> bool:
        """Whether it was still for as long as a verdict must hold when it was looked at last."""
        return self.looked_at - self.track.still_since >= self.settle_seconds

    @property
    def settling(self) -> bool:
        """Whether it is about to be said to have ended."""
        return self.state is RunState.SETTLING

    @property
    def settles_at(self) -> float:
        """Monotonic: when it may be said to have ended."""
        return self.track.since + self.settle_seconds

    @property
    def awaits_upload(self) -> bool:
        """Whether it is not stored as it is, nor was queued so by itself; seen twice as it is.

        A failure is told at once, and uploaded when nothing has followed it. What was deleted from
        the store is not missed there.
        """
        missed = self.track.uploaded is None or self.track.state is RunState.CHANGED
        new = missed and self.submitted != self.track.fingerprint
        return new and self.track.equal_looks >= PROOF and self.quiet

    @property
    def has_news(self) -> bool:
        """Whether its reason is another than was told, which may change with each look at a live run."""
        reason, at = self._told
        due = not self.live or self.looked_at - at >= _NEWS_INTERVAL
        return due and self.view.reason != reason

    def note_told(self) -> None:
        """Everybody hears of its state and reason as they are now."""
        self._told = self.view.reason, self.looked_at

    @property
    def view(self) -> RunView:
        """The countdowns are left to those who know the time."""
        if self._view is None:
            self._view = self._make_view()
        return self._view

    def record(
        self, scan: Scan, verdict: Verdict, patience: Patience, at: float, now: datetime
    ) -> None:
        """Takes one look in: at monotonic `at`, wall clock `now`."""
        if scan.problems:
            verdict = replace(verdict, reason=f"cannot be read: {scan.problems[0]}")
        before, first = self.track, self._whole is None
        still = still_for(scan, now) if first else 0.0
        look = Look(at, scan.fingerprint if scan.complete else None, verdict, still)
        self.track = step(before, look, patience)
        self.old = still >= patience.settle if first else self.old and _same(before, self.track)
        self._count(scan)
        self.proof = verdict.proof if scan.complete else self.proof
        self.verdict, self.settle_seconds = verdict, patience.settle
        self._foresee(at, now)
        self.offline = self.blind = ""
        if first:
            self.changed_at = _known_change(scan, now)
        elif self.track.fingerprint != before.fingerprint:
            self.changed_at = now
        self._view = None

    def note_change(self, scan: Scan, at: float, settle: float) -> None:
        """Whether the scan shows a change matters to what the end of its writers proves."""
        if scan.complete and scan.fingerprint != self.track.fingerprint:
            self.writers.note_change(self.track.since, self.looked_at, at, settle)

    def _foresee(self, at: float, now: datetime) -> None:
        """What is not running goes by no pace; its days may begin anew."""
        reached, self.expected = self.verdict.measure, None
        if self.track.state is not RunState.RUNNING or reached is None or self._whole is None:
            self._course = Course()
            return
        done, planned = as_days(reached)
        self._course.note(at, done, self._whole)
        self.expected = self._course.expected(at, now, planned)

    def _count(self, scan: Scan) -> None:
        """What was there when everything was seen for the first time has not grown since."""
        self.files, self.bytes = scan.files, scan.bytes
        if scan.complete:
            grown = 0 if self._whole is None else max(0, scan.bytes - self._whole)
            self._activity.append(grown)
            self._whole = scan.bytes

    def count_as(self, run_id: int) -> None:
        """That is its id from now on."""
        if run_id != self.number:
            self.number, self._view = run_id, None

    def go_offline(self, reason: str) -> None:
        """It cannot be seen: what is known of it stays."""
        self.offline, self.due, self._view = reason, float("inf"), None

    def go_blind(self, reason: str) -> None:
        """It could not be looked at, for a reason of its own."""
        self.blind, self._view = reason, None

    def mark_dirty(self, now: float) -> None:
        """Something happened in it: it is due as soon as it has not just been looked at."""
        self.due = min(self.due, max(now, self.looked_at + _COST_FACTOR * self.cost))

    def schedule(self, pace: Pace, live_cost: float) -> None:
        """Decides when the next look is due, after one at `looked_at`."""
        if self.blind:
            self.due = self.looked_at + max(pace.longest, _COST_FACTOR * self.cost)
            return
        if not self.live:
            still = self.looked_at - self.track.since
            pause = min(max(still, pace.just_ended), pace.ended)
            self.due = self.looked_at + pause * _spread(self.path)
            return
        interval = max(min(pace.live, self.settle_seconds / 2), _COST_FACTOR * live_cost)
        if self.track.state is RunState.SETTLING:
            interval = min(interval, max(0.0, self.settles_at - self.looked_at))
        if self.track.state is RunState.STALLED:
            interval = pace.longest  # writing into open files raises no event
        self.due = self.looked_at + min(interval, pace.longest)

    def remembered(self, at: float, now: datetime) -> WatchedRecord:
        """What the next session has to know."""
        return WatchedRecord(
            path=self.path,
            state=self.track.state.value,
            outcome=self.track.outcome.value,
            fingerprint=self.track.fingerprint or "",
            changed_at=now - timedelta(seconds=max(0.0, at - self.track.since)),
            seen_at=now,
            longest_pause=self.track.longest_pause,
            submitted=self.submitted,
            proof=self.proof,
            writers=self.writers.remembered(at),
        )

    def resume(self, record: WatchedRecord, at: float, now: datetime) -> None:
        """Takes up what an earlier session knew.

        That look counts as the first of two, unless the clock has been set back since: then the
        run has to be quiet anew.
        """
        trusted = now >= record.seen_at >= record.changed_at
        age = (now - record.changed_at).total_seconds() if trusted else 0.0
        track = Track(
            state=RunState(record.state),
            fingerprint=record.fingerprint or None,
            outcome=Outcome(record.outcome),
            since=at - age,
            still_since=at - age,
            equal_looks=1,
            longest_pause=record.longest_pause,
            uploaded=self.track.uploaded,
        )
        self.track = track if trusted else resumed(track)
        seen_ago = (now - record.seen_at).total_seconds() if trusted else 0.0
        self.writers = LastWriters.recalled(record.writers, at - seen_ago)
        self.submitted, self.proof, self._view = record.submitted, record.proof, None

    def _reason(self) -> str:
        if self.track.state is RunState.CHANGED:
            return "written again since it was stored: an upload finds out what changed"
        if self.verdict.by_pause and self.track.state is RunState.DONE:
            pause = _in_words(self.settle_seconds)
            return f"quiet rule: a pause of more than {pause} counts as the end"
        return self.verdict.reason

    def _make_view(self) -> RunView:
        named = self.named or RunPlaces().named(self.path)
        stored = self.track.uploaded
        return RunView(
            path=self.path,
            results_root=named.root,
            name=named.name,
            number=self.number or named.number or 0,
            state=self.state,
            reason=self.offline or self.blind or self._reason(),
            files=self.files,
            bytes=self.bytes,
            changed_at=self.changed_at,
            checks=self.verdict.checks,
            activity=tuple(self._activity),
            fingerprint=self.track.fingerprint or "",
            root=self.root,
            stored=bool(stored) and stored == self.track.fingerprint,
            outdated=bool(stored) and not may_be_alike(stored or "", self.track.fingerprint or ""),
            old=self.old,
            reached=self.verdict.measure,
            expected=self.expected if self.state is RunState.RUNNING else None,
        )


def _in_words(seconds: float) -> str:
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.3g} s"


def _same(one: Track, other: Track) -> bool:
    return (one.fingerprint, one.outcome) == (other.fingerprint, other.outcome)


def _spread(path: str) -> float:
    """From 0.75 to 1.25: thousands of runs that ended together are not looked at together."""
    return 0.75 + (crc32(path.encode("utf-8", "surrogateescape")) % 1000) / 2000


def _known_change(scan: Scan, now: datetime) -> datetime | None:
    """By the times of files; None where they cannot be true."""
    last = last_write(scan, now)
    return min(last, now) if last and last <= now + _CLOCKS_AGREE else None


def total_cost(runs: Sequence[WatchedRun]) -> float:
    """Seconds that one look at each live run takes."""
    return sum(run.cost for run in runs if run.live)
