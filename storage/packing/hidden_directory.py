"""Where an archive is taken apart before it is put into place: hidden, locked, gone afterwards."""

import contextlib
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Generator
from typing import NamedTuple

from storage.files.emptying import empty_directory, open_directory, opened_directory

_NAME = re.compile(r"\.runferry-extract-[0-9a-f]{16}\.partial")
_CONTENT = "content"
_MARK = "made-by-runferry"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class HiddenDirectory(NamedTuple):
    """`descriptor` is for what lies so deep that its path would be too long."""

    path: str
    descriptor: int


@contextlib.contextmanager
def hidden_directory(directory: str) -> Generator[HiddenDirectory]:
    """On the same file system as `directory`; gone afterwards, with what is left in it."""
    hidden, lock = _locked_new(directory)
    try:
        _mark(hidden)
        content = os.path.join(hidden, _CONTENT)
        os.mkdir(content, 0o700)
        with opened_directory(content) as descriptor:
            yield HiddenDirectory(content, descriptor)
    finally:
        with contextlib.suppress(OSError):
            _remove(hidden)
        os.close(lock)


def remove_left_overs(directory: str) -> None:
    """Removes those that nobody is at work in any more: their process was killed.

    The name alone proves nothing: what has no mark of ours inside, and is not empty, is kept.
    """
    for name in os.listdir(directory):
        if _NAME.fullmatch(name):
            with contextlib.suppress(OSError):
                _remove_if_left(os.path.join(directory, name))


def _locked_new(directory: str) -> tuple[str, int]:
    """Between its making and its locking, somebody may take it for left over."""
    while True:
        hidden = os.path.join(directory, f".runferry-extract-{secrets.token_hex(8)}.partial")
        os.mkdir(hidden, 0o700)
        try:
            descriptor = open_directory(hidden)
        except FileNotFoundError:
            continue
        with contextlib.suppress(OSError):  # not every file system can lock a directory
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.isdir(hidden):
            return hidden, descriptor
        os.close(descriptor)


def _mark(hidden: str) -> None:
    with open(os.open(os.path.join(hidden, _MARK), _NEW, 0o600), "w", encoding="ascii") as file:
        file.write(os.path.basename(hidden))


def _is_marked(hidden: str) -> bool:
    """It names the directory that it is in: a copy elsewhere is no mark."""
    name = os.path.basename(hidden)
    try:
        descriptor = os.open(os.path.join(hidden, _MARK), _OLD)
    except FileNotFoundError:
        return False
    with open(descriptor, "rb") as file:
        return file.read(len(name) + 1) == name.encode()


def _remove_if_left(hidden: str) -> None:
    with opened_directory(hidden) as descriptor:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_marked(hidden):
                _remove(hidden)
            else:
                os.rmdir(hidden)  # killed before it was marked; what is not empty is refused


def _remove(hidden: str) -> None:
    """The mark goes last: when this is cut short, or refused, the next one can go on."""
    content = os.path.join(hidden, _CONTENT)
    with contextlib.suppress(FileNotFoundError):
        with opened_directory(content) as descriptor:
            empty_directory(descriptor)
        os.rmdir(content)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(hidden, _MARK))
    os.rmdir(hidden)
