"""What is known of watched runs, over a restart."""

import logging
from collections.abc import Mapping, Sequence

from core.errors import RunFerryError
from core.ports.clock import Clock
from core.ports.journal.watching import WatchedRecord, WatchedRuns
from core.watch.watched_run import WatchedRun

_log = logging.getLogger(__name__)
_INTERVAL = 60.0


class RunMemory:
    """What changes all the time is saved once a minute, what matters at once. For one thread.

    What cannot be saved stays right in this process; only a restart would not know of it.
    """

    def __init__(self, journal: WatchedRuns, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._unsaved: dict[str, WatchedRun] = {}
        self._save_at = 0.0

    def recall(self, root: str) -> Mapping[str, WatchedRecord]:
        """What earlier sessions knew, by path. Raises StateError."""
        return {record.path: record for record in self._journal.watched(root)}

    def changed(self, run: WatchedRun, *, at_once: bool) -> None:
        """It is to be saved, with the next `save` or within a minute."""
        self._unsaved[run.path] = run
        if at_once:
            self._save_at = 0.0

    def save(self) -> None:
        """What is due."""
        now = self._clock.monotonic()
        if self._unsaved and now >= self._save_at:
            self._save_at = now + _INTERVAL
            self._write(now)

    def save_all(self) -> None:
        """What has changed, due or not."""
        self._save_at = 0.0
        self.save()

    def forget(self, gone: Sequence[str]) -> None:
        """These runs are gone from the tree."""
        for path in gone:
            self._unsaved.pop(path, None)
        if gone:
            self._erase(gone)

    def _write(self, now: float) -> None:
        wall = self._clock.now()
        try:
            self._journal.put_watched([r.remembered(now, wall) for r in self._unsaved.values()])
            self._unsaved.clear()
        except RunFerryError:
            _log.exception("the states of %d runs were not saved", len(self._unsaved))

    def _erase(self, gone: Sequence[str]) -> None:
        try:
            self._journal.forget_watched(gone)
        except RunFerryError:
            _log.exception("%d runs that are gone were not forgotten", len(gone))
