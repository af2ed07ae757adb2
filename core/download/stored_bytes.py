"""The bytes of a stored archive: some are here already, the others are asked for."""

from collections.abc import Iterator

from core.download.pieces import growing_pieces
from core.ports.object_store import Excerpt, ObjectReader
from core.ports.packaging import ArchiveBytes


class StoredBytes(ArchiveBytes):
    """One version of an object, of which one excerpt is here already.

    Attributes:
        excerpt: What is here.
        requests: How often the store was asked, for the excerpt too.
    """

    def __init__(self, store: ObjectReader, excerpt: Excerpt, start: int) -> None:
        """`start` is where the excerpt begins."""
        self.excerpt = excerpt
        self.requests = 1
        self._store = store
        self._start = start

    @property
    def name(self) -> str:
        """Its URL."""
        return self._store.url(self.excerpt.object.key)

    @property
    def size(self) -> int:
        """Of the object."""
        return self.excerpt.object.size

    def read(self, start: int, length: int) -> Iterator[bytes]:
        """What stands before the excerpt is fetched, the rest is not."""
        end = min(start + length, self.size)
        before = min(end, self._start) - start
        if before > 0:
            yield from self._fetch(start, before)
        if end > max(start, self._start):
            yield self.excerpt.data[max(0, start - self._start) : end - self._start]

    def read_again(self, start: int, length: int) -> Iterator[bytes]:
        """The excerpt may be what is wrong: everything is fetched."""
        return self._fetch(start, length)

    def _fetch(self, start: int, length: int) -> Iterator[bytes]:
        stored = self.excerpt.object
        self.requests += 1
        return self._store.read(stored.key, start=start, length=length, if_match=stored.etag)


class InPieces(ArchiveBytes):
    """The same, but of a member no more is fetched than somebody takes, and a piece."""

    def __init__(self, stored: StoredBytes, asked_before: int = 0) -> None:
        """`asked_before` counts requests that came to nothing."""
        self._stored = stored
        self._asked_before = asked_before

    @property
    def name(self) -> str:
        """Its URL."""
        return self._stored.name

    @property
    def size(self) -> int:
        """Of the object."""
        return self._stored.size

    @property
    def requests(self) -> int:
        """How often the store was asked so far."""
        return self._asked_before + self._stored.requests

    def read(self, start: int, length: int) -> Iterator[bytes]:
        """At once."""
        return self._stored.read(start, length)

    def read_again(self, start: int, length: int) -> Iterator[bytes]:
        """At once: all of it was taken before."""
        return self._stored.read_again(start, length)

    def stream(self, start: int, length: int) -> Iterator[bytes]:
        """Piece by piece, in half blocks: who checks a member holds one back until the next is there."""
        for piece, size in growing_pieces(start, start + length):
            for block in self._stored.read(piece, size):
                half = len(block) // 2
                yield from filter(None, (block[:half], block[half:]))
