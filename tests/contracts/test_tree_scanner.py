"""What every scanner of a tree tells, those in memory and the one of a disk."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from core.errors import InvalidResultsDirectoryError
from core.ports.tree import TreeScanner
from storage.tree.tree_scanner import FileTreeScanner
from tests.contracts.trees import in_memory, on_disk
from tests.fakes.results import MemoryScanner
from tests.fakes.tree import FakeRunDirectory, FakeTree, FakeTreeScanner

FILES = {f"OUT/RUN{number}/LOG": b"12345" for number in (10, 9, 1)}


class Scanned(NamedTuple):
    """A scanner, and what a simulation does: one more file of five bytes in RUN9."""

    scanner: TreeScanner
    write: Callable[[], None]


def fake(root: str) -> Scanned:
    runs = {f"{root}/{path.rpartition('/')[0]}": FakeRunDirectory(1, 5) for path in FILES}
    tree = FakeTree(root, runs)
    written = FakeRunDirectory(2, 10)
    return Scanned(FakeTreeScanner(tree), lambda: tree.runs.update({f"{root}/OUT/RUN9": written}))


def memory(root: str) -> Scanned:
    contents = in_memory(root, FILES)
    more = {**contents[f"{root}/OUT/RUN9"], "more": b"67890"}
    return Scanned(MemoryScanner(contents), lambda: contents.update({f"{root}/OUT/RUN9": more}))


def local(root: str) -> Scanned:
    on_disk(root, FILES)
    return Scanned(FileTreeScanner(), lambda: on_disk(root, {"OUT/RUN9/more": b"67890"}))


@pytest.fixture(params=[fake, memory, local])
def scanned(request: pytest.FixtureRequest, tmp_path: Path) -> Scanned:
    return request.param(str(tmp_path))


def test_natural_order(scanned: Scanned, tmp_path: Path) -> None:
    """RUN10 comes after RUN9, and nothing was in the way."""
    found = scanned.scanner.find_runs(str(tmp_path))
    assert found.runs == tuple(f"{tmp_path}/OUT/RUN{number}" for number in (1, 9, 10))
    assert not found.problems


def test_one_look(scanned: Scanned, tmp_path: Path) -> None:
    """What is in a run; a look at what did not change is equal."""
    scan = scanned.scanner.scan(f"{tmp_path}/OUT/RUN9")
    again = scanned.scanner.scan(f"{tmp_path}/OUT/RUN9")
    assert scan
    assert again
    assert (scan.files, scan.bytes, scan.complete) == (1, 5, True)
    assert again.fingerprint == scan.fingerprint


def test_change(scanned: Scanned, tmp_path: Path) -> None:
    """What is written changes the fingerprint."""
    before = scanned.scanner.scan(f"{tmp_path}/OUT/RUN9")
    scanned.write()
    after = scanned.scanner.scan(f"{tmp_path}/OUT/RUN9")
    assert before
    assert after
    assert (after.files, after.bytes) == (2, 10)
    assert after.fingerprint != before.fingerprint


def test_gone(scanned: Scanned, tmp_path: Path) -> None:
    """A directory that is gone is no error."""
    assert scanned.scanner.scan(f"{tmp_path}/OUT/RUN2") is None


def test_device(scanned: Scanned, tmp_path: Path) -> None:
    """What is gone lies where what is left of its way lies."""
    device = scanned.scanner.device
    assert device(f"{tmp_path}/OUT/RUN2") == device(f"{tmp_path}/OUT/RUN9")


@pytest.mark.parametrize(
    "scanner",
    [MemoryScanner({}), FileTreeScanner(), FakeTreeScanner(FakeTree(missing="it cannot be read"))],
)
def test_no_root(scanner: TreeScanner, tmp_path: Path) -> None:
    """A root that is not there is an error, not a tree without runs."""
    with pytest.raises(InvalidResultsDirectoryError):
        scanner.find_runs(f"{tmp_path}/nothing")
