"""One directory of a real file system, looked at without going further."""

import os
from pathlib import Path

import pytest

from core.errors import InvalidResultsDirectoryError
from core.ports.tree import EntryType
from storage.tree.folders import LocalFolders


def test_entries(tmp_path: Path) -> None:
    """All kinds, sorted by name; links are not followed, nothing below is listed."""
    (tmp_path / "b.txt").write_bytes(b"12345")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/deep").touch()
    (tmp_path / "c").symlink_to("b.txt")
    os.mkfifo(tmp_path / "d")
    found = LocalFolders().entries(str(tmp_path))
    assert [(e.path, e.type, e.size) for e in found] == [
        ("a", EntryType.DIRECTORY, 0),
        ("b.txt", EntryType.FILE, 5),
        ("c", EntryType.SYMLINK, 0),
        ("d", EntryType.SPECIAL, 0),
    ]
    assert found[1].mtime_ns == (tmp_path / "b.txt").stat().st_mtime_ns


def test_names(tmp_path: Path) -> None:
    """As long as the file system allows, and of any bytes."""
    names = ["x" * 255, os.fsdecode(b"\xff-4.txt"), "line\nbreak"]
    for name in names:
        (tmp_path / name).touch()
    assert {e.path for e in LocalFolders().entries(str(tmp_path))} == set(names)


@pytest.mark.parametrize("name", ["gone", "file"])
def test_no_directory(tmp_path: Path, name: str) -> None:
    """Named, with the reason."""
    (tmp_path / "file").touch()
    with pytest.raises(InvalidResultsDirectoryError, match=f"{name} cannot be read: N"):
        LocalFolders().entries(str(tmp_path / name))


def test_directory_that_is_there(tmp_path: Path) -> None:
    """A directory, or a link to one; no list of its neighbours is needed."""
    (tmp_path / "RUN1").mkdir()
    (tmp_path / "RUN2").symlink_to("RUN1")
    (tmp_path / "file").touch()
    there = [LocalFolders().is_directory(str(tmp_path / name)) for name in ("RUN1", "RUN2", "file")]
    assert there == [True, True, False]
    assert LocalFolders().real(str(tmp_path / "RUN2")) == str(tmp_path / "RUN1")
    assert not LocalFolders().is_directory(str(tmp_path / "file/RUN1"))
