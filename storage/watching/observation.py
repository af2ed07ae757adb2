"""One observer on one root, from its start to its end."""

import logging
import os
from collections.abc import Callable

from watchdog import events

from storage.watching.event_loss import DIED, EventLoss
from storage.watching.observers import new_observer

_log = logging.getLogger(__name__)
_JOIN_SECONDS = 1.0


class Observation:
    """Begins when it is made, which walks the whole tree. Raises OSError and WatchEndedError.

    Links on the way to `root` are followed; marked paths begin with `root` as it was given.
    """

    def __init__(
        self, root: str, on_dirty: Callable[[str], None], loss: EventLoss, *, nap: float
    ) -> None:
        self._loss = loss
        real = os.path.realpath(root)
        self._observer, kinds = new_observer(loss, nap)
        try:
            self._observer.schedule(
                Dirty(real, root, on_dirty), real, recursive=True, event_filter=[*kinds]
            )
            self._observer.start()
        except BaseException:
            self.end()
            raise

    @property
    def trouble(self) -> str:
        """Why events are missing, in words; empty while they are not."""
        return self._loss.reason or ("" if self._alive() else DIED)

    @property
    def root_deleted(self) -> bool:
        """Whether there is nothing left to be watched."""
        return self._loss.root_deleted

    @property
    def unwatched(self) -> list[tuple[str, str]]:
        """The directories that could not be watched so far, and why."""
        return self._loss.unwatched[:]

    def end(self) -> None:
        """Ends all threads."""
        try:
            self._observer.stop()
            if self._observer.is_alive():
                self._observer.join(_JOIN_SECONDS)
        except (OSError, RuntimeError, KeyError):
            _log.exception("the file system watcher did not stop cleanly")

    def _alive(self) -> bool:
        threads = [self._observer, *self._observer.emitters]
        return all(thread.is_alive() for thread in threads)


class Dirty(events.FileSystemEventHandler):
    """Overrides `dispatch`: nothing but the mark happens on watchdog's thread."""

    def __init__(self, real: str, root: str, on_dirty: Callable[[str], None]) -> None:
        self._real = real.rstrip("/")
        self._root = root.rstrip("/")
        self._on_dirty = on_dirty

    def dispatch(self, event: events.FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._on_dirty(self._root + self._below(os.fsdecode(path)))

    def _below(self, path: str) -> str:
        """Nothing, for the whole tree, where the system spells the way to the root in another way.

        Some know more than one: in capitals or not, accents as letters of their own or not.
        """
        return path[len(self._real) :] if f"{path}/".startswith(f"{self._real}/") else ""
