"""When it was last seen that a stored object is what it should be."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ProofKind(StrEnum):
    """How it was seen. Only the last two have read the content."""

    UPLOADED = "uploaded"
    """It was read back after the upload: who wrote it, and its size."""
    COPIED = "copied"
    """Likewise, after a copy within the store."""
    DOWNLOADED = "downloaded"
    READ = "read"
    """By a check of the store."""


@dataclass(frozen=True)
class Proof:
    """That the object at `key` has the content of this SHA-256. It counts for no other content."""

    key: str
    sha256: str
    how: ProofKind
    proven_at: datetime


class Proofs(Protocol):
    """The last one of each object.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_proofs(self, proofs: Sequence[Proof]) -> None:
        """Each takes the place of the one before it at its key, in one transaction."""

    @abstractmethod
    def proofs(self, below: str) -> Mapping[str, Proof]:
        """Those with keys that begin so, by key."""

    @abstractmethod
    def forget_proofs(self, keys: Collection[str]) -> None:
        """What is there is not what it should be."""
