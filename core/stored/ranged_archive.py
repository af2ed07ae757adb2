"""An archive in the store, read by ranges."""

from collections.abc import Iterator

from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import ArchiveBytes


class RangedArchive(ArchiveBytes):
    """Exactly the version that `stored` is."""

    def __init__(self, store: ObjectReader, stored: StoredObject) -> None:
        self._store = store
        self._stored = stored

    @property
    def name(self) -> str:
        """Its URL."""
        return self._store.url(self._stored.key)

    @property
    def size(self) -> int:
        """In bytes."""
        return self._stored.size

    def read(self, start: int, length: int) -> Iterator[bytes]:
        """Raises StoreError, PreconditionFailedError when it is another version by now."""
        return self._store.read(
            self._stored.key, start=start, length=length, if_match=self._stored.etag
        )
