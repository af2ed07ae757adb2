"""Upload runs by themselves as they finish; off unless the user turned it on for their root."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import RunFerryError, in_words
from core.events import AutoUploadAnnounced, AutoUploadHeld, AutoUploadRefused, Event
from core.finish.run_state import RunState
from core.ports.clock import Clock
from core.run_view import RunView
from core.upload.upload_request import UploadRequest
from core.watch.auto_upload_choices import AutoUploadChoices

_log = logging.getLogger(__name__)
_DECISIONS_INTERVAL = 1.0
_AGAIN_AFTER = 60.0
"""Seconds after which a queue that refused is tried again."""


@dataclass
class _Countdown:
    fingerprint: str
    ends_at: float


class AutoUpload:
    """Queues every finished run that is not stored as it is, after a countdown that shows.

    It looks at what is, not at what happens: a run that finished while nobody watched is queued
    like any other, and one that was queued once is not queued again until it has changed. Stalled
    runs are left to the user, as are, unless the settings say otherwise, failed and stopped ones,
    and, unless it was decided otherwise, those that changed after they were stored. Callable from
    any thread.
    """

    def __init__(
        self,
        submit: Callable[[UploadRequest], object],
        choices: AutoUploadChoices,
        clock: Clock,
        publish: Callable[[Event], None],
        *,
        countdown_seconds: float,
        upload_failed: bool = False,
        acts: bool = True,
    ) -> None:
        """One that does not act tells what was decided and leaves it to other processes."""
        self.template = UploadRequest("")
        """Where runs go that are queued from here; its source counts for nothing."""
        self.decided: Callable[[], object] = lambda: None
        """Called after each decision of the user: it counts from now on, not from the next pass."""
        self._submit = submit
        self._choices = choices
        self._clock = clock
        self._publish = publish
        self._countdown_seconds = countdown_seconds
        failed = {RunState.FAILED, RunState.STOPPED} if upload_failed else ()
        self._states = frozenset({RunState.DONE, *failed})
        self._acts = acts
        self._lock = threading.Lock()
        self._told: frozenset[str] = frozenset()
        self._countdowns: dict[str, _Countdown] = {}

    def load(self) -> None:
        """Reads the user's decisions. Raises StateError."""
        self._choices.load()
        self._drop_held()

    def set_on(
        self, root: str, *, on: bool, changed: bool | None = None, remember: bool = True
    ) -> None:
        """Turns it on or off for a watched root. May raise StateError.

        `changed`: whether what changed after it was stored is taken along, too; None leaves it to
        the settings. What is not to be remembered counts for this process alone.
        """
        self._choices.set_on(root, on=on, changed=changed, remember=remember)
        self.decided()

    def is_on(self, root: str) -> bool:
        """For a watched root."""
        return self._choices.is_on(root)

    def takes_changed(self, root: str) -> bool:
        """Whether it takes along, when it is on for the root, what changed since it was stored."""
        return self._choices.takes_changed(root)

    def hold(self, path: str) -> None:
        """Keeps a run back until it is released. May raise StateError."""
        self._put_held(path, held=True)

    def release(self, path: str) -> None:
        """Undoes `hold`; the countdown starts anew. May raise StateError."""
        self._put_held(path, held=False)

    def is_held(self, path: str) -> bool:
        """Whether the user keeps the run back."""
        return path in self._choices.held

    def _put_held(self, path: str, *, held: bool) -> None:
        self._choices.put_held(path, held=held)
        self._drop_held()
        self.decided()

    def _drop_held(self) -> None:
        with self._lock:
            for path in self._choices.held & self._countdowns.keys():
                del self._countdowns[path]

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
        """Starts, stops and ends countdowns; `runs` are those that are not stored as they are.

        Returns what was queued, and seconds until it should be asked again. Called by the thread
        that watches.
        """
        self._look_for_choices()
        if not self._acts:
            return [], float("inf")
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
        return self.is_on(run.root) and self._is_meant(run)

    def _is_meant(self, run: RunView) -> bool:
        if run.state is RunState.CHANGED:
            return self.takes_changed(run.root)
        return run.state in self._states

    def _released(self, runs: Mapping[str, RunView]) -> Mapping[str, RunView]:
        held = self._choices.held
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

    def _look_for_choices(self) -> None:
        """Those of other processes count as well: the thread that watches asks before it acts."""
        try:
            if self._choices.load_news():
                self._drop_held()
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
            asked = replace(self.template, source=run.path, size=run.bytes, name=run.name)
            self._submit(asked)
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
