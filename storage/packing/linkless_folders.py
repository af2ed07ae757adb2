"""Ways into a tree that somebody else may be changing."""

import os
from types import TracebackType
from typing import Self

_DIRECTORY_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# NONBLOCK: opening a FIFO would wait for a writer.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class LinklessFolders:
    """Opens what is below a directory without following a link on the way there.

    Paths may be longer than the system takes at once. Keeps the last folder open, because
    neighbours are opened one after the other; used by one thread.
    """

    def __init__(self) -> None:
        self._folder = ("", "")
        self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def open(self, directory: str, path: str) -> int:
        """A descriptor for reading a file or directory; raises OSError."""
        name = self._enter_above(directory, path)
        return os.open(name, _FLAGS, dir_fd=self._descriptor)

    def read_link(self, directory: str, path: str) -> str:
        """The text of a link; raises OSError."""
        name = self._enter_above(directory, path)
        return os.readlink(name, dir_fd=self._descriptor)

    def _enter_above(self, directory: str, path: str) -> str:
        parent, _, name = path.rpartition("/")
        if self._descriptor < 0 or self._folder != (directory, parent):
            self._enter(directory, parent)
        return name

    def _enter(self, directory: str, parent: str) -> None:
        self._close()
        self._descriptor = os.open(directory, _DIRECTORY_FLAGS)
        for part in parent.split("/") if parent else ():
            outer, self._descriptor = self._descriptor, -1
            try:
                self._descriptor = os.open(part, _DIRECTORY_FLAGS | os.O_NOFOLLOW, dir_fd=outer)
            finally:
                os.close(outer)
        self._folder = (directory, parent)

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
