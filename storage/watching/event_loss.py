"""What an observer knows that it misses, in words."""

import errno
import logging
import os
import threading
from collections.abc import Callable, Sequence

from core.printable import brief

_log = logging.getLogger(__name__)

OVERFLOW = "the kernel dropped file system events, everything is looked at again"
UNMOUNTED = "a file system at or below the root was unmounted"
DIED = "the file system watcher stopped unexpectedly and is started again"
_SOME = "not every directory is watched"
_NONE = "no directory is watched"
_WORDS = {
    errno.ENOSPC: f"{_SOME}: the sysctl fs.inotify.max_user_watches is too low",
    errno.ENOMEM: f"{_SOME}: the kernel has no memory for it",
    errno.EMFILE: f"{_NONE}: the sysctl fs.inotify.max_user_instances is too low, "
    "or RunFerry has too many files open",
    errno.ENFILE: f"{_NONE}: too many files are open on this system",
    errno.ENOSYS: "this system does not report what happens in a tree",
}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


class WatchEndedError(Exception):
    """Breaks off the walk over a tree that nobody watches any more."""


class EventLoss:
    """The record of one observer: its threads write, the thread that supervises it reads.

    `news` is set when there is something to read; `stopping` tells the threads to give up.
    """

    def __init__(self, news: threading.Event, stopping: threading.Event) -> None:
        self._news = news
        self._stopping = stopping
        self.reason = ""
        """Why events are missing from now on, in words; empty while they are not."""
        self.root_deleted = False
        self.unwatched: list[tuple[str, str]] = []
        """Single directories without a watch, and why: mostly that they may not be read."""

    def lost(self, reason: str) -> None:
        """Events are missing; the first reason is kept."""
        self.reason = self.reason or reason
        self._news.set()

    def failed(self, error: OSError, path: bytes) -> None:
        """A directory could not be watched; one that is gone again is no loss."""
        if error.errno in _WORDS:
            self.lost(in_words(error))
        elif error.errno not in _GONE:
            self.unwatched.append((os.fsdecode(path), error.strerror or ""))
            self._news.set()

    def end_of_root(self) -> None:
        """The root was deleted."""
        self.root_deleted = True
        self._news.set()

    def check_wanted(self) -> None:
        """Raises WatchEndedError when the watcher is being stopped."""
        if self._stopping.is_set():
            raise WatchEndedError

    def guard(self, body: Callable[[], None]) -> None:
        """Runs the body of one of the observer's threads: when it fails, that is a loss."""
        try:
            body()
        except WatchEndedError:
            pass
        except Exception:  # noqa: BLE001 - whatever it was, the watch goes on
            _log.exception("a thread of the file system watcher failed")
            self.lost(DIED)


def in_words(error: OSError) -> str:
    """Why a tree is not watched."""
    return _WORDS.get(error.errno or 0) or f"{_NONE}: {error.strerror}"


def unwatched_in_words(directories: Sequence[tuple[str, str]]) -> str:
    """That these directories, one or more, are not watched."""
    path, why = directories[0]
    more = len(directories) - 1
    which = f"{brief(path)} and {more} more" if more else brief(path)
    return f"not watched: {which} ({why})"
