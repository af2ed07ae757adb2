"""Writing that survives a power cut: what these functions returned from is on the disk."""

import errno
import os
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
    errno.ENOTTY,
    errno.EPERM,
    errno.EROFS,
}


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
        os.fsync(descriptor)
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


def replace_file(path: str, data: bytes) -> None:
    """Writes `data` under `path` as a whole or not at all; one writer per path at a time."""
    new = f"{path}.new"
    with open(new, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    sync_directory(os.path.dirname(path))
