"""What lies directly in one directory: the neighbours of a run, not the tree below."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from core.ports.tree import TreeEntry


class Folders(Protocol):
    """Callable from any thread; follows no links inside."""

    @abstractmethod
    def entries(self, directory: str) -> Sequence[TreeEntry]:
        """Sorted by name; what vanishes meanwhile is left out.

        Raises InvalidResultsDirectoryError when `directory` is gone or cannot be read.
        """

    @abstractmethod
    def is_directory(self, path: str) -> bool:
        """Whether a directory is there, no link to one, and can be seen."""
