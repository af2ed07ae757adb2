"""What every watcher promises; of events, of real inotify and of what stands in for FSEvents."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.ports.tree import TreeWatcher
from storage.watching.event_watcher import EventWatcher
from storage.watching.polling_watcher import PollingWatcher
from tests.fakes.tree import FakeTreeWatcher
from tests.portable.event_sources import give_fsevents, has_inotify
from tests.storage.watch_marks import WatchMarks, comes_to, watch


def quick() -> EventWatcher:
    return EventWatcher(look_every=0.05)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    return root


@pytest.fixture(params=["inotify", "fsevents"])
def events(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the system reports by; a stand-in for what it has not."""
    if request.param == "inotify" and not has_inotify():
        pytest.skip("no inotify")
    if request.param == "fsevents":
        give_fsevents(monkeypatch)
    return request.param


@pytest.fixture
def watcher(events: str) -> Iterator[TreeWatcher]:
    watcher = quick()
    yield watcher
    watcher.stop()


@pytest.fixture
def marks(watcher: TreeWatcher, root: Path) -> WatchMarks:
    """Of a watcher that is in place."""
    return watch(watcher, root)


def fake() -> TreeWatcher:
    """Tests mark what is dirty: it sees nothing."""
    watcher = FakeTreeWatcher()
    watcher.why_blind = "it looks at nothing"
    return watcher


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize("new", [quick, lambda: PollingWatcher("nothing is reported"), fake])
class TestEvery:
    def test_start_and_stop(self, new: Callable[[], TreeWatcher], root: Path) -> None:
        """Nothing is called after the stop; stopping again is fine."""
        watcher, marks = new(), WatchMarks()
        watcher.start(str(root), marks.on_dirty, marks.on_trouble)
        watcher.stop()
        marks.forget()
        (root / "late").touch()
        watcher.stop()
        assert (marks.paths, marks.troubles) == ([], [])

    def test_stop_without_start(self, new: Callable[[], TreeWatcher]) -> None:
        """It may be stopped before it was ever started, and leaves no thread."""
        before = threading.active_count()
        new().stop()
        assert threading.active_count() == before

    def test_blind_or_seeing(self, new: Callable[[], TreeWatcher], root: Path) -> None:
        """What happens is marked, unless the watcher says that it cannot see."""
        watcher, marks = new(), WatchMarks()
        watcher.start(str(root), marks.on_dirty, marks.on_trouble)
        assert watcher.blind or marks.sees_new_files(root)
        watcher.stop()


def test_polling_says_why() -> None:
    """The reason for polling is the reason of the blindness."""
    assert PollingWatcher("nfs4 is remote").blind == "nfs4 is remote"


def test_new_directory_and_what_is_in_it(marks: WatchMarks, root: Path) -> None:
    """A RUN directory, and a file deep below, made at once."""
    (root / "OUT/RUN1/DAILY").mkdir(parents=True)
    assert marks.wait_for(root / "OUT")
    marks.forget()
    (root / "OUT/RUN1/DAILY/Date.txt").write_text("x")
    assert marks.wait_for(root / "OUT/RUN1/DAILY")


@pytest.mark.parametrize("change", ["append", "rename", "delete"])
def test_changes(marks: WatchMarks, root: Path, change: str) -> None:
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
    assert marks.wait_for(file)


def test_odd_names(marks: WatchMarks, root: Path) -> None:
    """Names that are not UTF-8 arrive as the file system knows them."""
    path = root / os.fsdecode(b"bad\xff\n")
    path.mkdir()
    assert marks.wait_for(path)


def test_reading_is_no_event(marks: WatchMarks, root: Path) -> None:
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


def test_root_goes_and_comes_back(watcher: TreeWatcher, marks: WatchMarks, root: Path) -> None:
    """It is said, waited for, marked when it is back, and watched as before."""
    shutil.rmtree(root)
    assert marks.wait_for_trouble(str(root), "is not there")
    assert watcher.blind
    marks.forget()
    root.mkdir()
    assert marks.wait(lambda: str(root) in marks.paths)
    assert comes_to(lambda: not watcher.blind)
    assert marks.sees_new_files(root)


def test_root_that_is_not_there_yet(watcher: TreeWatcher, tmp_path: Path) -> None:
    """It is waited for, and marked when it is there."""
    marks = WatchMarks()
    later = tmp_path / "later"
    watcher.start(str(later), marks.on_dirty, marks.on_trouble)
    assert marks.wait_for_trouble("is not there")
    later.mkdir()
    assert marks.wait(lambda: str(later) in marks.paths)
    assert marks.sees_new_files(later)


def test_several_at_once(watcher: TreeWatcher, marks: WatchMarks, root: Path) -> None:
    """Two roots are watched independently, even of the same tree."""
    inner = root / "inner"
    inner.mkdir()
    other = quick()
    other_marks = watch(other, inner)
    (inner / "both").touch()
    assert marks.wait_for(inner / "both")
    assert other_marks.wait_for(inner / "both")
    other.stop()
    other_marks.forget()
    (inner / "one").touch()
    assert marks.wait_for(inner / "one")
    assert other_marks.paths == []


def test_stop_is_final(marks: WatchMarks, watcher: TreeWatcher, root: Path) -> None:
    """No call-back afterwards, and soon no thread."""
    watcher.stop()
    watcher.stop()
    marks.forget()

    def gone() -> bool:
        (root / "late").touch()
        return not any("watcher" in thread.name for thread in threading.enumerate())

    assert comes_to(gone)
    assert marks.paths == []
