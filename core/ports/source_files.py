"""Single files of the user that are stored as they are."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol

from core.ports.packaging import ArchiveBytes, PackStream


class SourceFiles(Protocol):
    """By absolute path without links. Keeps nothing open between two calls."""

    @abstractmethod
    def bytes_of(self, path: str) -> ArchiveBytes:
        """To look into a file before it is stored.

        Raises InvalidArtifactError; ResultsPackagingError when it is read.
        """

    @abstractmethod
    def stream(self, path: str, on_read: Callable[[int], None]) -> PackStream:
        """The file as its own "archive": its content id is the SHA-256 of its bytes.

        Raises InvalidArtifactError; what packing raises when it is read.
        """
