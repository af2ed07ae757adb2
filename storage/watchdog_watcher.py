"""inotify through watchdog: says that something happened somewhere below the root.

The event filter is not an optimisation: with watchdog's default mask its own walk of a tree of
about 8,000 directories overflows the kernel's queue, which makes it walk again, for ever. Writes
are left out because runs that are being written are looked at regularly anyway.
"""

import logging
import os
import threading
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.ports.tree import TreeWatcher

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

_log = logging.getLogger(__name__)
_SUPERVISE_EVERY = 5.0
_JOIN_SECONDS = 1.0


class WatchdogWatcher(TreeWatcher):
    """One observer for one root, on daemon threads, replaced when it dies.

    `supervise_every` is in seconds.
    """

    def __init__(self, supervise_every: float = _SUPERVISE_EVERY) -> None:
        self._every = supervise_every
        self._stop = threading.Event()
        self._supervisor: threading.Thread | None = None

    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        # Scheduling walks the whole tree in the calling thread: never in the caller's.
        self._supervisor = threading.Thread(
            target=self._supervise, args=(root, on_dirty, on_trouble), name="watcher", daemon=True
        )
        self._supervisor.start()

    def stop(self) -> None:
        self._stop.set()
        if self._supervisor:
            self._supervisor.join(2 * _JOIN_SECONDS)

    def _supervise(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        observer: BaseObserver | None = None
        told = False
        while not self._stop.is_set():
            if observer is not None and not _healthy(observer):
                _end(observer)
                observer = None
                on_trouble("the file system watcher stopped and is started again")
            if observer is None and os.path.isdir(root):
                try:
                    observer = _observe(root, on_dirty)
                    told = False
                    on_dirty(root)  # whatever happened before the watch was in place
                except OSError as error:
                    if not told:
                        on_trouble(f"no file system events ({error.strerror}); looking regularly")
                    told = True
            self._stop.wait(self._every)
        if observer is not None:
            _end(observer)


def _observe(root: str, on_dirty: Callable[[str], None]) -> "BaseObserver":
    from watchdog import events
    from watchdog.observers import Observer

    # It prints its whole watch table to stderr on ordinary races, over the app's screen.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")

    class Dirty(events.FileSystemEventHandler):
        """Overrides `dispatch`: nothing but the mark happens on watchdog's thread."""

        def dispatch(self, event: events.FileSystemEvent) -> None:
            for path in (event.src_path, event.dest_path):
                if path:
                    on_dirty(os.fsdecode(path))

    observer = Observer()
    observer.name = "watchdog"
    observer.daemon = True
    observer.schedule(
        Dirty(),
        root,
        recursive=True,
        event_filter=[
            events.DirCreatedEvent,
            events.DirDeletedEvent,
            events.DirMovedEvent,
            events.FileCreatedEvent,
            events.FileDeletedEvent,
            events.FileMovedEvent,
            events.FileClosedEvent,
        ],
    )
    observer.start()
    return observer


def _healthy(observer: "BaseObserver") -> bool:
    return observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)


def _end(observer: "BaseObserver") -> None:
    try:
        observer.stop()
        observer.join(_JOIN_SECONDS)
    except (OSError, RuntimeError, KeyError):
        _log.exception("the file system watcher did not stop cleanly")
