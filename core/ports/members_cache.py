"""What was seen of stored archives, so that it can be seen without the store."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from core.ports.packaging import ArchiveMember


class RememberedMembers(NamedTuple):
    """The directory of an archive, and when it was read."""

    members: Sequence[ArchiveMember]
    at: datetime


class MembersCache(Protocol):
    """Directories of archives by key; callable from any thread; raises only CatalogError.

    It is a cache: what was looked at long ago, and what is very large, may not be there.
    """

    @abstractmethod
    def put(self, key: str, identity: str, members: Iterable[ArchiveMember], at: datetime) -> None:
        """Remembers one directory for each key; `identity` tells contents of one key apart."""

    @abstractmethod
    def get(self, key: str, identity: str) -> RememberedMembers | None:
        """What was put last at this key, if that was of the same identity."""
