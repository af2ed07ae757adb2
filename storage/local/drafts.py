"""Files of the local store before they become objects."""

import contextlib
import errno
import os
import threading
import time
import uuid
from io import FileIO
from typing import Self

from storage.files.durable_files import make_directories, sync_file
from storage.local.lock import claim, exclusive

_BLOCK = 1 << 20
_NOT_BY_THE_KERNEL = {errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}


class Draft:
    """A file being written, out of sight; used by one thread. Raises OSError.

    Its lock tells other processes that the writer lives.
    """

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def create(cls, directory: str) -> Self:
        """A new empty file that the user's umask makes as readable as any other."""
        path = os.path.join(directory, uuid.uuid4().hex)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        draft = cls(path, os.open(path, flags, 0o666))
        claim(draft._descriptor)
        return draft

    def write(self, data: bytes | memoryview) -> None:
        """Appends all of `data`."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def write_file(self, file: FileIO) -> None:
        """Appends what is left of `file`.

        The kernel copies where it can, and shares the blocks of file systems that know how.
        """
        if hasattr(os, "copy_file_range"):
            self._copied_by_kernel(file)
        while block := file.read(_BLOCK):  # all of it, or nothing any more
            self.write(block)

    def seal(self, not_before_ns: int = 0) -> os.stat_result:
        """Makes the content durable under a modification time that tells it from older ones.

        The kernel's own stamps are some milliseconds coarse: two contents could share one.
        """
        now = max(time.time_ns(), not_before_ns)
        os.utime(self._descriptor, ns=(now, now))
        sync_file(self._descriptor)
        return os.fstat(self._descriptor)

    def _copied_by_kernel(self, file: FileIO) -> None:
        try:
            while os.copy_file_range(file.fileno(), self._descriptor, _BLOCK):
                pass
        except OSError as error:
            if error.errno not in _NOT_BY_THE_KERNEL:
                raise

    def close(self) -> None:
        """Removes what has not become an object. Safe to repeat, never raises."""
        if self._descriptor < 0:
            return
        with contextlib.suppress(OSError):
            os.unlink(self.path)
        with contextlib.suppress(OSError):
            os.close(self._descriptor)
        self._descriptor = -1


class Drafts:
    """Makes drafts; removes those whose writers died. Callable from any thread; raises OSError."""

    def __init__(self, directory: str, lock: str) -> None:
        self._directory = directory
        self._lock = lock
        self._swept = threading.Event()

    def create(self) -> Draft:
        """A new draft; the first call sweeps."""
        make_directories(self._directory)
        with exclusive(self._lock):  # a sweep must not meet a draft that is not yet claimed
            if not self._swept.is_set():
                self._sweep()
                self._swept.set()
            return Draft.create(self._directory)

    def _sweep(self) -> None:
        for name in os.listdir(self._directory):
            with contextlib.suppress(OSError):
                self._remove_if_dead(os.path.join(self._directory, name))

    def _remove_if_dead(self, path: str) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            if claim(descriptor):
                os.unlink(path)
        finally:
            os.close(descriptor)
