"""A store that tells what was asked of it."""

from collections.abc import Iterator

from core.ports.object_store import Excerpt, StoredObject
from tests.fakes.object_store import FakeObjectStore


class AskedStore(FakeObjectStore):
    """Knows which objects it was asked for, and which listings."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.listed: list[str] = []

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        self.listed.append(prefix)
        return super().list(prefix, after=after)

    def list_prefixes(self, prefix: str) -> Iterator[str]:
        self.listed.append(f"{prefix} by prefix")
        return super().list_prefixes(prefix)

    def head(self, key: str) -> StoredObject | None:
        self.asked.append(key)
        return super().head(key)

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        self.asked.append(key)
        return super().read(key, start=start, length=length, if_match=if_match)

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        self.asked.append(key)
        return super().excerpt(key, start=start, length=length)
