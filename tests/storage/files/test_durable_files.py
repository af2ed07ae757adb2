"""What is left after a power cut, and file systems that cannot make names durable."""

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import StoreError
from storage.files import durable_files
from storage.files.durable_files import make_directories, replace_file
from storage.files.local_files import LocalFileSystem
from storage.local.store import LocalStore
from tests.contracts.object_store_contract import KEY, content, upload

NO_OBJECT = "store/.runferry/lock"
"""Empty, and made again."""

NO_COMMAND = 51
"""F_FULLFSYNC of systems that have it; of others a command that is not known."""

UNABLE = [
    errno.EACCES,
    errno.EBADF,
    errno.EINVAL,
    errno.EISDIR,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.ENOTTY,
    errno.EPERM,
    errno.EROFS,
]


class Disk:
    """Knows what was synced: names as their directory had them, and contents of files."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sync = os.fsync
        self._names: dict[int, list[str]] = {}
        self._contents: dict[int, bytes] = {}
        monkeypatch.setattr(os, "fsync", self._fsync)

    def _fsync(self, descriptor: int) -> None:
        self._sync(descriptor)
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            self._names[found.st_ino] = os.listdir(descriptor)
        else:
            self._contents[found.st_ino] = Path(f"/proc/self/fd/{descriptor}").read_bytes()

    def lost(self, root: Path) -> list[str]:
        """What is below `root` and would not be there; of a lost directory only itself."""
        return sorted(str(path.relative_to(root)) for path in self._lost_below(root))

    def _lost_below(self, directory: Path) -> Iterator[Path]:
        for path in directory.iterdir():
            if not self.has(path):
                yield path
            elif path.is_dir():
                yield from self._lost_below(path)
            elif self._contents.get(path.stat().st_ino) != path.read_bytes():
                yield path

    def kept(self, path: Path) -> bytes:
        """The content that a file would have."""
        return self._contents[path.stat().st_ino]

    def has(self, path: Path) -> bool:
        """Whether the name would be there, as far as its own directory is."""
        return path.name in self._names.get(path.parent.stat().st_ino, [])


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


class TestPowerCut:
    """Each of these is on the disk when it has returned."""

    def test_directories(self, tmp_path: Path, disk: Disk) -> None:
        """All of those that had to be made."""
        make_directories(str(tmp_path / "a"))
        make_directories(str(tmp_path / "a/b/c"))
        assert disk.lost(tmp_path) == []

    def test_replaced_file(self, tmp_path: Path, disk: Disk) -> None:
        """Its content, and the name that it has in the end."""
        for data in (b"old", b"new"):
            replace_file(str(tmp_path / "file"), data)
            assert disk.lost(tmp_path) == []
        assert (tmp_path / "file").read_bytes() == b"new"

    @pytest.mark.parametrize("step", ["put", "replace", "upload", "copy"])
    def test_object(self, tmp_path: Path, disk: Disk, step: str) -> None:
        """With its metadata and all directories above it."""
        root = tmp_path / "store"
        store = LocalStore(str(root))
        if step in {"replace", "copy"}:
            store.put(KEY, b"older", metadata={"write-token": "1"})
        if step in {"put", "replace"}:
            store.put(KEY, b"newer", metadata={"write-token": "2"})
        elif step == "upload":
            upload(store, b"content")
        else:
            store.copy(KEY, "jobs/8/2026/copy.zip")
        assert disk.lost(tmp_path) == [NO_OBJECT]

    def test_deletion(self, tmp_path: Path, disk: Disk) -> None:
        """What was deleted does not come back."""
        store = LocalStore(str(tmp_path / "store"))
        store.put(f"{KEY}.log", b"stays")
        store.put(KEY, b"goes")
        assert disk.has(tmp_path / "store" / KEY)
        store.delete(KEY)
        assert not disk.has(tmp_path / "store" / KEY)
        assert disk.lost(tmp_path) == [NO_OBJECT]

    @pytest.mark.parametrize("way", ["usual", "no fdatasync", "drive that refuses"])
    def test_piece(
        self, tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        """The content of a piece that is marked, by whatever way the system has."""
        if way == "drive that refuses":
            monkeypatch.setattr(durable_files, "_TO_THE_DRIVE", NO_COMMAND)
        if way != "usual":
            monkeypatch.delattr(os, "fdatasync", raising=False)
        file = LocalFileSystem().resume(str(tmp_path), "x.zip", size=8, pieces=2, identity="x")
        file.write(4, b"tail")
        file.finish(1)
        assert way == "usual" or disk.kept(tmp_path / "x.zip.partial")[:8] == b"\0\0\0\0tail"
        file.write(0, b"head")
        file.finish(0)
        file.seal()
        file.commit()
        assert disk.lost(tmp_path) == []
        assert (tmp_path / "x.zip").read_bytes() == b"headtail"

    def test_drive_that_takes_it(
        self, tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where the system has a command for the drive itself, it takes the place of fsync."""
        monkeypatch.setattr(durable_files, "_TO_THE_DRIVE", fcntl.F_GETFD)
        replace_file(str(tmp_path / "file"), b"data")
        assert disk.lost(tmp_path) == ["file"]

    def test_download(self, tmp_path: Path, disk: Disk) -> None:
        """Content and name."""
        partial = LocalFileSystem().create(str(tmp_path / "a/b"), "x.zip")
        partial.write(b"content")
        partial.commit()
        assert disk.lost(tmp_path / "a/b") == []


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """From now on directories cannot be synced, with this error; files can."""

    def begin(number: int) -> None:
        sync = os.fsync

        def fsync(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(number, os.strerror(number))
            sync(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)

    return begin


@pytest.mark.parametrize("number", UNABLE, ids=errno.errorcode.get)
def test_unable(tmp_path: Path, refusing: Callable[[int], None], number: int) -> None:
    """A store there works all the same, from its first object on."""
    refusing(number)
    store = LocalStore(str(tmp_path / "store"))
    first = store.put(KEY, b"first", metadata={"write-token": "1"})
    store.put(KEY, b"second", if_match=first.etag)
    upload(store, b"content", key="jobs/7/other.zip")
    store.copy(KEY, "jobs/7/copy.zip")
    assert content(store, "jobs/7/copy.zip") == b"second"
    store.delete(KEY)
    assert [found.key for found in store.list("")] == ["jobs/7/copy.zip", "jobs/7/other.zip"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT], ids=errno.errorcode.get)
def test_failing(tmp_path: Path, refusing: Callable[[int], None], number: int) -> None:
    """A disk that fails at it is not a file system that cannot do it."""
    refusing(number)
    with pytest.raises(StoreError):
        LocalStore(str(tmp_path / "store")).put(KEY, b"first")
