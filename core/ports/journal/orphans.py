"""Stored objects that no manifest refers to."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Orphan:
    """A stored object that no manifest refers to, and why (redacted)."""

    url: str
    key: str
    write_token: str
    reason: str
    seen_at: datetime


class Orphans(Protocol):
    """What lies in the store and is nobody's, until somebody adopts or deletes it.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_orphan(self, orphan: Orphan) -> None:
        """Inserts or updates by key. The last resort: it does what it can to keep the orphan."""

    @abstractmethod
    def orphans(self) -> Sequence[Orphan]:
        """All that are recorded, oldest first."""

    @abstractmethod
    def remove_orphan(self, key: str) -> None:
        """It was adopted, or is gone."""
