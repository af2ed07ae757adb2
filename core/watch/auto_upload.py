"""Upload runs by themselves as they finish; off unless the user turned it on for their root."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.errors import RunFerryError, in_words
from core.events import AutoUploadAnnounced, AutoUploadHeld, AutoUploadRefused, Event
from core.finish.run_state import RunState
from core.ports.clock import Clock
from core.ports.journal.journal import WatchJournal
from core.run_view import RunView
from core.upload.upload_request import UploadRequest

_log = logging.getLogger(__name__)
_DECISIONS_INTERVAL = 1.0
_AGAIN_AFTER = 60.0
"""Seconds after which a queue that refused is tried again."""


@dataclass
class _Countdown:
    fingerprint: str
    ends_at: float


class AutoUpload:
    """Queues every finished run that is not stored yet, after a countdown that shows.

    It looks at what is, not at what happens: a run that finished while nobody watched is queued
    like any other, and one that was queued once is not queued again until it has changed. Runs that
    changed after they were stored are left to the user, as are stalled ones and, unless the
    settings say otherwise, failed and stopped ones. Callable from any thread.
    """

    def __init__(
        self,
        submit: Callable[[UploadRequest], object],
        journal: WatchJournal,
        clock: Clock,
        publish: Callable[[Event], None],
        *,
        countdown_seconds: float,
        upload_failed: bool = False,
    ) -> None:
        self.template = UploadRequest("")
        """Where runs go that are queued from here; its source counts for nothing."""
        self.decided: Callable[[], object] = lambda: None
        """Called after each decision of the user: it counts from now on, not from the next pass."""
        self._submit = submit
        self._journal = journal
        self._clock = clock
        self._publish = publish
        self._countdown_seconds = countdown_seconds
        failed = {RunState.FAILED, RunState.STOPPED} if upload_failed else ()
        self._states = frozenset({RunState.DONE, *failed})
        self._lock = threading.Lock()
        self._remembered: frozenset[str] = frozenset()
        self._for_now: dict[str, bool] = {}
        self._held: frozenset[str] = frozenset()
        self._told: frozenset[str] = frozenset()
        self._revision: object = None
        self._countdowns: dict[str, _Countdown] = {}

    def load(self) -> None:
        """Reads the user's decisions. Raises StateError."""
        self._read(None)

    def _read(self, revision: object) -> None:
        remembered, held = self._journal.auto_uploads(), self._journal.held()
        with self._lock:
            self._revision, self._remembered, self._held = revision, remembered, held
            for path in held & self._countdowns.keys():
                del self._countdowns[path]

    def set_on(self, root: str, *, on: bool, remember: bool = True) -> None:
        """Turns it on or off for a watched root. May raise StateError.

        What is not to be remembered counts for this process alone, whatever is decided elsewhere.
        """
        if remember:
            self._journal.put_auto_upload(root, on=on)
            self.load()
        else:
            with self._lock:
                self._for_now[root] = on
        self.decided()

    def is_on(self, root: str) -> bool:
        """For a watched root."""
        return self._for_now.get(root, root in self._remembered)

    def hold(self, path: str) -> None:
        """Keeps a run back until it is released. May raise StateError."""
        self._journal.put_held(path, held=True)
        self.load()
        self.decided()

    def release(self, path: str) -> None:
        """Undoes `hold`; the countdown starts anew. May raise StateError."""
        self._journal.put_held(path, held=False)
        self.load()
        self.decided()

    def is_held(self, path: str) -> bool:
        """Whether the user keeps the run back."""
        return path in self._held

    def shown(self, run: RunView, now: float) -> RunView:
        """The run with its countdown and the user's decision."""
        countdown = self._countdowns.get(run.path)
        if countdown is None and run.path not in self._held:
            return run
        left = max(0.0, countdown.ends_at - now) if countdown else None
        return replace(run, uploads_in=left, held=run.path in self._held)

    def consider(self, runs: Iterable[RunView]) -> tuple[list[RunView], float]:
        """Starts, stops and ends countdowns; `runs` are those that were never stored nor queued.

        Returns what was queued, and seconds until it should be asked again. Called by the thread
        that watches.
        """
        self._look_for_decisions()
        now = self._clock.monotonic()
        candidates = [run for run in runs if run.state in self._states and self.is_on(run.root)]
        wanted = {run.path: run for run in candidates if run.path not in self._held}
        with self._lock:
            for path in self._countdowns.keys() - wanted.keys():
                del self._countdowns[path]
            started = [run for run in wanted.values() if self._begin(run, now)]
            due = [wanted[p] for p, c in self._countdowns.items() if now >= c.ends_at]
        self._tell_held([run for run in candidates if run.path not in wanted])
        for run in started:
            if self._countdown_seconds:
                self._publish(AutoUploadAnnounced(self.shown(run, now)))
        queued = [run for run in due if self._queue(run, now)]
        ends = (countdown.ends_at - now for countdown in self._countdowns.values())
        # In another process the user may say no until the last moment.
        again_in = min(_DECISIONS_INTERVAL, *ends) if self._countdowns else float("inf")
        return queued, again_in

    def _look_for_decisions(self) -> None:
        """Those of other processes count as well: the thread that watches asks before it acts."""
        try:
            revision = self._journal.revision()
            if revision != self._revision:
                self._read(revision)
        except RunFerryError:
            _log.exception("the user's decisions could not be read; those known so far count")

    def _tell_held(self, held: Sequence[RunView]) -> None:
        """Once, until it is released."""
        news = [run for run in held if run.path not in self._told]
        self._told = frozenset(run.path for run in held)
        for run in news:
            self._publish(AutoUploadHeld(run))

    def _begin(self, run: RunView, now: float) -> bool:
        known = self._countdowns.get(run.path)
        if known and known.fingerprint == run.fingerprint:
            return False
        self._countdowns[run.path] = _Countdown(run.fingerprint, now + self._countdown_seconds)
        return True

    def _queue(self, run: RunView, now: float) -> bool:
        if self.is_held(run.path):
            return False
        try:
            self._submit(replace(self.template, source=run.path, size=run.bytes))
        except Exception as error:  # noqa: BLE001 - whatever it was, the others are queued
            if not isinstance(error, RunFerryError):
                _log.exception("a run could not be queued")
            self._publish(AutoUploadRefused(run, in_words(error)))
            self._countdowns[run.path] = _Countdown(run.fingerprint, now + _AGAIN_AFTER)
            return False
        with self._lock:
            self._countdowns.pop(run.path, None)
        return True
