"""Stored content as a stream that an upload can send: hashed on the way, and held to its record."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain

from core.errors import ContentDiffersError, ObjectNotFoundError, PreconditionFailedError
from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import PackStream, PackSummary


class StoredStream(PackStream):
    """The bytes of exactly that object. Used by one thread.

    The first block is read at once, so that what cannot be read at all is no failure of the upload.
    """

    def __init__(self, store: ObjectReader, stored: StoredObject, expected: PackSummary) -> None:
        """Raises StoreError; ContentDiffersError where another object is there by now."""
        self._url = store.url(stored.key)
        self._expected = expected
        self._digest = hashlib.sha256()
        self._bytes = 0
        self._rest = self._guarded(store.read(stored.key, if_match=stored.etag))
        self._first = next(self._rest, b"")

    def __iter__(self) -> Iterator[bytes]:
        """Raises StoreError; ContentDiffersError at the end of what is not as its record says."""
        for block in chain((self._first,), self._rest):
            self._digest.update(block)
            self._bytes += len(block)
            yield block
        if self.summary() != self._expected:
            raise self._differs()

    def source_bytes(self) -> int:
        """As many as were sent: nothing is packed."""
        return self._bytes

    def summary(self) -> PackSummary:
        """Digest and size as they were read; what is in it, as the record says."""
        expected = self._expected
        return PackSummary(
            expected.content_id,
            expected.files,
            expected.raw_bytes,
            self._digest.hexdigest(),
            self._bytes,
        )

    def close(self) -> None:
        """The connection goes with the last block, or with this object."""
        self._rest = iter(())

    def _guarded(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """What becomes of the source is not taken for something at the other end."""
        try:
            yield from blocks
        except (PreconditionFailedError, ObjectNotFoundError):
            raise self._differs() from None

    def _differs(self) -> ContentDiffersError:
        return ContentDiffersError(
            f"{self._url} is not what was recorded of it.",
            kept="Nothing of it was recorded in the other store.",
            todo="`runferry store check --read-data 100%` tells more.",
        )
