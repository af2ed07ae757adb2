"""Directories of this machine that go."""

from abc import abstractmethod
from typing import Protocol


class RunRemoval(Protocol):
    """Durable on return; callable from any thread; raises only CleanUpError."""

    @abstractmethod
    def is_there(self, path: str) -> bool:
        """Whether anything has this path, also a link that leads nowhere."""

    @abstractmethod
    def move(self, path: str, to: str) -> None:
        """Renames a directory, at once; what is missing above `to` is made.

        Never replaces anything, never copies: both are on one file system.
        """

    @abstractmethod
    def delete(self, path: str) -> None:
        """With everything in it; a link goes, what it leads to stays. What is gone is no error.

        Nothing on another file system that is mounted there is touched: that is an error, and so is what
        may not be deleted; the rest may be gone then.
        """
