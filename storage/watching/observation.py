"""One observer on one root, from its start to its end.

The event filter is not an optimisation: with watchdog's default its own walk of a tree of about
8,000 directories overflows the kernel's queue, which makes it walk again, for ever. Writes are
left out because runs that are being written are looked at regularly anyway.
"""

import logging
import os
import warnings
from collections.abc import Callable

from watchdog import events
from watchdog.observers.api import BaseObserver
from watchdog.utils import UnsupportedLibcError

from storage.watching.event_loss import DIED, EventLoss

_log = logging.getLogger(__name__)
_JOIN_SECONDS = 1.0
_FILTER: list[type[events.FileSystemEvent]] = [
    events.DirCreatedEvent,
    events.DirDeletedEvent,
    events.DirMovedEvent,
    events.FileCreatedEvent,
    events.FileDeletedEvent,
    events.FileMovedEvent,
    events.FileClosedEvent,
]


class Observation:
    """Begins when it is made, which walks the whole tree. Raises OSError and WatchEndedError.

    Links on the way to `root` are followed; marked paths begin with `root` as it was given.
    """

    def __init__(
        self, root: str, on_dirty: Callable[[str], None], loss: EventLoss, *, nap: float
    ) -> None:
        self._loss = loss
        real = os.path.realpath(root)
        self._observer = _observer(loss, nap)
        try:
            self._observer.schedule(
                _Dirty(real, root, on_dirty), real, recursive=True, event_filter=_FILTER
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


class _Dirty(events.FileSystemEventHandler):
    """Overrides `dispatch`: nothing but the mark happens on watchdog's thread."""

    def __init__(self, real: str, root: str, on_dirty: Callable[[str], None]) -> None:
        self._cut = len(real.rstrip("/"))
        self._root = root.rstrip("/")
        self._on_dirty = on_dirty

    def dispatch(self, event: events.FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._on_dirty(self._root + os.fsdecode(path)[self._cut :])


def _observer(loss: EventLoss, nap: float) -> BaseObserver:
    try:
        from storage.watching.reporting_inotify import ReportingObserver

        return ReportingObserver(loss, nap)
    except (ImportError, AttributeError, TypeError, UnsupportedLibcError):
        _log.exception("this watchdog is not the expected one: losses are noticed late")
        return _plain_observer()


def _plain_observer() -> BaseObserver:
    from watchdog.observers import Observer

    # It prints its whole table of watches on ordinary races.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
    return Observer()
