"""What lies directly in one directory: the neighbours of a run, not the tree below."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from core.ports.tree import TreeEntry


class Folders(Protocol):
    """Callable from any thread. Links in a directory are listed as what they are."""

    @abstractmethod
    def entries(self, directory: str) -> Sequence[TreeEntry]:
        """Sorted by name; what vanishes meanwhile is left out.

        Raises InvalidResultsDirectoryError when `directory` is gone or cannot be read.
        """

    @abstractmethod
    def is_directory(self, path: str) -> bool:
        """Whether a directory is there, or a link that leads to one, and can be seen."""

    @abstractmethod
    def may_change(self, directory: str) -> bool:
        """Whether this user may make, rename and remove what is directly in it, by its permissions."""

    @abstractmethod
    def real(self, path: str) -> str:
        """Where links lead to; the path itself as far as there is nothing."""
