"""The bytes of one file, wherever it is: what a viewer reads."""

from abc import abstractmethod
from collections.abc import Generator
from typing import Protocol


class Content(Protocol):
    """A member of a stored ZIP, a stored object, or a local file."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Of the file alone, as whoever made it chose: print it by `printable` only."""

    @property
    @abstractmethod
    def size(self) -> int:
        """In bytes; negative while only its end would tell."""

    @abstractmethod
    def blocks(self) -> Generator[bytes]:
        """From the start, each call anew; fetches little more than what is taken.

        Closing it ends the request. Raises RunFerryError, behind any block: what came before it
        is not to be trusted then, when it is an UnsafeArchiveError.
        """
