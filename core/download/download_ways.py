"""The two ways in which an object becomes a file: as one stream, or in pieces."""

import hashlib
from abc import abstractmethod
from contextlib import closing
from typing import Protocol

from core.errors import ContentDiffersError, GarbledError
from core.model import Artifact
from core.pace.paced import Pace
from core.ports.local_files import PartialFile, PiecewiseFile, StreamedFile
from core.ports.object_store import ObjectReader, StoredObject
from core.progress import Progress
from core.threads import Piece, PieceFetcher, pieces_of
from core.transfer_view import Phase


class DownloadWay(Protocol):
    """One object on its way into one file."""

    @property
    @abstractmethod
    def target(self) -> PartialFile:
        """Closed by the caller, whatever happens."""

    @abstractmethod
    def fetch(self) -> None:
        """`target` is whole and verified on return. Raises StoreError and DownloadError.

        What has another digest than its record is fetched once more before it is an error.
        """


class InOneStream(DownloadWay):
    """One request; what fails is begun anew."""

    def __init__(
        self,
        store: ObjectReader,
        artifact: Artifact,
        target: StreamedFile,
        progress: Progress,
        pace: Pace,
    ) -> None:
        self._store = store
        self._artifact = artifact
        self._target = target
        self._progress = progress
        self._pace = pace

    @property
    def target(self) -> StreamedFile:
        """Gone after `close` unless it was committed."""
        return self._target

    def fetch(self) -> None:
        """Nothing is kept of what came first."""
        first = self._receive()
        if _is_it(self._artifact, first):
            return
        self._target.restart()
        second = self._receive()
        if not _is_it(self._artifact, second):
            raise _still_wrong(self._store, self._artifact, first, second)

    def _receive(self) -> str:
        """Hashes what is written."""
        self._progress.begin(Phase.RECEIVING, total=self._artifact.size)
        digest = hashlib.sha256()
        for block in self._pace(self._store.read(self._artifact.key), self._progress):
            digest.update(block)
            self._target.write(block)
            self._progress.add_read(len(block))
        self._progress.begin(Phase.VERIFYING)
        return digest.hexdigest()


class InPieces(DownloadWay):
    """Several requests at a time, all of one version; a later download goes on with the pieces."""

    def __init__(
        self,
        store: ObjectReader,
        artifact: Artifact,
        stored: StoredObject,
        target: PiecewiseFile,
        progress: Progress,
        pace: Pace,
        *,
        piece_bytes: int,
        threads: int,
    ) -> None:
        self._store = store
        self._artifact = artifact
        self._stored = stored
        self._target = target
        self._progress = progress
        self._pace = pace
        self._pieces = pieces_of(stored.size, piece_bytes)
        self._threads = threads

    @property
    def target(self) -> PiecewiseFile:
        """Keeps its pieces when it is closed."""
        return self._target

    def fetch(self) -> None:
        """Pieces of an earlier download may be damaged: they are no second opinion."""
        fresh = not self._target.finished()
        digests = [self._receive()]
        while not _is_it(self._artifact, digests[-1]):
            if not fresh:
                digests.clear()
            elif len(digests) > 1:
                self._target.discard()
                raise _still_wrong(self._store, self._artifact, *digests)
            self._target.restart()
            fresh = True
            digests.append(self._receive())
        self._target.seal()

    def _receive(self) -> str:
        """The digest, hashed in order of what arrives in any."""
        finished = self._target.finished()
        self._progress.begin(Phase.RECEIVING, total=self._stored.size)
        self._progress.add_kept(sum(p.length for p in self._pieces if p.number in finished))
        missing = [piece for piece in self._pieces if piece.number not in finished]
        digest = hashlib.sha256()
        with closing(PieceFetcher(missing, self._fetch, self._threads)) as fetcher:
            for piece in self._pieces:
                self._progress.check_cancelled()
                fetcher.wait_for(piece, self._progress.check_cancelled)
                for block in self._target.read(piece.start, piece.length):
                    digest.update(block)
        self._progress.begin(Phase.VERIFYING)
        return digest.hexdigest()

    def _fetch(self, piece: Piece) -> None:
        offset = piece.start
        blocks = self._store.read(
            self._stored.key, start=offset, length=piece.length, if_match=self._stored.etag
        )
        for block in self._pace(blocks, self._progress):
            self._target.write(offset, block)
            offset += len(block)
            self._progress.add_read(len(block))
        if offset != piece.start + piece.length:
            raise not_what_was_stored(self._store, self._artifact, "size")
        self._target.finish(piece.number)


def not_what_was_stored(store: ObjectReader, artifact: Artifact, what: str) -> ContentDiffersError:
    """The object differs from what its record says."""
    return ContentDiffersError(
        f"{store.url(artifact.key)} is not what was stored: its {what} differs.",
        kept="Nothing was written.",
        todo="Download another version, or upload the run again.",
    )


def _is_it(artifact: Artifact, digest: str) -> bool:
    return artifact.sha256 in {"", digest}


def _still_wrong(
    store: ObjectReader, artifact: Artifact, first: str, second: str
) -> ContentDiffersError | GarbledError:
    """Twice the same bytes are those of the object; what differs each time was changed on its way."""
    if first == second:
        return not_what_was_stored(store, artifact, "SHA-256")
    return GarbledError(
        f"{store.url(artifact.key)} arrived damaged twice, each time with other bytes: something "
        "on the way from the store changes them.",
        kept="The object in the store was not touched, and nothing was written.",
        todo="Retry, on another network if that goes on.",
    )
