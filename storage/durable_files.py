"""Writing that survives a power cut: what these functions returned from is on the disk."""

import errno
import os

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


def make_directories(path: str) -> None:
    """`os.makedirs` whose result is durable, from the outermost new directory inwards."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    make_directories(parent)
    try:
        os.mkdir(path)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    sync_directory(parent)


def replace_file(path: str, data: bytes) -> None:
    """Writes `data` under `path` as a whole or not at all; one writer per path at a time."""
    new = f"{path}.new"
    with open(new, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    sync_directory(os.path.dirname(path))
