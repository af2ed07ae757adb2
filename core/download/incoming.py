"""The object of an artifact: what it has to be, and how it arrives."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.errors import ContentDiffersError, GarbledError, ObjectNotFoundError
from core.model import Artifact
from core.pace.paced import Pace
from core.ports.object_store import ObjectReader, StoredObject
from core.progress import Progress
from core.threads import Piece


@dataclass(frozen=True)
class Incoming:
    """The content of an artifact on its way here, no faster than `pace`, counted by `progress`.

    Callable from any thread.
    """

    store: ObjectReader
    artifact: Artifact
    pace: Pace
    progress: Progress

    def whole(self) -> Iterator[bytes]:
        """Blocks of all of it, by one request. Raises StoreError."""
        return self._counted(self.store.read(self.artifact.key))

    def piece(self, piece: Piece, etag: str) -> Iterator[bytes]:
        """Blocks of a piece, of exactly the version with that etag. Raises StoreError."""
        return self._counted(
            self.store.read(
                self.artifact.key, start=piece.start, length=piece.length, if_match=etag
            )
        )

    def is_it(self, digest: str) -> bool:
        """Whether it is the right one; where nobody knows that any is."""
        return self.artifact.sha256 in {"", digest}

    def still_wrong(self, first: str, second: str) -> ContentDiffersError | GarbledError:
        """Twice the same bytes are the object's; what differs each time was changed on its way."""
        if first == second:
            return not_what_was_stored(self.store, self.artifact, "SHA-256")
        return GarbledError(
            f"{self.store.url(self.artifact.key)} arrived damaged twice, each time with other "
            "bytes: something on the way from the store changes them.",
            kept="The object in the store was not touched, and nothing was written.",
            todo="Retry, on another network if that goes on.",
        )

    def _counted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """A block counts when the next one is asked for: it was written by then."""
        for block in self.pace(blocks, self.progress):
            yield block
            self.progress.add_read(len(block))


def object_of(store: ObjectReader, artifact: Artifact) -> StoredObject:
    """As it is now.

    Raises ObjectNotFoundError, ContentDiffersError when its size is not that of its record,
    StoreError.
    """
    stored = store.head(artifact.key)
    if stored is None:
        raise ObjectNotFoundError(f"There is no object {store.url(artifact.key)}.")
    if artifact.sha256 and stored.size != artifact.size:
        raise not_what_was_stored(store, artifact, "size")
    return stored


def not_what_was_stored(store: ObjectReader, artifact: Artifact, what: str) -> ContentDiffersError:
    """The object differs from what its record says."""
    return ContentDiffersError(
        f"{store.url(artifact.key)} is not what was stored: its {what} differs.",
        kept="Nothing was written.",
        todo="Download another version, or upload the run again.",
    )
