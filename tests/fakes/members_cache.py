"""Directories of archives in memory."""

from collections.abc import Iterable
from datetime import datetime

from core.ports.members_cache import MembersCache, RememberedMembers
from core.ports.packaging import ArchiveMember
from tests.fakes.failing import FailsOnDemand


class FakeMembersCache(FailsOnDemand, MembersCache):
    """Remembers everything."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, tuple[str, RememberedMembers]] = {}

    def put(self, key: str, identity: str, members: Iterable[ArchiveMember], at: datetime) -> None:
        self._seen[key] = identity, RememberedMembers([*members], at)

    def get(self, key: str, identity: str) -> RememberedMembers | None:
        known, seen = self._seen.get(key, ("", None))
        return seen if known == identity else None
