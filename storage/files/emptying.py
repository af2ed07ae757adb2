"""Directories that are emptied, however deep they are, whoever swaps what is in them for links."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Generator


def empty_directory(top: int) -> None:
    """Removes everything in an open directory; links go, what they lead to stays. Raises OSError.

    Directories are lifted to the top before it goes into them: `rmtree` calls itself for each level.
    What is mounted there stays.
    """
    while names := os.listdir(top):
        for name in names:
            if not _removed(name, top):
                _lift_directories(name, top)
                os.rmdir(name, dir_fd=top)


@contextlib.contextmanager
def opened_directory(path: str, directory: int | None = None) -> Generator[int]:
    """The descriptor of a directory, which is no link. Raises OSError."""
    descriptor = open_directory(path, directory)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def open_directory(path: str, directory: int | None = None) -> int:
    """As `opened_directory`, for who closes it."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, dir_fd=directory)


def _lift_directories(name: str, top: int) -> None:
    """Of everything else in the directory `name` nothing is left."""
    with opened_directory(name, top) as directory:
        if os.fstat(directory).st_dev != os.fstat(top).st_dev:
            raise OSError(errno.EXDEV, "another file system is mounted in it")
        for inner in os.listdir(directory):
            if not _removed(inner, directory):
                lifted = secrets.token_hex()
                os.rename(inner, lifted, src_dir_fd=directory, dst_dir_fd=top)


def _removed(name: str, directory: int) -> bool:
    """False for a directory, which is left."""
    try:
        os.unlink(name, dir_fd=directory)
    except (IsADirectoryError, PermissionError):  # systems differ in what they call it
        if stat.S_ISDIR(os.lstat(name, dir_fd=directory).st_mode):
            return False
        raise
    return True
