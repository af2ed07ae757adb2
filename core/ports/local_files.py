"""Files that the user receives."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Protocol


class PartialFile(Protocol):
    """A file that appears under its name only when it is whole."""

    @property
    @abstractmethod
    def path(self) -> str:
        """Where what was written can be read before it is committed."""

    @abstractmethod
    def restart(self) -> None:
        """Nothing counts as written any more. Raises DownloadError."""

    @abstractmethod
    def commit(self) -> str:
        """Durable, renamed; returns the path. Raises DownloadError when the name is taken."""

    @abstractmethod
    def discard(self) -> None:
        """Removes what was written; safe after commit and to repeat."""

    @abstractmethod
    def close(self) -> None:
        """Keeps what a later download can go on with, removes the rest; as safe as `discard`."""


class StreamedFile(PartialFile, Protocol):
    """Written from its beginning to its end by one thread; never gone on with."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Appends; after a restart from the beginning. Raises DownloadError (disk full, …)."""


class PiecewiseFile(PartialFile, Protocol):
    """Written in pieces that come in any order, and gone on with after its process has died.

    Any thread may call `write`, `finish` and `read`; all raise DownloadError, also once closed.
    """

    @abstractmethod
    def finished(self) -> frozenset[int]:
        """Numbers of the pieces that are whole, from 0."""

    @abstractmethod
    def write(self, offset: int, data: bytes) -> None:
        """Puts `data` where it belongs."""

    @abstractmethod
    def finish(self, number: int) -> None:
        """All of a piece was written: it is durable, and known to a later download, on return."""

    @abstractmethod
    def read(self, start: int, length: int) -> Iterator[bytes]:
        """Blocks of what was written."""

    @abstractmethod
    def seal(self) -> None:
        """All pieces are good: from now on there is nothing but the content at `path`."""


class LocalFiles(Protocol):
    """The user's file system, for what they asked to have written."""

    @abstractmethod
    def holds(self, directory: str, name: str, *, size: int, sha256: str) -> bool:
        """Whether `directory/name` is a file of that content; False when it cannot be read."""

    @abstractmethod
    def is_free(self, directory: str, name: str) -> bool:
        """Whether nothing is in `directory` but what a download of `name` left; it need not exist."""

    @abstractmethod
    def has(self, directory: str, name: str) -> bool:
        """Whether anything is called `directory/name`, or `directory` is a link: nothing comes there."""

    @abstractmethod
    def is_directory(self, path: str) -> bool:
        """Whether a directory is there, or a link to one."""

    @abstractmethod
    def folders(self, directory: str) -> Sequence[str]:
        """Names of the directories in it, and of links to some, sorted; none where it cannot be read."""

    @abstractmethod
    def forget(self, directory: str, name: str) -> None:
        """Removes what a download of `directory/name` left that is not at work any more."""

    @abstractmethod
    def create(self, directory: str, name: str, *, replace: bool = False) -> StreamedFile:
        """Opens a new `directory/name.partial`, making the directory. Raises DownloadError.

        An existing `directory/name`, and a link in the place of `directory`, is refused here, before
        a byte is transferred; to `replace` it, it must not be a directory, and stays until the
        commit. Directories that were made and stay empty go when it is closed.
        """

    @abstractmethod
    def resume(
        self,
        directory: str,
        name: str,
        *,
        size: int,
        pieces: int,
        identity: str,
        replace: bool = False,
    ) -> PiecewiseFile:
        """As `create`, for `size` bytes in a number of pieces.

        What is there of an earlier download is gone on with if that had the same size, pieces
        and `identity`, which tells contents apart; else it is replaced.
        """
