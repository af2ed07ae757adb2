"""One writer at a time, across threads and processes."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def exclusive(path: str) -> Generator[None]:
    """Holds the lock file at `path`, which the kernel frees when its holder dies.

    Every call opens the file anew: flock excludes open files, so it also excludes threads.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def claim(descriptor: int) -> bool:
    """Takes the lock of an open file without waiting; False when somebody holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
