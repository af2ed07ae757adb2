"""The file systems that output trees lie on."""

from abc import abstractmethod
from typing import NamedTuple, Protocol


class Space(NamedTuple):
    """Bytes that the user may still write, and that there are at all; `volume` tells volumes apart."""

    volume: int
    free: int
    total: int


class Volumes(Protocol):
    """Callable from any thread. One whose server is away may keep its caller for ever."""

    @abstractmethod
    def space(self, path: str) -> Space | None:
        """Of the volume of `path`; None where that cannot be told."""
