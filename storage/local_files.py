"""Files that the user receives: under their name when whole, not before."""

import contextlib
import errno
import fcntl
import os
import stat

from core.errors import DownloadError
from core.ports.local_files import LocalFiles, PartialFile
from core.printable import printable
from storage.packing.member_names import name_problem
from storage.rename_new import rename_new, sync_directory

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_OLD = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MODE = 0o666


class LocalFileSystem(LocalFiles):
    """The file system of this machine."""

    def create(self, directory: str, name: str) -> "LocalPartialFile":
        if "/" in name or name_problem(name):
            raise DownloadError(f"{printable(name)} cannot be the name of a file here.")
        path = os.path.join(directory, name)
        try:
            os.makedirs(directory, exist_ok=True)
            if os.path.lexists(path):
                raise _taken(path)
            return LocalPartialFile(path, _open_partial(f"{path}.partial"))
        except OSError as error:
            raise _failed(path, error) from error


class LocalPartialFile(PartialFile):
    """`path` in the making. Locked, so that a second download leaves it alone."""

    def __init__(self, path: str, descriptor: int) -> None:
        self._path = path
        self._partial = f"{path}.partial"
        self._descriptor = descriptor

    @property
    def path(self) -> str:
        return self._partial

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            raise _failed(self._path, error) from error

    def commit(self) -> str:
        try:
            os.fsync(self._descriptor)
            if not _is_open_file(self._partial, self._descriptor):
                raise DownloadError(f"{printable(self._partial)} was replaced by somebody else.")
            rename_new(self._partial, self._path)
            self._close()
            sync_directory(os.path.dirname(self._path) or os.curdir)
        except FileExistsError as error:
            raise _taken(self._path) from error
        except OSError as error:
            raise _failed(self._path, error) from error
        return self._path

    def discard(self) -> None:
        if self._descriptor < 0:
            return
        with contextlib.suppress(OSError):
            if _is_open_file(self._partial, self._descriptor):
                os.unlink(self._partial)
        self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)


def _open_partial(partial: str) -> int:
    """A new, locked file; one that an earlier, dead download of this user left is removed first."""
    if os.path.lexists(partial):
        _remove_left_over(partial)
    descriptor = os.open(partial, _NEW, _MODE)
    _lock(descriptor)
    return descriptor


def _remove_left_over(partial: str) -> None:
    descriptor = os.open(partial, _OLD)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise _taken(partial)
        if not _lock(descriptor):
            raise DownloadError(
                f"{printable(partial)} is being written by another download.",
                todo="Wait for it to end, or choose another directory.",
            )
        os.unlink(partial)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """False when somebody else holds the lock; file systems without locks never refuse."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in {errno.ENOLCK, errno.EOPNOTSUPP}:
            raise
    return True


def _is_open_file(path: str, descriptor: int) -> bool:
    return os.path.samestat(os.lstat(path), os.fstat(descriptor))


def _taken(path: str) -> DownloadError:
    return DownloadError(
        f"{printable(path)} exists already.",
        kept="It was not touched.",
        todo="Move it away, or choose another directory.",
    )


def _failed(path: str, error: OSError) -> DownloadError:
    return DownloadError(
        f"{printable(path)} could not be written: {error.strerror}.",
        todo="Check the free space and the permissions of the directory.",
    )
