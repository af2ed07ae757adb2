"""What every watcher promises, on real inotify."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.ports.tree import TreeWatcher
from storage.watchdog_watcher import WatchdogWatcher

PATIENCE = 20.0


class Marks:
    """Collects what the watcher says, and waits for it."""

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
        return self._wait(lambda: any(p.startswith(str(path)) for p in self.paths))

    def sees_new_file(self, path: Path) -> bool:
        """Makes a file; whether it was marked soon."""
        path.touch()
        with self._changed:
            return self._changed.wait_for(lambda: str(path) in self.paths, PATIENCE / 100)

    def forget(self) -> None:
        with self._changed:
            self.paths.clear()

    def _wait(self, true: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(true, PATIENCE)


@pytest.fixture
def watcher() -> Iterator[TreeWatcher]:
    watcher = WatchdogWatcher(supervise_every=0.05)
    yield watcher
    watcher.stop()


@pytest.fixture
def marks(watcher: TreeWatcher, tmp_path: Path) -> Marks:
    """Of a watcher that is in place: it marks the root when it begins."""
    marks = Marks()
    root = tmp_path / "tree"
    root.mkdir()
    watcher.start(str(root), marks.on_dirty, marks.on_trouble)
    assert marks.wait_for(root)
    marks.forget()
    return marks


@pytest.fixture
def root(marks: Marks, tmp_path: Path) -> Path:
    return tmp_path / "tree"


def test_new_directory_and_what_is_in_it(marks: Marks, root: Path) -> None:
    """A RUN directory, and a file deep below, made at once."""
    (root / "OUT/RUN1/DAILY").mkdir(parents=True)
    assert marks.wait_for(root / "OUT")
    marks.forget()
    (root / "OUT/RUN1/DAILY/Date.txt").write_text("x")
    assert marks.wait_for(root / "OUT/RUN1/DAILY")


@pytest.mark.parametrize("change", ["append", "rename", "delete"])
def test_changes(marks: Marks, root: Path, change: str) -> None:
    """A file that was closed after writing, renamed or deleted."""
    file = root / "file"
    file.write_text("x")
    assert marks.wait_for(file)
    marks.forget()
    if change == "append":
        with file.open("a") as again:
            again.write("y")
    elif change == "rename":
        file.rename(root / "other")
    else:
        file.unlink()
    assert marks.wait_for(root)


def test_odd_names(marks: Marks, root: Path) -> None:
    """Names that are not UTF-8 arrive as the file system knows them."""
    path = root / os.fsdecode(b"bad\xff\n")
    path.mkdir()
    assert marks.wait_for(path)


def test_reading_is_no_event(marks: Marks, root: Path) -> None:
    """Scanning and uploading must not wake the watcher."""
    (root / "data").write_text("x")
    assert marks.wait_for(root / "data")
    (root / "written").touch()
    assert marks.wait_for(root / "written")
    marks.forget()
    (root / "data").read_text()
    os.listdir(root)
    (root / "end").touch()
    assert marks.wait_for(root / "end")
    assert str(root / "data") not in marks.paths


def test_root_goes_and_comes_back(marks: Marks, root: Path) -> None:
    """The trouble is said, and the new root is watched."""
    shutil.rmtree(root)
    root.mkdir()
    # Marks of the old root may still arrive: the new one is watched when a new file is seen.
    seen = (marks.sees_new_file(root / f"again{number}") for number in range(100))
    assert any(seen)


def test_root_that_is_not_there_yet(watcher: TreeWatcher, tmp_path: Path) -> None:
    """It is waited for."""
    marks = Marks()
    watcher.start(str(tmp_path / "later"), marks.on_dirty, marks.on_trouble)
    (tmp_path / "later").mkdir()
    assert marks.wait_for(tmp_path / "later")


def test_stop_is_final(marks: Marks, watcher: TreeWatcher, root: Path) -> None:
    """No call-back afterwards; stopping again is fine."""
    watcher.stop()
    watcher.stop()
    marks.forget()
    (root / "late").touch()
    assert marks.paths == []
