"""What a real inotify reports of hard cases."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.watching.event_loss import EventLoss, WatchEndedError
from storage.watching.event_watcher import EventWatcher
from storage.watching.observation import Observation
from storage.watching.reporting_inotify import ReportingFD
from tests.deep_tree import chain
from tests.storage.watch_marks import WatchMarks, comes_to, watch

MANY = 10_000


def names_of_threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    return root


@pytest.fixture
def watcher() -> Iterator[EventWatcher]:
    watcher = EventWatcher(look_every=0.05)
    yield watcher
    watcher.stop()


@pytest.fixture
def marks(watcher: EventWatcher, root: Path) -> WatchMarks:
    return watch(watcher, root)


def test_tree_that_grows_while_it_is_discovered(marks: WatchMarks, root: Path) -> None:
    """Nested directories with files, made faster than watches can be set."""
    runs = [root / f"OUT/RUN{number}" for number in range(100)]
    for run in runs:
        (run / "DAILY/deep").mkdir(parents=True)
        (run / "DAILY/deep/file").write_text("x")
    assert all(marks.wait_for(run) for run in runs)
    marks.forget()
    for run in runs:
        (run / "DAILY/deep/late").write_text("x")
    assert all(marks.wait_for(run / "DAILY/deep/late") for run in runs)


def test_moved_in(marks: WatchMarks, root: Path, tmp_path: Path) -> None:
    """A finished directory that is moved into the tree is seen, and watched from then on."""
    outside = tmp_path / "RUN1"
    (outside / "sub").mkdir(parents=True)
    outside.rename(root / "RUN1")
    assert marks.wait_for(root / "RUN1")
    marks.forget()
    assert marks.sees_new_files(root / "RUN1/sub")


def test_renamed(marks: WatchMarks, root: Path) -> None:
    """Both names are marked, and what happens below has the new name."""
    (root / "RUN1/sub").mkdir(parents=True)
    assert marks.sees_new_files(root / "RUN1/sub")  # it is watched by now
    marks.forget()
    (root / "RUN1").rename(root / "RUN2")
    assert marks.wait_for(root / "RUN1")
    assert marks.wait_for(root / "RUN2")
    marks.forget()
    assert marks.sees_new_files(root / "RUN2/sub")


def test_deep_directory_moved_in(marks: WatchMarks, root: Path, tmp_path: Path) -> None:
    """One that is deeper than a program that calls itself for each level can go is seen."""
    with chain(tmp_path, name="m"):
        (tmp_path / "m").rename(root / "m")
        assert marks.wait_for(root / "m")
        (root / "after").touch()
        assert marks.wait_for(root / "after")
        assert marks.troubles == []
        (root / "m").rename(tmp_path / "m")


def test_deep_directory_renamed(marks: WatchMarks, root: Path) -> None:
    """So is one that gets another name."""
    with chain(root):
        assert marks.wait_for(root / "d")
        (root / "d").rename(root / "e")
        assert marks.wait_for(root / "e")
        (root / "after").touch()
        assert marks.wait_for(root / "after")
        assert marks.troubles == []
        (root / "e").rename(root / "d")


def test_moved_out_and_made_again(
    marks: WatchMarks, root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Two directories that had one name do not confuse the watches when the tree is removed."""
    (root / "RUN1/sub").mkdir(parents=True)
    assert marks.wait_for(root / "RUN1/sub")
    (root / "RUN1").rename(tmp_path / "away")
    (root / "RUN1/sub").mkdir(parents=True)
    (root / "RUN1/sub/file").touch()
    assert marks.wait_for(root / "RUN1/sub/file")
    shutil.rmtree(root)
    shutil.rmtree(tmp_path / "away")
    assert marks.wait_for_trouble("is not there")
    root.mkdir()
    assert marks.sees_new_files(root)
    assert not [trouble for trouble in marks.troubles if "unexpectedly" in trouble]
    assert capfd.readouterr() == ("", "")


def test_root_moved_away(watcher: EventWatcher, marks: WatchMarks, root: Path) -> None:
    """The kernel does not report it; another directory under the name is watched instead."""
    root.rename(root.with_name("old"))
    root.mkdir()
    assert marks.wait_for_trouble(str(root))
    assert marks.sees_new_files(root)


def test_linked_root(watcher: EventWatcher, root: Path, tmp_path: Path) -> None:
    """What happens behind a linked root is marked under the name that was given."""
    link = tmp_path / "link"
    link.symlink_to(root)
    marks = watch(watcher, link)
    (root / "RUN1").mkdir()
    assert marks.wait(lambda: str(link / "RUN1") in marks.paths)


def test_linked_directory_is_not_entered(marks: WatchMarks, root: Path, tmp_path: Path) -> None:
    """What lies behind a link inside the tree is not part of it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "link").symlink_to(outside)
    assert marks.wait_for(root / "link")
    marks.forget()
    (outside / "file").touch()
    (root / "end").touch()
    assert marks.wait_for(root / "end")
    assert not [path for path in marks.paths if "outside" in path or "link/" in path]


def test_rest_in_a_big_tree(watcher: EventWatcher, root: Path) -> None:
    """Beginning to watch many directories makes no events, so nothing is lost and nothing done."""
    for number in range(MANY):
        (root / str(number)).mkdir()
    marks = watch(watcher, root)
    (root / "9999/end").touch()
    assert marks.wait_for(root / "9999/end")
    assert set(marks.paths) == {str(root / "9999/end")}
    assert marks.troubles == []
    assert watcher.blind == ""


def test_root_replaced_at_once(marks: WatchMarks, root: Path) -> None:
    """Even if the new directory has the old one's inode number."""
    shutil.rmtree(root)
    root.mkdir()
    assert marks.sees_new_files(root)


def test_stop_breaks_off_the_walk(root: Path) -> None:
    """A big tree does not hold up the end, and leaves no thread."""
    stopping = threading.Event()
    stopping.set()
    loss = EventLoss(threading.Event(), stopping)
    with pytest.raises(WatchEndedError):
        Observation(str(root), WatchMarks().on_dirty, loss, nap=0.1)
    assert not [name for name in names_of_threads() if "watcher" in name]


def test_no_descriptor_is_left_without_a_reading() -> None:
    """The reader is stopped before it came to read."""
    before = os.listdir("/dev/fd")
    ReportingFD(EventLoss(threading.Event(), threading.Event()), nap=0.1).stop()
    assert os.listdir("/dev/fd") == before


def test_no_descriptor_is_left(root: Path) -> None:
    """However short a watcher lived."""
    before = len(os.listdir("/dev/fd"))
    for _ in range(20):
        watcher, marks = EventWatcher(), WatchMarks()
        watcher.start(str(root), marks.on_dirty, marks.on_trouble)
        comes_to(lambda: "watcher-reader" in names_of_threads())
        watcher.stop()
    assert comes_to(lambda: len(os.listdir("/dev/fd")) == before)
