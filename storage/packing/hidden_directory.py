"""Where an archive is taken apart before it is put into place: hidden, locked, gone afterwards."""

import contextlib
import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Generator

_PREFIX = ".runferry-"
_NAME = re.compile(r"\.runferry-[a-z0-9_]{8}")


@contextlib.contextmanager
def hidden_directory(directory: str) -> Generator[str]:
    """On the same file system as `directory`; gone afterwards, with what is left in it."""
    hidden, descriptor = _locked_new(directory)
    try:
        yield hidden
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        os.close(descriptor)


def remove_left_overs(directory: str) -> None:
    """Removes those that nobody is at work in any more: their process was killed."""
    for name in os.listdir(directory):
        if _NAME.fullmatch(name):
            with contextlib.suppress(OSError):
                _remove_if_left(os.path.join(directory, name))


def _locked_new(directory: str) -> tuple[str, int]:
    """Between its making and its locking, somebody may take it for left over."""
    while True:
        hidden = tempfile.mkdtemp(prefix=_PREFIX, dir=directory)
        descriptor = _open(hidden)
        with contextlib.suppress(OSError):  # not every file system can lock a directory
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.isdir(hidden):
            return hidden, descriptor
        os.close(descriptor)


def _remove_if_left(hidden: str) -> None:
    descriptor = _open(hidden)
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(hidden, ignore_errors=True)
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
