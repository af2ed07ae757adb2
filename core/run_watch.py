"""The watch engine: which runs there are, and when each of them is finished.

One daemon thread scans, judges and publishes. The watcher only says which path is dirty; what is
true is read from the tree. Rescans at a bounded cost cover for events that never come.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from core.errors import RunFerryError
from core.events import (
    Event,
    RootCameBack,
    RootWentOffline,
    RunDetected,
    RunStateChanged,
    RunVanished,
    RunView,
    WatchTroubled,
)
from core.finish.rule import FinishRule, Outcome, Verdict
from core.model import run_number
from core.ports.clock import Clock
from core.ports.tree import Scan, TreeScanner, TreeWatcher
from core.run_state import Look, RunState, Track, settles_in, step

_log = logging.getLogger(__name__)
_COALESCE = 0.25
"""Seconds between two passes at least: a burst of events costs one look."""
_LIVE_INTERVAL = 2.0
_LONGEST_INTERVAL = 60.0
_COST_FACTOR = 20.0
"""Live runs are looked at for at most a twentieth of the time."""
_DISCOVERY_INTERVAL = 10.0
_ACTIVITY_LOOKS = 12
_FAR_FUTURE = 1 << 37
_LIVE = frozenset({RunState.NEW, RunState.WRITING, RunState.SETTLING})


@dataclass
class _Watched:
    path: str
    results_root: str
    name: str
    track: Track = field(default_factory=Track)
    verdict: Verdict = field(default_factory=lambda: Verdict(Outcome.EMPTY, "nothing written yet"))
    files: int = 0
    bytes: int = 0
    changed_at: datetime | None = None
    activity: deque[int] = field(default_factory=lambda: deque(maxlen=_ACTIVITY_LOOKS))
    due: float = 0.0
    cost: float = 0.0

    def view(self) -> RunView:
        track = self.track
        return RunView(
            path=self.path,
            results_root=self.results_root,
            name=self.name,
            number=run_number(self.name) or 0,
            state=track.state,
            reason=self.verdict.reason,
            files=self.files,
            bytes=self.bytes,
            days=self.verdict.days,
            changed_at=self.changed_at,
            checks=self.verdict.checks,
            activity=tuple(self.activity),
            fingerprint=track.fingerprint or "",
        )


class RunWatch:
    """Watches one root. `views` may be called from any thread, the rest from its owner."""

    def __init__(
        self,
        scanner: TreeScanner,
        watcher: TreeWatcher,
        rule: FinishRule,
        clock: Clock,
        publish: Callable[[Event], None],
        *,
        quiet_seconds: float,
    ) -> None:
        self._scanner = scanner
        self._watcher = watcher
        self._rule = rule
        self._clock = clock
        self._publish = publish
        self.quiet_seconds = quiet_seconds
        self.root = ""
        self.offline = ""
        self._lock = threading.Lock()
        self._dirty: set[str] = set()
        self._runs: dict[str, _Watched] = {}
        self._uploaded: dict[str, str] = {}
        self._views: tuple[RunView, ...] = ()
        self._discover_at = 0.0
        self._passed = False
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self, root: str) -> None:
        """Names the root; `tick` does one pass over it."""
        self.root = self._scanner.resolve(root)

    def start(self) -> None:
        """Watches the root until `stop`; one that is not there yet is waited for."""
        self._thread = threading.Thread(target=self._loop, name="run-watch", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Ends the thread; safe to repeat."""
        self._stop.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout)
        self._watcher.stop()

    def rescan(self) -> None:
        """Looks at everything again, now."""
        self.mark_dirty(self.root)
        with self._lock:
            self._dirty.update(self._runs)

    def mark_dirty(self, path: str) -> None:
        """Something happened at or below `path`."""
        with self._lock:
            self._dirty.add(path)
        self._wake.set()

    def mark_uploaded(self, path: str, fingerprint: str) -> None:
        """The run was stored as it was when it had `fingerprint`; it may be detected later."""
        with self._lock:
            self._uploaded[path] = fingerprint
            run = self._runs.get(path)
            if run:
                run.track = replace(run.track, uploaded=fingerprint)

    def views(self) -> tuple[RunView, ...]:
        """All runs in natural order, with the countdown of this moment."""
        views = self._views
        if not any(view.state is RunState.SETTLING for view in views):
            return views
        now = self._clock.monotonic()
        return tuple(self._counted_down(view, now) for view in views)

    @property
    def passed(self) -> bool:
        """Whether the tree has been read once since the start."""
        return self._passed

    def tick(self) -> float:
        """One pass over what is dirty or due; returns the seconds until the next is due."""
        now = self._clock.monotonic()
        dirty = self._take_dirty()
        live_cost = sum(run.cost for run in self._runs.values() if run.track.state in _LIVE)
        if now >= self._discover_at or self._outside_runs(dirty):
            self._discover(now)
        for run in list(self._runs.values()):
            if not self.offline and (run.path in dirty or now >= run.due):
                self._look_at(run, live_cost)
        self._views = tuple(run.view() for run in self._runs.values())
        self._passed = True
        return self._next_due() - self._clock.monotonic()

    def _loop(self) -> None:
        self._watcher.start(self.root, self._on_dirty, self._on_trouble)
        while not self._stop.is_set():
            self._wake.clear()
            try:
                delay = self.tick()
            except Exception:  # noqa: BLE001 - a bug in one pass must not end the watch
                _log.exception("a pass over %s failed", self.root)
                delay = _DISCOVERY_INTERVAL
            self._stop.wait(_COALESCE)
            self._wake.wait(max(0.0, delay - _COALESCE))

    def _on_dirty(self, path: str) -> None:
        with self._lock:
            self._dirty.add(self._run_above(path) or path)
        self._wake.set()

    def _on_trouble(self, reason: str) -> None:
        self._publish(WatchTroubled(self.root, reason))
        self.rescan()

    def _run_above(self, path: str) -> str | None:
        """The RUN directory that `path` is in; None for what lies outside of all."""
        below = path[len(self.root) :].split("/")
        for depth, name in enumerate(below):
            if run_number(name) is not None and depth < len(below):
                return self.root + "/".join(below[: depth + 1])
        return None

    def _take_dirty(self) -> set[str]:
        with self._lock:
            dirty, self._dirty = self._dirty, set()
            return dirty

    def _outside_runs(self, dirty: set[str]) -> bool:
        return any(path not in self._runs for path in dirty)

    def _discover(self, now: float) -> None:
        self._discover_at = now + _DISCOVERY_INTERVAL
        try:
            paths = self._scanner.find_runs(self.root)
        except RunFerryError as error:
            self._go_offline(error.what)
            return
        if self.offline:
            self.offline = ""
            for run in self._runs.values():
                run.due = now
            self._publish(RootCameBack(self.root))
        known = self._runs
        runs = {path: known.get(path) or self._detected(path) for path in paths}
        with self._lock:
            self._runs = runs
        for path, run in known.items():
            if path not in runs:
                self._publish(RunVanished(run.view()))

    def _detected(self, path: str) -> _Watched:
        results_root, _, name = path.rpartition("/")
        run = _Watched(path, results_root, name, Track(uploaded=self._uploaded.get(path)))
        self._publish(RunDetected(run.view()))
        return run

    def _go_offline(self, reason: str) -> None:
        if self.offline:
            return
        self.offline = reason
        for run in self._runs.values():
            run.track = Track(state=RunState.OFFLINE, uploaded=run.track.uploaded)
        self._publish(RootWentOffline(self.root, reason))

    def _look_at(self, run: _Watched, live_cost: float) -> None:
        started = self._clock.monotonic()
        scan = self._scanner.scan(run.path)
        if scan is None:
            self._discover_at = 0.0
            return
        samples = self._scanner.sample(run.path, self._rule.requests)
        verdict = self._rule.judge(scan, samples)
        run.cost = self._clock.monotonic() - started
        self._record(run, scan, verdict, started)
        run.due = self._due_after(run, started, live_cost)

    def _record(self, run: _Watched, scan: Scan, verdict: Verdict, at: float) -> None:
        before = run.track
        if not scan.complete:
            verdict = replace(verdict, reason=f"cannot be read: {scan.problems[0]}")
        look = Look(at, scan.fingerprint if scan.complete else None, verdict)
        with self._lock:
            run.track = step(run.track, look, self.quiet_seconds)
        grown = scan.bytes - run.bytes if before.fingerprint is not None else 0
        run.activity.append(max(0, grown))
        run.files, run.bytes, run.verdict = scan.files, scan.bytes, verdict
        if run.track.fingerprint != before.fingerprint:
            now = self._clock.now()
            run.changed_at = now if before.fingerprint else min(now, _newest(scan) or now)
        if run.track.state is not before.state:
            self._publish(RunStateChanged(run.view(), before.state))

    def _due_after(self, run: _Watched, now: float, live_cost: float) -> float:
        if run.track.state not in _LIVE:
            return float("inf")
        interval = max(min(_LIVE_INTERVAL, self.quiet_seconds / 2), _COST_FACTOR * live_cost)
        if run.track.state is RunState.SETTLING and interval > (
            left := settles_in(run.track, now, self.quiet_seconds)
        ):
            interval = left
        return now + min(interval, _LONGEST_INTERVAL)

    def _next_due(self) -> float:
        return min([self._discover_at, *(run.due for run in self._runs.values())])

    def _counted_down(self, view: RunView, now: float) -> RunView:
        run = self._runs.get(view.path)
        if view.state is not RunState.SETTLING or run is None:
            return view
        return replace(view, settles_in=settles_in(run.track, now, self.quiet_seconds))


def _newest(scan: Scan) -> datetime | None:
    """For display only: file times are never compared with a clock to decide anything."""
    newest = max((entry.mtime_ns for entry in scan.entries), default=0) // 1_000_000_000
    return datetime.fromtimestamp(newest, UTC) if 0 < newest < _FAR_FUTURE else None
