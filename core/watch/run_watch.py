"""The watch engine: which runs there are, and when each of them is finished.

One daemon thread scans, judges and publishes. Watchers only say which path is dirty; what is true
is read from the trees. Rescans at a bounded cost cover for events that never come.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.errors import RunFerryError, in_words
from core.events import Event, RunDetected, RunStateChanged, WatchTroubled
from core.finish.rule import Evidence, FinishRule
from core.finish.run_state import Patience
from core.ports.clock import Clock
from core.ports.journal.journal import WatchJournal
from core.ports.processes import Processes
from core.ports.tree import Scan, TreeScanner, WatcherOf
from core.printable import one_line
from core.run_view import RootView, RunView
from core.threads import DaemonThreads, Deadline
from core.watch.auto_upload import AutoUpload
from core.watch.stored_fingerprints import StoredFingerprints
from core.watch.watched_root import WatchedRoot
from core.watch.watched_run import WatchedRun, total_cost
from core.watch.writers import Writers

_log = logging.getLogger(__name__)
_COALESCE = 0.25
"""Seconds between two passes at least: a burst of events costs one look."""
_UPLOADS_INTERVAL = 1.0
_SAVE_INTERVAL = 60.0
_SHOW_INTERVAL = 0.5
_AFTER_A_FAULT = 10.0


@dataclass(frozen=True)
class WatchPolicy:
    """Seconds that a finished run must be quiet, and after which an unfinished one is stalled."""

    quiet_seconds: float
    stall_seconds: float


class RunWatch:
    """Watches one or several roots until `stop`.

    `views`, `roots`, `rescan`, `mark_dirty` and `mark_uploaded` may be called from any thread, the
    rest by its owner.
    """

    def __init__(
        self,
        *,
        scanner: TreeScanner,
        watcher_of: WatcherOf,
        rule: FinishRule,
        processes: Processes,
        auto_upload: AutoUpload,
        journal: WatchJournal,
        clock: Clock,
        publish: Callable[[Event], None],
        policy: WatchPolicy,
    ) -> None:
        self._scanner = scanner
        self._watcher_of = watcher_of
        self._rule = rule
        self._auto_upload = auto_upload
        self._journal = journal
        self._clock = clock
        self._publish = publish
        self._policy = policy
        self._roots: tuple[WatchedRoot, ...] = ()
        self._stored = StoredFingerprints(journal)
        self._writers = Writers(processes, rule, clock)
        self._unsaved: dict[str, WatchedRun] = {}
        self._save_at = 0.0
        self._show_at = 0.0
        self._views: tuple[RunView, ...] = ()
        self._settles_at: dict[str, float] = {}
        self._passed = False
        self._trouble = ""
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._threads = DaemonThreads()
        auto_upload.decided = self._wake.set

    def open(self, roots: Iterable[str]) -> None:
        """Names the roots; `tick` does one pass over them. A root inside another is left out."""
        paths = sorted({self._scanner.resolve(root) for root in roots})
        outer = [p for p in paths if not any(p.startswith(f"{o.rstrip('/')}/") for o in paths)]
        self._roots = tuple(
            WatchedRoot(path, self._watcher_of(path), self._scanner, self._publish)
            for path in outer
        )

    def start(self) -> None:
        """Reads what earlier sessions knew, then watches until `stop`. May raise StateError.

        A root that is not there yet is waited for.
        """
        self.remember()
        self._threads.begin(self._loop, "run-watch")

    def remember(self) -> None:
        """Takes up what earlier sessions knew. May raise StateError."""
        self._auto_upload.load()
        self._stored.load()
        for root in self._roots:
            root.memory = {record.path: record for record in self._journal.watched(root.path)}

    def stop(self) -> None:
        """What is known is saved, and the thread ends; returns at once, safe to repeat."""
        self._stop.set()
        self._wake.set()

    def close(self, deadline: Deadline) -> None:
        """Stops, and waits for that; safe to repeat."""
        self.stop()
        self._threads.join(deadline)
        for root in self._roots:
            root.watcher.stop()

    def rescan(self) -> None:
        """Looks at everything again, now."""
        for root in self._roots:
            root.mark_all_dirty()
        self._wake.set()

    def mark_dirty(self, path: str) -> None:
        """Something happened at or below `path`."""
        for root in self._roots:
            if path == root.path or path.startswith(f"{root.path.rstrip('/')}/"):
                root.mark_dirty(path)
        self._wake.set()

    def mark_uploaded(self, path: str, fingerprint: str) -> None:
        """The run was stored as it was when it had `fingerprint`; it may be detected later."""
        self._stored.put(path, fingerprint)
        self.mark_dirty(path)

    def roots(self) -> tuple[RootView, ...]:
        """The watched roots in the order of their paths."""
        return tuple(
            root.view(auto_upload=self._auto_upload.is_on(root.path)) for root in self._roots
        )

    def views(self) -> tuple[RunView, ...]:
        """All runs, by root and in natural order, with the countdowns of this moment."""
        now = self._clock.monotonic()
        return tuple(self._counted_down(view, now) for view in self._views)

    @property
    def passed(self) -> bool:
        """Whether all roots have been read once since the start."""
        return self._passed

    def tick(self) -> float:
        """One pass over what is dirty or due; returns the seconds until the next is due."""
        now = self._clock.monotonic()
        self._look_for_uploads()
        for path in self._writers.refresh([root.path for root in self._roots]):
            self.mark_dirty(path)
        live_cost = total_cost([run for root in self._roots for run in root.runs.values()])
        for root in self._roots:
            root.take_dirty(now)
            if now >= root.discover_at:
                self._forget(root.discover(self._clock.monotonic))
            for run in list(root.runs.values()):
                if now >= run.due and not root.offline and not self._stop.is_set():
                    self._try_to_look_at(run, root, live_cost)
                    self._show_from_time_to_time()
        asked_again_in = self._upload_finished()
        # Shown only now: nobody should see a finished run whose countdown has not begun.
        self._show()
        self._passed = True
        self._save(now)
        return min(self._next_due() - self._clock.monotonic(), asked_again_in)

    def _loop(self) -> None:
        for root in self._roots:
            root.watcher.start(root.path, self._dirty_in(root), self._trouble_in(root))
        while not self._stop.is_set():
            self._wake.clear()
            try:
                delay = self.tick()
            except Exception:  # noqa: BLE001 - a bug in one pass must not end the watch
                _log.exception("a pass failed")
                delay = _AFTER_A_FAULT
            self._stop.wait(_COALESCE)
            self._rest(delay - _COALESCE)
        self._save_at = 0.0
        self._save(self._clock.monotonic())

    def _rest(self, seconds: float) -> None:
        """Until something happens: also what another process stores."""
        while seconds > 0:
            if self._wake.wait(min(seconds, _UPLOADS_INTERVAL)) or self._look_for_uploads():
                return
            seconds -= _UPLOADS_INTERVAL

    def _look_for_uploads(self) -> bool:
        """Those of other processes count as well; whether there were any."""
        try:
            news = self._stored.take_news()
        except RunFerryError as error:
            if str(error) != self._trouble:
                _log.warning("what others have stored could not be read: %s", error)
            self._trouble = str(error)
            return False
        for path in news:
            self.mark_dirty(path)
        return bool(news)

    def _dirty_in(self, root: WatchedRoot) -> Callable[[str], None]:
        def on_dirty(path: str) -> None:
            root.mark_dirty(path)
            self._wake.set()

        return on_dirty

    def _trouble_in(self, root: WatchedRoot) -> Callable[[str], None]:
        def on_trouble(reason: str) -> None:
            root.mark_all_dirty()
            self._publish(WatchTroubled(root.path, reason))
            self._wake.set()

        return on_trouble

    def _show(self) -> None:
        runs = [run for root in self._roots for run in root.runs.values()]
        self._settles_at = {run.path: run.settles_at for run in runs if run.settling}
        self._views = tuple(run.view for run in runs)
        self._show_at = self._clock.monotonic() + _SHOW_INTERVAL

    def _show_from_time_to_time(self) -> None:
        """The first look at a large tree on a slow disk takes minutes."""
        if not self._passed and self._clock.monotonic() >= self._show_at:
            self._show()

    def _try_to_look_at(self, run: WatchedRun, root: WatchedRoot, live_cost: float) -> None:
        """What is wrong with one run is said of that run, and the others are looked at."""
        first, before, started = run.looked_at < 0, run.own_state, self._clock.monotonic()
        try:
            if not self._look_at(run, root, started):
                return
        except Exception as error:  # noqa: BLE001 - whatever it was, the others are looked at
            _log.exception("a run could not be looked at")
            run.go_blind(f"could not be looked at: {one_line(in_words(error))}")
        run.looked_at, run.cost = started, self._clock.monotonic() - started
        run.schedule(root.pace, live_cost)
        if first:
            self._publish(RunDetected(run.view))
        elif run.own_state is not before:
            self._publish(RunStateChanged(run.view, before))

    def _look_at(self, run: WatchedRun, root: WatchedRoot, started: float) -> bool:
        """False when it is gone."""
        scan = self._scanner.scan(run.path)
        if scan is None:
            root.discover_at, run.due = started, float("inf")
            return False
        if record := root.memory.pop(run.path, None):
            run.resume(record, started, self._clock.now())
        before = run.track.state
        self._judge(run, scan, started)
        run.device = self._scanner.device(run.path)
        self._unsaved[run.path] = run
        if run.track.state is not before:
            self._save_at = 0.0
        return True

    def _judge(self, run: WatchedRun, scan: Scan, at: float) -> None:
        samples = self._scanner.sample(run.path, self._rule.requests)
        verdict = self._rule.judge(Evidence(scan, samples, self._writers.of(run.path)))
        run.track = replace(run.track, uploaded=self._stored.fingerprint(run.path))
        settle = self._rule.settle_seconds(self._policy.quiet_seconds, run.track.longest_pause)
        patience = Patience(settle, self._policy.stall_seconds)
        run.record(scan, verdict, patience, at, self._clock.now())

    def _upload_finished(self) -> float:
        """Queues what is to be uploaded by itself; returns when to ask again, in seconds.

        What was deleted from the store on purpose does not come back by itself.
        """
        runs = {run.path: run for root in self._roots for run in root.runs.values()}
        queued, again_in = self._auto_upload.consider(
            run.view
            for run in runs.values()
            if run.awaits_upload and not self._stored.was_deleted(run.path)
        )
        for view in queued:
            runs[view.path].submitted = view.fingerprint
            self._unsaved[view.path] = runs[view.path]
            self._save_at = 0.0
        return again_in

    def _save(self, now: float) -> None:
        """What changes all the time is saved once a minute, a change of state at once."""
        if not self._unsaved or now < self._save_at:
            return
        self._save_at = now + _SAVE_INTERVAL
        wall = self._clock.now()
        try:
            self._journal.put_watched([r.remembered(now, wall) for r in self._unsaved.values()])
        except RunFerryError:
            # What is known in memory stays right; only a restart would not know of it.
            _log.exception("the states of %d runs were not saved", len(self._unsaved))
        else:
            self._unsaved.clear()

    def _forget(self, gone: Sequence[str]) -> None:
        if not gone:
            return
        for path in gone:
            self._unsaved.pop(path, None)
        try:
            self._journal.forget_watched(gone)
        except RunFerryError:
            _log.exception("%d runs that are gone were not forgotten", len(gone))

    def _next_due(self) -> float:
        dues = (run.due for root in self._roots for run in root.runs.values() if not root.offline)
        return min([*(root.discover_at for root in self._roots), *dues])

    def _counted_down(self, view: RunView, now: float) -> RunView:
        view = self._auto_upload.shown(view, now)
        ends_at = self._settles_at.get(view.path)
        return view if ends_at is None else replace(view, settles_in=max(0.0, ends_at - now))
