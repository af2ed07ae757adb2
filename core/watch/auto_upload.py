"""Upload runs by themselves as they finish; off unless the user turned it on for their root."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
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

    def shown(self, run: RunView) -> RunView:
        """The run with its countdown of this moment and the user's decision."""
        left, held = self._left(run.path), self.is_held(run.path)
        if left is None and not held:
            return run
        return replace(run, uploads_in=left, held=held)

    def _left(self, path: str) -> float | None:
        countdown = self._countdowns.get(path)
        return max(0.0, countdown.ends_at - self._clock.monotonic()) if countdown else None

    def consider(self, runs: Iterable[RunView]) -> tuple[list[RunView], float]:
        """Starts, stops and ends countdowns; `runs` are those that were never stored nor queued.

        Returns what was queued, and seconds until it should be asked again. Called by the thread
        that watches.
        """
        self._look_for_decisions()
        now = self._clock.monotonic()
        finished = {run.path: run for run in filter(self._may_upload, runs)}
        wanted = self._released(finished)
        with self._lock:
            self._keep_only(wanted)
            started = self._start(wanted, now)
            due = self._ended(wanted, now)
        self._tell_held(finished, wanted)
        self._announce(started)
        return self._queue_all(due, now), self._again_in(now)

    def _may_upload(self, run: RunView) -> bool:
        return run.state in self._states and self.is_on(run.root)

    def _released(self, runs: Mapping[str, RunView]) -> Mapping[str, RunView]:
        held = self._held
        return {path: run for path, run in runs.items() if path not in held}

    def _keep_only(self, wanted: Mapping[str, RunView]) -> None:
        for path in self._countdowns.keys() - wanted.keys():
            del self._countdowns[path]

    def _start(self, wanted: Mapping[str, RunView], now: float) -> Sequence[RunView]:
        """Returns those whose countdown begins now."""
        return [run for run in wanted.values() if self._begin(run, now)]

    def _ended(self, wanted: Mapping[str, RunView], now: float) -> Sequence[RunView]:
        return [wanted[path] for path, c in self._countdowns.items() if now >= c.ends_at]

    def _announce(self, started: Sequence[RunView]) -> None:
        for run in started if self._countdown_seconds else ():
            self._publish(AutoUploadAnnounced(self.shown(run)))

    def _queue_all(self, due: Sequence[RunView], now: float) -> list[RunView]:
        return [run for run in due if self._queue(run, now)]

    def _again_in(self, now: float) -> float:
        """In another process the user may say no until the last moment."""
        ends = (countdown.ends_at - now for countdown in self._countdowns.values())
        return min(_DECISIONS_INTERVAL, *ends) if self._countdowns else float("inf")

    def _look_for_decisions(self) -> None:
        """Those of other processes count as well: the thread that watches asks before it acts."""
        try:
            revision = self._journal.revision()
            if revision != self._revision:
                self._read(revision)
        except RunFerryError:
            _log.exception("the user's decisions could not be read; those known so far count")

    def _tell_held(self, finished: Mapping[str, RunView], wanted: Mapping[str, RunView]) -> None:
        """Once, until it is released."""
        before, self._told = self._told, frozenset(finished.keys() - wanted.keys())
        for path, run in finished.items():
            if path in self._told - before:
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
            self._try_again_later(run, error, now)
            return False
        with self._lock:
            self._countdowns.pop(run.path, None)
        return True

    def _try_again_later(self, run: RunView, error: Exception, now: float) -> None:
        if not isinstance(error, RunFerryError):
            _log.error("a run could not be queued", exc_info=error)
        self._publish(AutoUploadRefused(run, in_words(error)))
        self._countdowns[run.path] = _Countdown(run.fingerprint, now + _AGAIN_AFTER)
