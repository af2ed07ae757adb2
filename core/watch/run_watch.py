"""The watch: which runs there are, and when each of them is finished.

One daemon thread scans, judges and publishes. Watchers only say which path is dirty; what is true
is read from the trees. Rescans at a bounded cost cover for events that never come.
"""

import logging
import threading
from collections.abc import Iterable, Sequence

from core.finish.run_state import ENDED
from core.run_view import RootView, RunView
from core.threads import DaemonThreads, Deadline
from core.watch.auto_upload import AutoUpload
from core.watch.stored_fingerprints import StoredFingerprints
from core.watch.watch_pass import WatchPass
from core.watch.watched_root import WatchedRoot
from core.watch.watched_roots import WatchedRoots

_log = logging.getLogger(__name__)
_COALESCE = 0.25
"""Seconds between two passes at least: a burst of events costs one look."""
_UPLOADS_INTERVAL = 1.0
_AFTER_A_FAULT = 10.0


class RunWatch:
    """Watches one or several roots until `stop`.

    `views`, `roots`, `rescan`, `mark_dirty` and `mark_uploaded` may be called from any thread, the
    rest by its owner.
    """

    def __init__(
        self,
        roots: WatchedRoots,
        one_pass: WatchPass,
        auto_upload: AutoUpload,
        stored: StoredFingerprints,
    ) -> None:
        self._roots = roots
        self._pass = one_pass
        self._auto_upload = auto_upload
        self._stored = stored
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._threads = DaemonThreads()
        auto_upload.decided = self._wake.set

    def open(self, roots: Iterable[str]) -> None:
        """Names the roots; `tick` does one pass over them. A root inside another is left out."""
        self._roots.open(roots)

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
        self._pass.recall(self._roots)

    def stop(self) -> None:
        """What is known is saved, and the thread ends; returns at once, safe to repeat."""
        self._stop.set()
        self._wake.set()

    def close(self, deadline: Deadline) -> None:
        """Stops, and waits for that; safe to repeat."""
        self.stop()
        self._threads.join(deadline)
        self._roots.stop()

    def rescan(self) -> None:
        """Looks at everything again, now."""
        self._roots.mark_all_dirty()
        self._wake.set()

    def mark_dirty(self, path: str) -> None:
        """Something happened at or below `path`."""
        self._roots.mark_dirty(path)
        self._wake.set()

    def mark_uploaded(self, path: str, fingerprint: str) -> None:
        """The run was stored as it was when it had `fingerprint`; it may be detected later."""
        self._stored.put(path, fingerprint)
        self.mark_dirty(path)

    def roots(self) -> tuple[RootView, ...]:
        """The watched roots in the order of their paths."""
        return tuple(map(self._view, self._roots))

    def views(self) -> tuple[RunView, ...]:
        """All runs, by root and in natural order, with the countdowns of this moment."""
        return tuple(map(self._auto_upload.shown, self._roots.views()))

    def differing(self) -> Sequence[RunView]:
        """Runs that have ended, and were written again since they were stored; as of this moment."""
        return [*filter(self._differs, self.views())]

    @property
    def passed(self) -> bool:
        """Whether all roots have been read once since the start."""
        return self._roots.passed

    def tick(self) -> float:
        """One pass over what is dirty or due; returns the seconds until the next is due."""
        self._take_news()
        return self._pass(self._roots, self._stop.is_set)

    def _view(self, root: WatchedRoot) -> RootView:
        is_on, changed = self._auto_upload.is_on, self._auto_upload.takes_changed
        return root.view(auto_upload=is_on(root.path), takes_changed=changed(root.path))

    def _differs(self, run: RunView) -> bool:
        """What is not stored any more, or never was, differs from nothing."""
        stored = self._stored.fingerprint(run.path)
        return run.state in ENDED and stored not in {None, "", run.fingerprint}

    def _loop(self) -> None:
        self._roots.start(self._wake.set)
        while not self._stop.is_set():
            self._wake.clear()
            try:
                delay = self.tick()
            except Exception:  # noqa: BLE001 - a bug in one pass must not end the watch
                _log.exception("a pass failed")
                delay = _AFTER_A_FAULT
            self._stop.wait(_COALESCE)
            self._rest(delay - _COALESCE)
        self._pass.end()

    def _rest(self, seconds: float) -> None:
        """Until something happens: also what another process stores, and the end of a simulation."""
        while seconds > 0 and not self._happens_within(min(seconds, _UPLOADS_INTERVAL)):
            seconds -= _UPLOADS_INTERVAL

    def _happens_within(self, seconds: float) -> bool:
        happened = self._wake.wait(seconds) or self._take_news()
        return happened or self._pass.writer_has_ended()

    def _take_news(self) -> bool:
        """Whether anything was stored or deleted, by whichever process."""
        news = self._stored.take_news()
        for path in news:
            self.mark_dirty(path)
        return bool(news)
