"""A partial file whose pieces come in any order, and which remembers those that it has.

Behind the content stand a header and one byte for each piece, 1 when it is whole. They are in
the file itself, so that they cannot be those of another one, and go when all pieces are there.
"""

import errno
import hashlib
import os
import threading
from collections.abc import Iterator, Sequence

from core.ports.local_files import PiecewiseFile
from storage.files.durable_files import sync_content
from storage.files.partial_file import LocalPartial, failed

_BLOCK = 1 << 20
_MAGIC = b"RunFerry partial 1\n"


class Marks:
    """Where the marks of a file stand, and what tells that they are of this content."""

    def __init__(self, size: int, pieces: int, identity: str) -> None:
        self.size = size
        self.pieces = pieces
        told = f"{size}\n{pieces}\n{identity}".encode("utf-8", "surrogatepass")
        self.header = _MAGIC + hashlib.sha256(told).digest()

    def are_in(self, descriptor: int) -> bool:
        """Whether a file is one of this content, begun and not ended."""
        if os.fstat(descriptor).st_size != self.size + len(self.header) + self.pieces:
            return False
        return os.pread(descriptor, len(self.header), self.size) == self.header

    def read(self, descriptor: int) -> set[int]:
        """The pieces that are whole."""
        marks = os.pread(descriptor, self.pieces, self.size + len(self.header))
        return {number for number, mark in enumerate(marks) if mark == 1}

    def write(self, descriptor: int, finished: set[int]) -> None:
        """All of them, with the header."""
        marks = bytes(number in finished for number in range(self.pieces))
        _write_all(descriptor, self.header + marks, self.size)

    def add(self, descriptor: int, number: int) -> None:
        """One more."""
        _write_all(descriptor, b"\1", self.size + len(self.header) + number)


class LocalPiecewiseFile(LocalPartial, PiecewiseFile):
    """Its descriptor is used and closed under a lock: a late writer never meets another file."""

    def __init__(
        self,
        path: str,
        descriptor: int,
        marks: Marks,
        made: Sequence[str] = (),
        *,
        old: bool,
        replace: bool = False,
    ) -> None:
        super().__init__(path, descriptor, made, replace=replace)
        self._marks = marks
        self._lock = threading.Lock()
        self._sealed = False
        self._finished = marks.read(descriptor) if old else set[int]()
        if not old:
            self.restart()

    def finished(self) -> frozenset[int]:
        with self._lock:
            return frozenset(self._finished)

    def write(self, offset: int, data: bytes) -> None:
        try:
            with self._lock:
                _write_all(self._open(), data, offset)
        except OSError as error:
            raise failed(self._path, error) from error

    def finish(self, number: int) -> None:
        try:
            with self._lock:
                sync_content(self._open())
                self._marks.add(self._descriptor, number)
                self._finished.add(number)
        except OSError as error:
            raise failed(self._path, error) from error

    def read(self, start: int, length: int) -> Iterator[bytes]:
        end = start + length
        while start < end:
            block = self._read(start, min(_BLOCK, end - start))
            start += len(block)
            yield block

    def restart(self) -> None:
        try:
            with self._lock:
                self._finished.clear()
                self._marks.write(self._open(), self._finished)
        except OSError as error:
            self.discard()
            raise failed(self._path, error) from error

    def seal(self) -> None:
        try:
            with self._lock:
                os.ftruncate(self._open(), self._marks.size)
                self._sealed = True
        except OSError as error:
            raise failed(self._path, error) from error

    def close(self) -> None:
        """The marks come back: a file that could not be committed is not fetched again."""
        if not self._finished:
            self.discard()
        if self._descriptor < 0:
            return
        try:
            if self._sealed:
                self._marks.write(self._descriptor, self._finished)
        except OSError:
            self.discard()
        else:
            self._release()

    def _read(self, start: int, length: int) -> bytes:
        try:
            with self._lock:
                block = os.pread(self._open(), length, start)
        except OSError as error:
            raise failed(self._path, error) from error
        if not block:
            raise failed(self._path, OSError(errno.EIO, "it was cut off by somebody else"))
        return block

    def _release(self) -> None:
        with self._lock:
            super()._release()

    def _open(self) -> int:
        if self._descriptor < 0:
            raise OSError(errno.EBADF, "the download has ended")
        return self._descriptor


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written
