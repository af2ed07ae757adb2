"""Listens to a watcher."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from core.ports.tree import TreeWatcher

PATIENCE = 60.0
_A_LITTLE = 0.2


class WatchMarks:
    """Collects what a watcher says, and waits for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.paths: list[str] = []
        self.troubles: list[str] = []

    def on_dirty(self, path: str) -> None:
        with self._changed:
            self.paths.append(path)
            self._changed.notify_all()

    def on_trouble(self, reason: str) -> None:
        with self._changed:
            self.troubles.append(reason)
            self._changed.notify_all()

    def wait_for(self, path: Path) -> bool:
        """Whether something at or below `path` was marked in time."""
        return self.wait(lambda: any(p.startswith(str(path)) for p in self.paths))

    def wait_for_trouble(self, *words: str) -> bool:
        """Whether a trouble with all these words was told in time."""
        return self.wait(lambda: any(all(w in t for w in words) for t in self.troubles))

    def wait(self, true: Callable[[], bool]) -> bool:
        """Whether it became true after a call in time."""
        with self._changed:
            return self._changed.wait_for(true, PATIENCE)

    def sees_new_files(self, directory: Path) -> bool:
        """Makes files until one of them is marked: events come again some time after a loss."""
        deadline = time.monotonic() + PATIENCE
        made: set[str] = set()
        while time.monotonic() < deadline:
            path = directory / f"new{time.monotonic_ns()}"
            try:
                path.touch()
            except OSError:
                return False
            made.add(str(path))
            with self._changed:
                if self._changed.wait_for(lambda: not made.isdisjoint(self.paths), _A_LITTLE):
                    return True
        return False

    def forget(self) -> None:
        with self._changed:
            self.paths.clear()
            self.troubles.clear()


def comes_to(true: Callable[[], bool]) -> bool:
    """Whether it became true in time, of what nobody calls back about."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not true():
        if time.monotonic() > deadline:
            return False
        pause.wait(_A_LITTLE / 10)
    return True


def watch(watcher: TreeWatcher, root: Path) -> WatchMarks:
    """Starts `watcher` on a directory that is there and waits until it is watched."""
    marks = WatchMarks()
    watcher.start(str(root), marks.on_dirty, marks.on_trouble)
    assert marks.wait(lambda: str(root) in marks.paths)
    marks.forget()
    return marks
