"""Which roots are watched of those that were named."""

import pytest

from core.watch.watched_root import WatchedRoot, lies_in
from core.watch.watched_roots import WatchedRoots
from tests.fakes.clock import FixedClock
from tests.fakes.tree import FakeTree, FakeTreeScanner, FakeTreeWatcher


@pytest.mark.parametrize(
    ("named", "watched"),
    [
        (["/data/b", "/data/a"], ["/data/a", "/data/b"]),
        (["/data/OUT/RUN1", "/data", "/data"], ["/data"]),
        (["/data", "/data2"], ["/data", "/data2"]),
        (["/"], ["/"]),
        (["/data", "/"], ["/"]),
        ([], []),
    ],
)
def test_outermost(named: list[str], watched: list[str]) -> None:
    """What lies in another one is watched with it; `/` lies in no other."""
    scanner = FakeTreeScanner(FakeTree())
    roots = WatchedRoots(
        scanner,
        lambda path: WatchedRoot(path, FakeTreeWatcher(), scanner, print),
        FixedClock(),
        print,
    )
    roots.open(named)
    assert [root.path for root in roots] == watched
    assert roots.views() == ()


@pytest.mark.parametrize(
    ("path", "root", "lies"),
    [
        ("/data", "/data", True),
        ("/data/RUN1", "/data", True),
        ("/data2", "/data", False),
        ("/", "/data", False),
        ("/data", "/", True),
    ],
)
def test_lies_in(path: str, root: str, *, lies: bool) -> None:
    """By whole names."""
    assert lies_in(path, root) is lies
