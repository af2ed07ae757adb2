"""A watcher that misses events says so, and is whole again."""

import os
import struct
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from watchdog.events import FileCreatedEvent
from watchdog.observers.inotify_c import InotifyConstants

from storage.watching.event_watcher import EventWatcher
from storage.watching.observation import Dirty
from storage.watching.polling_watcher import PollingWatcher, watcher_of
from storage.watching.reporting_inotify import ReportingFD
from tests.portable.event_sources import give_fsevents, take_events
from tests.storage.watch_marks import WatchMarks, comes_to, watch

LONG = 3600.0
FIRST_WATCH = 1
NewWatcher = Callable[..., EventWatcher]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    return root


@pytest.fixture
def new() -> Iterator[NewWatcher]:
    """Makes watchers and stops them."""
    made: list[EventWatcher] = []

    def make(renew_every: float = 0.2, nap: float = 0.1) -> EventWatcher:
        made.append(EventWatcher(look_every=0.05, renew_every=renew_every, nap=nap))
        return made[-1]

    yield make
    for watcher in made:
        watcher.stop()


def flood(root: Path, until: Callable[[], bool]) -> bool:
    """Makes events, much faster than a napping watcher reads them, until it is noticed."""
    file, link = root / "file", root / "link"
    file.touch()

    def enough() -> bool:
        for _ in range(5000):
            os.link(file, link)
            os.unlink(link)
        return until()

    return comes_to(enough)


def test_overflow(new: NewWatcher, root: Path) -> None:
    """Dropped events are told, the root is marked, and watching goes on."""
    watcher = new(nap=1.0)
    marks = watch(watcher, root)
    assert flood(root, lambda: bool(marks.troubles))
    assert "dropped" in marks.troubles[0]
    assert marks.wait(lambda: str(root) in marks.paths)
    assert comes_to(lambda: not watcher.blind)
    assert marks.sees_new_files(root)


def test_flood_that_goes_on(new: NewWatcher, root: Path) -> None:
    """It is one trouble and not one walk after the other; what is seen is marked meanwhile."""
    watcher = new(renew_every=LONG, nap=0.5)
    marks = watch(watcher, root)
    assert flood(root, lambda: bool(marks.troubles))
    more = iter([False, False, False, True])
    assert flood(root, lambda: next(more))
    assert marks.sees_new_files(root)
    assert marks.troubles == [watcher.blind]
    assert str(root) not in marks.paths


def test_unmounted(new: NewWatcher, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel tells it once and ends the watch: it is passed on, and watching begins anew."""
    masks = (InotifyConstants.IN_UNMOUNT, InotifyConstants.IN_IGNORED)
    news = [b"".join(struct.pack("iIII", FIRST_WATCH, mask, 0, 0) for mask in masks)]

    class UnmountedFD(ReportingFD):
        def _read_event_buffer(self, event_buffer_size: int) -> bytes:
            found = super()._read_event_buffer(event_buffer_size)
            return found + news.pop() if found and news else found

    monkeypatch.setattr("storage.watching.reporting_inotify.ReportingFD", UnmountedFD)
    watcher = new()
    marks = watch(watcher, root)
    (root / "last words").touch()
    assert marks.wait_for_trouble("was unmounted")
    assert marks.wait(lambda: str(root) in marks.paths)
    assert comes_to(lambda: not watcher.blind)
    assert marks.sees_new_files(root)


def test_thread_that_dies(new: NewWatcher, root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It is told, nothing is printed, and another observer takes its place."""
    watcher, marks = new(), WatchMarks()
    bomb = [ValueError("a bug")]

    def on_dirty(path: str) -> None:
        if path != str(root) and bomb:
            raise bomb.pop()
        marks.on_dirty(path)

    watcher.start(str(root), on_dirty, marks.on_trouble)
    assert marks.wait(lambda: bool(marks.paths))
    (root / "bang").touch()
    assert marks.wait_for_trouble("stopped unexpectedly")
    assert marks.sees_new_files(root)
    assert watcher.blind == ""
    assert capfd.readouterr() == ("", "")


def test_unexpected_watchdog(new: NewWatcher, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where watchdog is not as it was, its plain observer still marks what happens."""
    monkeypatch.setitem(sys.modules, "storage.watching.reporting_inotify", None)
    marks = watch(new(), root)
    assert marks.sees_new_files(root)


def test_path_that_is_too_long(new: NewWatcher, root: Path) -> None:
    """A directory that cannot be named to the kernel is told; the others are watched."""
    name = "x" * 250
    here = os.open(root, os.O_DIRECTORY)
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    watcher, marks = new(), WatchMarks()
    watcher.start(str(root), marks.on_dirty, marks.on_trouble)
    assert marks.wait_for_trouble("not watched", "too long")
    assert marks.sees_new_files(root)


class TestWatcherOf:
    def test_local(self, root: Path) -> None:
        """Events are used where they can be relied on, even before the root is there."""
        assert isinstance(watcher_of(str(root), polling=False), EventWatcher)
        assert isinstance(watcher_of(str(root / "later"), polling=False), EventWatcher)

    def test_polling(self, root: Path) -> None:
        """The user's wish comes first."""
        watcher = watcher_of(str(root), polling=True)
        assert isinstance(watcher, PollingWatcher)
        assert watcher.blind == "polling was asked for"


class TestOtherSystems:
    """Without inotify."""

    def test_nothing_is_reported(
        self, new: NewWatcher, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """That is said once; the watcher stays blind, so that all is looked at regularly."""
        take_events(monkeypatch)
        watcher, marks = new(), WatchMarks()
        watcher.start(str(root), marks.on_dirty, marks.on_trouble)
        assert marks.wait_for_trouble("does not report")
        assert "does not report" in watcher.blind
        assert len(marks.troubles) == 1

    @pytest.mark.parametrize(("flag", "words"), [(0x4, "dropped"), (0x80, "was unmounted")])
    def test_losses_of_fsevents(
        self,
        new: NewWatcher,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
        flag: int,
        words: str,
    ) -> None:
        """What the system says that it dropped is told, and watching begins anew."""
        give_fsevents(monkeypatch)
        native = import_module("_watchdog_fsevents")
        news = [(str(root), 0, flag)]
        seen = native._differences

        def with_news(*looks: object) -> Iterator[tuple[str, int, int]]:
            found = list(seen(*looks))
            yield from found
            if found and news:
                yield news.pop()

        monkeypatch.setattr(native, "_differences", with_news)
        watcher = new()
        marks = watch(watcher, root)
        (root / "something").touch()
        assert marks.wait_for_trouble(words)
        assert marks.wait(lambda: str(root) in marks.paths)
        assert comes_to(lambda: not watcher.blind)
        assert marks.sees_new_files(root)

    def test_root_by_another_spelling(self) -> None:
        """A path that does not begin as the root does marks the whole tree."""
        marks = WatchMarks()
        dirty = Dirty("/real/Tree", "/as/given", marks.on_dirty)
        for path in ("/real/Tree/RUN1/a", "/real/tree/RUN1/a", "/real/Tree2/x", "/real/Tree"):
            dirty.dispatch(FileCreatedEvent(path))
        assert marks.paths == ["/as/given/RUN1/a", "/as/given", "/as/given", "/as/given"]
