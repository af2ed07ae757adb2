"""What every look into one directory tells, in memory and on a disk."""

from pathlib import Path

import pytest

from core.errors import InvalidResultsDirectoryError
from core.ports.folders import Folders
from core.ports.tree import EntryType
from storage.tree.folders import LocalFolders
from tests.contracts.trees import in_memory, on_disk
from tests.fakes.folders import MemoryFolders, MemoryTree

FILES = {"OUT/RUN4/LOG": b"12345", "OUT/RUN11/LOG": b"", "OUT/RUN4/DAILY": b"x"}


@pytest.fixture(params=["fake", "local"])
def folders(request: pytest.FixtureRequest, tmp_path: Path) -> Folders:
    if request.param == "fake":
        return MemoryFolders(MemoryTree(in_memory(str(tmp_path), FILES)))
    on_disk(str(tmp_path), FILES)
    return LocalFolders()


def test_files(folders: Folders, tmp_path: Path) -> None:
    """Sorted by name, with their sizes."""
    found = folders.entries(f"{tmp_path}/OUT/RUN4")
    assert [(e.path, e.type, e.size) for e in found] == [
        ("DAILY", EntryType.FILE, 1),
        ("LOG", EntryType.FILE, 5),
    ]


def test_directories(folders: Folders, tmp_path: Path) -> None:
    """What lies deeper is not told; the order is that of text."""
    found = folders.entries(f"{tmp_path}/OUT")
    assert [(e.path, e.type, e.size) for e in found] == [
        ("RUN11", EntryType.DIRECTORY, 0),
        ("RUN4", EntryType.DIRECTORY, 0),
    ]


def test_missing(folders: Folders, tmp_path: Path) -> None:
    """What is not there cannot be listed."""
    with pytest.raises(InvalidResultsDirectoryError, match="cannot be read"):
        folders.entries(f"{tmp_path}/OUT/RUN5")


@pytest.mark.parametrize(
    ("path", "is_one"), [("OUT/RUN4", True), ("OUT", True), ("OUT/RUN", False), ("RUN4", False)]
)
def test_is_directory(folders: Folders, tmp_path: Path, path: str, *, is_one: bool) -> None:
    """A name that begins like one is none."""
    assert folders.is_directory(f"{tmp_path}/{path}") is is_one
