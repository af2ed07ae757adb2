"""Files that the user receives."""

from abc import abstractmethod
from typing import Protocol


class PartialFile(Protocol):
    """A file that appears under its name only when it is whole; used by one thread."""

    @property
    @abstractmethod
    def path(self) -> str:
        """Where what was written can be read before it is committed."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Appends. Raises DownloadError (disk full, no permission)."""

    @abstractmethod
    def commit(self) -> str:
        """Durable, renamed; returns the path. Raises DownloadError when the name is taken."""

    @abstractmethod
    def discard(self) -> None:
        """Removes what was written; safe after commit and to repeat."""


class LocalFiles(Protocol):
    """The user's file system, for what they asked to have written."""

    @abstractmethod
    def create(self, directory: str, name: str) -> PartialFile:
        """Opens `directory/name.partial`, making the directory. Raises DownloadError.

        An existing `directory/name` is refused here, before a byte is transferred.
        """
