"""A final name is given once and never taken from anything, with hard links or without."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.files.rename_new import rename_new

NO_LINKS = [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV]


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """From now on hard links fail with this error."""

    def begin(number: int) -> None:
        def link(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "link", link)

    return begin


@pytest.fixture(params=[0, *NO_LINKS], ids=lambda number: errno.errorcode.get(number, "links"))
def _links(request: pytest.FixtureRequest, refusing: Callable[[int], None]) -> None:
    """A file system with hard links, and those without."""
    if request.param:
        refusing(request.param)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"ours")
    return path


@pytest.mark.usefixtures("_links")
class TestEverywhere:
    def test_file(self, source: Path, tmp_path: Path) -> None:
        """It has the new name and no other."""
        rename_new(str(source), str(tmp_path / "target"))
        assert (tmp_path / "target").read_bytes() == b"ours"
        assert os.listdir(tmp_path) == ["target"]

    def test_directory(self, tmp_path: Path) -> None:
        """With what is in it."""
        (tmp_path / "source/deep").mkdir(parents=True)
        rename_new(str(tmp_path / "source"), str(tmp_path / "target"))
        assert (tmp_path / "target/deep").is_dir()

    @pytest.mark.parametrize("kind", ["file", "directory", "dangling link"])
    @pytest.mark.parametrize("directory", [False, True], ids=["of a file", "of a directory"])
    def test_name_is_taken(self, source: Path, tmp_path: Path, kind: str, directory: bool) -> None:
        """Nothing is replaced: not even by a directory what is empty."""
        target = tmp_path / "target"
        if kind == "file":
            target.write_bytes(b"theirs")
        elif kind == "directory":
            target.mkdir()
        else:
            target.symlink_to("nowhere")
        there = os.lstat(target)
        if directory:
            source.unlink()
            source.mkdir()
        with pytest.raises(FileExistsError):
            rename_new(str(source), str(target))
        assert os.path.samestat(os.lstat(target), there)
        assert os.path.lexists(source)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EACCES], ids=errno.errorcode.get)
def test_failing(
    source: Path, tmp_path: Path, refusing: Callable[[int], None], number: int
) -> None:
    """A disk that fails is not a file system without links: nothing else is tried."""
    refusing(number)
    with pytest.raises(OSError, match=os.strerror(number)):
        rename_new(str(source), str(tmp_path / "target"))
    assert os.listdir(tmp_path) == ["source"]
