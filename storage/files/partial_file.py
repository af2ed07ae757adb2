"""`NAME.partial`: a file in the making, locked so that a second download leaves it alone."""

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Callable, Sequence

from core.errors import DownloadError, NameRefusedError, NameTakenError
from core.ports.local_files import PartialFile
from core.printable import brief, printable
from storage.files.durable_files import remove_empty, sync_directory, sync_file
from storage.files.rename_new import rename_new

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_OLD = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MODE = 0o666
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP}


class LocalPartial(PartialFile):
    """Owns the descriptor of `path.partial`.

    The directories that were `made` for it go with it unless there is something in them.
    """

    def __init__(
        self, path: str, descriptor: int, made: Sequence[str] = (), *, replace: bool = False
    ) -> None:
        self._path = path
        self._rename = os.replace if replace else rename_new
        self._made = made
        self._partial = f"{path}.partial"
        self._descriptor = descriptor

    @property
    def path(self) -> str:
        return self._partial

    def commit(self) -> str:
        try:
            sync_file(self._descriptor)
            if not is_open_file(self._partial, self._descriptor):
                raise DownloadError(f"{printable(self._partial)} was replaced by somebody else.")
            self._rename(self._partial, self._path)
            self._release()
            sync_directory(os.path.dirname(self._path) or os.curdir)
        except FileExistsError as error:
            raise taken(self._path) from error
        except OSError as error:
            raise failed(self._path, error) from error
        return self._path

    def discard(self) -> None:
        if self._descriptor < 0:
            return
        with contextlib.suppress(OSError):
            if is_open_file(self._partial, self._descriptor):
                os.unlink(self._partial)
        self._release()
        remove_empty(self._made)

    def close(self) -> None:
        self.discard()

    def _release(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)


def open_partial(path: str, usable: Callable[[int], bool] = lambda _: False) -> tuple[int, bool]:
    """A locked descriptor of `path.partial`, and whether it is that of an earlier download.

    What an earlier, dead download of this user left, and is not `usable`, is removed first.
    Raises OSError and DownloadError.
    """
    partial = f"{path}.partial"
    if os.path.lexists(partial):
        descriptor = _open_left_over(partial)
        if os.fstat(descriptor).st_nlink == 1 and usable(descriptor):
            return descriptor, True
        os.unlink(partial)
        os.close(descriptor)
    descriptor = os.open(partial, _NEW, _MODE)
    _lock(descriptor)
    return descriptor, False


def remove_left_over(path: str) -> None:
    """Removes `path.partial` of an earlier, dead download of this user. Raises as `open_partial`."""
    partial = f"{path}.partial"
    if os.path.lexists(partial):
        descriptor = _open_left_over(partial)
        os.unlink(partial)
        os.close(descriptor)


def open_no_link(path: str, flags: int) -> int:
    """For `open`: a pipe must not be waited for, and a link is not what was downloaded."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def is_open_file(path: str, descriptor: int) -> bool:
    """Whether `path` is the name of what is open."""
    return os.path.samestat(os.lstat(path), os.fstat(descriptor))


def taken(path: str) -> DownloadError:
    """Something is in the way."""
    return DownloadError(
        f"{printable(path)} exists already.",
        kept="It was not touched.",
        todo="Move it away, or choose another directory.",
    )


def behind_link(directory: str) -> NameTakenError:
    """Somebody's link is in the place of a directory: what came there would be anywhere."""
    return NameTakenError(
        f"{printable(directory)} is a link.",
        kept="Nothing was written to where it leads.",
        todo="Move it away, or choose another directory.",
    )


def failed(path: str, error: OSError) -> DownloadError:
    """The file system's reason."""
    if error.errno == errno.ENAMETOOLONG:
        return NameRefusedError(f"{brief(path)} is too long a name for a file here.")
    what = f"{printable(path)} could not be written: {error.strerror}."
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return DownloadError(what, todo="A file is in the way: choose another directory.")
    return DownloadError(what, todo="Check the free space and the permissions of the directory.")


def _open_left_over(partial: str) -> int:
    descriptor = os.open(partial, _OLD)
    try:
        _check_left_over(partial, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_left_over(partial: str, descriptor: int) -> None:
    """Locks it, if it is nobody else's."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise taken(partial)
    if not _lock(descriptor) or not is_open_file(partial, descriptor):
        raise DownloadError(
            f"{printable(partial)} is being written by another download.",
            todo="Wait for it to end, or choose another directory.",
        )


def _lock(descriptor: int) -> bool:
    """False when somebody else holds the lock; file systems without locks never refuse."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    return True
