"""Turns between processes: files that the kernel unlocks when their holder dies."""

import fcntl
import hashlib
import logging
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

from core.ports.turns import Turns

_log = logging.getLogger(__name__)
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_PAUSE_SECONDS = 0.1


class FileTurns(Turns):
    """Locks files in `directory`, one for each matter of one `store`.

    Each is removed at the end of the turn; one that a killed process left is used again.
    """

    def __init__(self, directory: str, store: str) -> None:
        self._directory = directory
        self._store = store

    @contextmanager
    def turn(self, matter: str, wait: Callable[[], object]) -> Generator[None]:
        path = self._path(matter)
        try:
            descriptor = _locked(path)
            while descriptor is None:
                wait()
                time.sleep(_PAUSE_SECONDS)
                descriptor = _locked(path)
        except OSError as error:
            _log.warning("%s cannot be locked: %s", path, os.strerror(error.errno or 0))
            yield
            return
        try:
            yield
        finally:
            with suppress(OSError):
                os.unlink(path)  # while it is locked: who waits for it looks whether it is there
            os.close(descriptor)

    def _path(self, matter: str) -> str:
        """The matter may be a path, and need not be UTF-8."""
        digest = hashlib.sha256(os.fsencode(f"{self._store}\0{matter}")).hexdigest()[:24]
        return os.path.join(self._directory, f"turn-{digest}.lock")


def _locked(path: str) -> int | None:
    """The open file at `path`, locked; None while somebody else has it. Raises OSError."""
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        # Every call opens the file anew: flock excludes open files, so it also excludes threads.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_at(descriptor, path):
            return descriptor
    except BlockingIOError:
        pass
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _is_at(descriptor: int, path: str) -> bool:
    """Who had the lock before may have removed the file since it was opened."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False
