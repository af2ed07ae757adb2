"""Writing that survives a power cut: what these functions returned from is on the disk."""

import errno
import fcntl
import os
import stat
from collections.abc import Sequence
from contextlib import suppress

# How file systems of networks, of FUSE and of containers say that directories cannot be synced;
# a directory that may be written into but not read cannot even be opened for it.
_NO_SYNC = {
    errno.EACCES,
    errno.EBADF,
    errno.EINVAL,
    errno.EISDIR,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,  # the same number as the one before it, but not on every system
    errno.ENOTTY,
    errno.EPERM,
    errno.EROFS,
}


# Where there is such a command, fsync alone leaves what was written in the cache of the drive.
_TO_THE_DRIVE: int | None = getattr(fcntl, "F_FULLFSYNC", None)


def sync_file(descriptor: int) -> None:
    """Makes what an open file or directory holds durable. Raises OSError."""
    if _TO_THE_DRIVE is not None:
        with suppress(OSError):  # disks of networks refuse it
            fcntl.fcntl(descriptor, _TO_THE_DRIVE)
            return
    os.fsync(descriptor)


def sync_content(descriptor: int) -> None:
    """As `sync_file`, of what is needed to read an open file: not its times. Raises OSError."""
    if hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        sync_file(descriptor)


def sync_directory(path: str) -> None:
    """Makes the names in a directory durable, where its file system can. Raises OSError."""
    try:
        _sync(path)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync_file(descriptor)
    finally:
        os.close(descriptor)


def make_directories(path: str) -> Sequence[str]:
    """`os.makedirs` whose result is durable, from the outermost new directory inwards.

    As many levels as there are, and none of them when the path is too long. Returns those that
    are new. Raises OSError.
    """
    missing: list[str] = []
    place = path
    while not _exists(place):
        missing.append(place)
        place = os.path.dirname(place) or os.curdir
    made: list[str] = []
    for new in reversed(missing):
        with suppress(FileExistsError):
            os.mkdir(new)
            made.append(new)
        sync_directory(os.path.dirname(new) or os.curdir)
    if not os.path.isdir(path):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    return made


def remove_empty(directories: Sequence[str]) -> None:
    """What `make_directories` returned, as far as nobody has put anything there."""
    with suppress(OSError):
        for directory in reversed(directories):
            os.rmdir(directory)


def _exists(path: str) -> bool:
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    return True


def replace_file(path: str, data: bytes, *, mode: int | None = None) -> None:
    """Writes `data` under `path` as a whole or not at all; one writer per path at a time.

    Who may do what with it says `mode`; without one, what is usual for new files.
    """
    new = f"{path}.new"
    with open(new, "wb") as file:
        if mode is not None:
            os.fchmod(file.fileno(), stat.S_IMODE(mode))
        file.write(data)
        file.flush()
        sync_file(file.fileno())
    os.replace(new, path)
    sync_directory(os.path.dirname(path))
