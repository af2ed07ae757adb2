"""How much room there is, and for how long: asked for on other threads, and said while it is known."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.ports.volumes import Space
from core.run_view import DiskView, RunView
from core.watch.disks import Disks
from tests.builders import ROOT, a_run_view
from tests.fakes.clock import FixedClock
from tests.fakes.volumes import FakeVolumes

GIB = 1 << 30
OTHER = "/scratch"


class Room:
    """Disks under a clock, looked at as a screen does it."""

    def __init__(self) -> None:
        self.clock, self.volumes = FixedClock(), FakeVolumes()
        self.disks = Disks(self.volumes, self.clock)
        self.runs: list[RunView] = []

    def look(self, *roots: str) -> list[DiskView]:
        return list(self.disks.look(roots or (ROOT,), self.runs))

    def until(self, known: Callable[[], bool]) -> None:
        """The threads that ask end by themselves."""
        while not known():
            pass

    def grow(self, seconds: float, per_second: int) -> None:
        """The run grows, and is looked at every ten seconds."""
        size = self.runs[0].bytes or 0
        for _ in range(int(seconds // 10)):
            size += 10 * per_second
            self.runs = [view(size)]
            self.clock.advance(10)
            self.look()


def view(size: int) -> RunView:
    return replace(a_run_view(size=size), root=ROOT)


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.volumes.answers.set()


def test_free(room: Room) -> None:
    """What there is of the volume that several roots share, said once."""
    room.until(
        lambda: len(room.look(ROOT, OTHER)) == 1 and len(room.look(ROOT, OTHER)[0].roots) == 2
    )
    (disk,) = room.look(ROOT, OTHER)
    assert disk == DiskView((ROOT, OTHER), 212 * GIB, 1024 * GIB)
    assert not disk.is_short


def test_asked_seldom(room: Room) -> None:
    """However often it is looked at, each root is asked for every ten seconds."""
    room.until(lambda: bool(room.look()))
    room.clock.advance(9)
    for _ in range(100):
        room.look()
    assert room.volumes.asked == [ROOT]
    room.clock.advance(1)
    room.until(lambda: bool(room.look()) and len(room.volumes.asked) == 2)


def test_a_server_that_is_away(room: Room) -> None:
    """It keeps nobody waiting; other volumes are known, and after a minute nothing is said of it."""
    room.volumes.spaces[OTHER] = Space(2, GIB, 100 * GIB)
    room.until(lambda: len(room.look(ROOT, OTHER)) == 2)
    room.volumes.answers.clear()
    room.clock.advance(61)
    assert room.look(ROOT, OTHER) == []
    room.until(lambda: len(room.volumes.asked) == 4)
    room.clock.advance(61)
    room.look(ROOT, OTHER)
    assert len(room.volumes.asked) == 4, "who hangs is asked once"
    room.volumes.answers.set()
    room.until(lambda: len(room.look(ROOT, OTHER)) == 2)


def test_when_it_is_full(room: Room) -> None:
    """At the growth of the last ten minutes; not before there is a minute of it."""
    room.runs = [view(0)]
    room.until(lambda: bool(room.look()))
    room.grow(50, per_second=GIB)
    assert room.look()[0].full_in is None
    room.grow(10, per_second=GIB)
    assert round(room.look()[0].full_in or 0) == 212
    assert room.look()[0].is_short


def test_a_run_that_is_found_did_not_grow(room: Room) -> None:
    """A tree that is copied in, or read for the first time, says nothing of the future."""
    room.until(lambda: bool(room.look()))
    for size in (500, 500, 500, 500, 500, 500, 500):
        room.clock.advance(10)
        room.runs = [view(size * GIB)]
        room.look()
    assert room.look()[0].full_in is None


@pytest.mark.parametrize(
    ("free", "total", "short"),
    [(4, 100, True), (6, 100, False), (30, 1000, False), (19, 1000, True)],
)
def test_little(free: int, total: int, short: bool) -> None:
    """The twentieth part of a small disk, 20 GiB of a large one."""
    assert DiskView((ROOT,), free * GIB, total * GIB).is_short is short
