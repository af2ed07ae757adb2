"""Reading the files of a run, and noticing when they are not what was planned."""

import errno
import os
import stat
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from core.errors import ResultsPackagingError, SourceChangedError
from storage.packing.linkless_folders import LinklessFolders
from storage.packing.pack_plan import PIECE, Member

_CHANGED = {
    errno.ENOENT,
    errno.ENOTDIR,
    errno.ELOOP,
    errno.ESTALE,
    errno.ENXIO,  # it is a socket now, as some systems say it, or as others do
    errno.EOPNOTSUPP,
}


class SourceFile:
    """One planned file, open; every mismatch with the plan is a SourceChangedError.

    Other failures to read are ResultsPackagingError; both name the file. Reading is possible from
    several threads at once.
    """

    def __init__(self, folders: LinklessFolders, member: Member) -> None:
        self._member = member
        self._descriptor = -1
        try:
            self._descriptor = folders.open(*member.place)
            self._opened = os.fstat(self._descriptor)
            self._check_plan()
        except OSError as error:
            self.close()
            raise _unreadable(member, error) from error
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read_into(self, view: memoryview, offset: int) -> None:
        """Fills `view` with what stands at `offset`."""
        filled = 0
        while filled < len(view):
            try:
                count = _read_into(self._descriptor, view[filled:], offset + filled)
            except OSError as error:
                raise _unreadable(self._member, error) from error
            if not count:
                raise _changed(self._member, "it became shorter")
            filled += count

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        """The whole content, one `PIECE` after the other, each in the same buffer."""
        size = self._member.size
        for offset in range(0, size, PIECE):
            view = buffer[: min(PIECE, size - offset)]
            self.read_into(view, offset)
            yield view

    def finish(self) -> None:
        """Closes the file, having made sure that nobody wrote to it since it was opened.

        The change time tells of writers who put the mtime back.
        """
        try:
            now = os.fstat(self._descriptor)
        except OSError as error:
            raise _unreadable(self._member, error) from error
        finally:
            self.close()
        if _identity(now) != _identity(self._opened):
            raise _changed(self._member, "somebody wrote to it")

    @property
    def is_open(self) -> bool:
        """Until `finish` or `close`."""
        return self._descriptor >= 0

    def close(self) -> None:
        """Safe to repeat."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _check_plan(self) -> None:
        entry, found = self._member.entry, self._opened
        if not stat.S_ISREG(found.st_mode):
            raise _changed(self._member, "it is no longer a file")
        if found.st_size != entry.size:
            raise _changed(self._member, f"{entry.size:,} bytes became {found.st_size:,}")
        if found.st_mtime_ns != entry.mtime_ns:
            raise _changed(self._member, "somebody wrote to it")


def _read_into(descriptor: int, view: memoryview, offset: int) -> int:
    """How many bytes were read; systems without the first way copy them once more."""
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [view], offset)
    data = os.pread(descriptor, len(view), offset)
    view[: len(data)] = data
    return len(data)


def _identity(status: os.stat_result) -> tuple[int, ...]:
    """Its links tell of a file that another one was renamed over."""
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return (status.st_dev, status.st_ino, status.st_nlink, status.st_size, *times)


def _changed(member: Member, how: str) -> SourceChangedError:
    return SourceChangedError(
        f"{member.shown} changed while it was packed: {how}.",
        kept="Nothing mixed was stored.",
        todo="Try again when the run has stopped writing.",
    )


def _unreadable(member: Member, error: OSError) -> ResultsPackagingError:
    if error.errno in _CHANGED:
        return _changed(member, "it is gone or was replaced")
    return ResultsPackagingError(
        f"{member.shown} could not be read: {error.strerror}.",
        kept="Nothing incomplete was stored.",
        todo="Check the file and its permissions, then try again.",
    )
