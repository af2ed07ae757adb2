"""From what happens to what is kept: written down behind whoever works, never in their way."""

import logging
import threading
from collections.abc import Callable, Sequence

from core.activity.entries import Happened, Words, entry_of, happened, once_more
from core.errors import Failure, RunFerryError
from core.events import Event, TransferEvent
from core.ports.clock import Clock
from core.ports.journal.activity import ActivityEntry, ActivityKind, ActivityLog, Level
from core.threads import DaemonThreads, Deadline

_log = logging.getLogger(__name__)
_GATHERED_SECONDS = 0.5
"""What happens within it is one write, and what happens again one entry."""
_AGAIN_SECONDS = 5.0
MOST_WAITING = 1000


class ActivityRecorder:
    """Takes what happened on any thread, at once, and writes it from one of its own.

    What cannot be written now waits, as much as `MOST_WAITING` of it, errors longest. What was stored,
    fetched or deleted is a line of the log file as well.
    """

    def __init__(
        self, log: Callable[[], ActivityLog], clock: Clock, words: Words, process: str
    ) -> None:
        """`log` is called on that thread, when there is something; `process` tells this one from others."""
        self._activity_log = log
        self._clock = clock
        self._words = words
        self._process = process
        self._changed = threading.Condition()
        self._waiting: dict[str, ActivityEntry] = {}
        self._left_out = 0
        self._closing = False
        self._thread = DaemonThreads()
        self._complained = False
        self._unseen_errors = 0

    @property
    def unseen_errors(self) -> int:
        """How many came since somebody looked; on any thread."""
        return self._unseen_errors

    def errors_seen(self) -> None:
        """Somebody looks."""
        with self._changed:
            self._unseen_errors = 0

    def take(self, event: Event) -> None:
        """An EventSink."""
        if kept := happened(event):
            self._put(kept, self._words(event))

    def overhear(self, event: Event) -> None:
        """Of the bus, where every process hears of transfers: only the agent that carries them tells."""
        if not isinstance(event, TransferEvent):
            self.take(event)

    def done(
        self, kind: ActivityKind, subject: str, text: str, *, job_id: int = 0, run_id: int = 0
    ) -> None:
        """Something that somebody wanted was done."""
        kept = Happened(kind, Level.SUCCESS, job_id=job_id, run_id=run_id)
        self._put(kept, (subject, text))

    def failed(self, kind: ActivityKind, subject: str, failure: Failure, path: str = "") -> None:
        """Something that somebody wanted was not done, or not wholly."""
        self._put(
            Happened(kind, Level.ERROR, ("failed", subject, path), failure, path), (subject, "")
        )

    def close(self, deadline: Deadline) -> None:
        """Writes what waits, if that can be done in time; safe to repeat."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(deadline)

    def _put(self, kept: Happened, words: tuple[str, str]) -> None:
        if kept.level is Level.SUCCESS and kept.kind is not ActivityKind.RUN:
            _log.info("%s: %s", *words)
        entry = entry_of(kept, words, self._clock.now(), self._process)
        with self._changed:
            if self._closing:
                return
            self._gather([entry])
            self._unseen_errors += kept.level is Level.ERROR
            if not self._thread.running:
                self._thread.begin(self._write_all, "activity")
            self._changed.notify_all()

    def _gather(self, entries: Sequence[ActivityEntry]) -> None:
        """Puts them behind those that wait; called under the lock."""
        for entry in entries:
            before = self._waiting.pop(entry.likeness, None)
            self._waiting[entry.likeness] = once_more(before, entry) if before else entry
        while len(self._waiting) > MOST_WAITING:
            self._left_out += self._waiting.pop(self._least()).count

    def _least(self) -> str:
        """The oldest that is no error, if there is one."""
        levels = ((likeness, entry.level) for likeness, entry in self._waiting.items())
        least = (likeness for likeness, level in levels if level is not Level.ERROR)
        return next(least, next(iter(self._waiting)))

    def _write_all(self) -> None:
        while entries := self._next():
            last = self._closing
            if self._write(entries):
                continue
            if last:
                return
            self._put_back(entries)

    def _next(self) -> Sequence[ActivityEntry]:
        """What waits, as soon as there was time for it to happen again; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            self._changed.wait_for(lambda: self._closing, _GATHERED_SECONDS)
            entries = [*self._waiting.values(), *self._remark()]
            self._waiting, self._left_out = {}, 0
            return entries

    def _remark(self) -> Sequence[ActivityEntry]:
        if not self._left_out:
            return ()
        text = f"{self._left_out} more things happened at once than could be written down"
        kept = Happened(ActivityKind.COMMAND, Level.WARNING, ("left out",))
        return [entry_of(kept, ("activity", text), self._clock.now(), self._process)]

    def _write(self, entries: Sequence[ActivityEntry]) -> bool:
        try:
            self._activity_log().add(entries)
        except RunFerryError as error:
            if not self._complained:
                _log.warning("activity cannot be written: %s", error.what)
            self._complained = True
            return False
        self._complained = False
        return True

    def _put_back(self, entries: Sequence[ActivityEntry]) -> None:
        """Until it is tried again: after a while, and at the end."""
        with self._changed:
            later, self._waiting = [*self._waiting.values()], {}
            self._gather([*entries, *later])
            self._changed.wait_for(lambda: self._closing, _AGAIN_SECONDS)
