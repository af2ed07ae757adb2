"""The files of one run, wherever they are."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from core.ports.content import Content


class RunFiles(Protocol):
    """One look at a run: a RUN directory, or the ZIP that it was stored as.

    What it says is of the moment at which it was asked first; for a later look there is another one.
    For one thread at a time. Blocks; raises RunFerryError.
    """

    @property
    @abstractmethod
    def place(self) -> str:
        """What it is known by: an absolute path, or the key of an artifact. Asks nobody."""

    @abstractmethod
    def identity(self) -> str:
        """What another content at the same place would not have. Asks no store."""

    @abstractmethod
    def files(self) -> Mapping[str, int]:
        """Sizes in bytes by path below the run, as in "DAILY/INF.I.txt".

        A path is what whoever wrote the run chose: print it by `printable` only.
        """

    @abstractmethod
    def crc(self, path: str) -> int | None:
        """CRC-32 of a file of `files`, where it can be told without reading that; else None."""

    @abstractmethod
    def read(self, path: str) -> Content:
        """One of `files`; nothing of it is read before its blocks are taken.

        Raises ArtifactNotFoundError for what is none of them.
        """
