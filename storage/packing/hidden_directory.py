"""Where an archive is taken apart before it is put into place: hidden, locked, gone afterwards."""

import contextlib
import fcntl
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Generator
from typing import NamedTuple

_PREFIX = ".runferry-"
_NAME = re.compile(r"\.runferry-[a-z0-9_]{8}")


class HiddenDirectory(NamedTuple):
    """`descriptor` is for what lies so deep that its path would be too long."""

    path: str
    descriptor: int


@contextlib.contextmanager
def hidden_directory(directory: str) -> Generator[HiddenDirectory]:
    """On the same file system as `directory`; gone afterwards, with what is left in it."""
    hidden = _locked_new(directory)
    try:
        yield hidden
    finally:
        with contextlib.suppress(OSError):
            _remove(hidden)
        os.close(hidden.descriptor)


def remove_left_overs(directory: str) -> None:
    """Removes those that nobody is at work in any more: their process was killed."""
    for name in os.listdir(directory):
        if _NAME.fullmatch(name):
            with contextlib.suppress(OSError):
                _remove_if_left(os.path.join(directory, name))


def _locked_new(directory: str) -> HiddenDirectory:
    """Between its making and its locking, somebody may take it for left over."""
    while True:
        hidden = tempfile.mkdtemp(prefix=_PREFIX, dir=directory)
        descriptor = _open(hidden)
        with contextlib.suppress(OSError):  # not every file system can lock a directory
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.isdir(hidden):
            return HiddenDirectory(hidden, descriptor)
        os.close(descriptor)


def _remove_if_left(hidden: str) -> None:
    descriptor = _open(hidden)
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(HiddenDirectory(hidden, descriptor))
    finally:
        os.close(descriptor)


def _remove(hidden: HiddenDirectory) -> None:
    """Lifts directories to the top before it goes into them: `rmtree` calls itself for each level."""
    top = hidden.descriptor
    while names := os.listdir(top):
        for name in names:
            if not _removed(name, top):
                _lift_directories(name, top)
                os.rmdir(name, dir_fd=top)
    os.rmdir(hidden.path)


def _lift_directories(name: str, top: int) -> None:
    """Of everything else in the directory `name` nothing is left."""
    directory = _open(name, top)
    try:
        for inner in os.listdir(directory):
            if not _removed(inner, directory):
                lifted = secrets.token_hex()
                os.rename(inner, lifted, src_dir_fd=directory, dst_dir_fd=top)
    finally:
        os.close(directory)


def _removed(name: str, directory: int) -> bool:
    """False for a directory, which is left."""
    try:
        os.unlink(name, dir_fd=directory)
    except IsADirectoryError:
        return False
    return True


def _open(path: str, directory: int | None = None) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, dir_fd=directory)
