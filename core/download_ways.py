"""The two ways in which an object becomes a file: as one stream, or in pieces."""

import hashlib
from abc import abstractmethod
from contextlib import closing
from typing import Protocol

from core.errors import ContentDiffersError
from core.events import Phase
from core.model import Artifact
from core.paced import Pace
from core.pieces import Piece, PieceFetcher, pieces_of
from core.ports.local_files import PartialFile, PiecewiseFile, StreamedFile
from core.ports.object_store import ObjectStore, StoredObject
from core.progress import Progress


class DownloadWay(Protocol):
    """One object on its way into one file."""

    @property
    @abstractmethod
    def target(self) -> PartialFile:
        """Closed by the caller, whatever happens."""

    @abstractmethod
    def fetch(self) -> None:
        """`target` is whole and verified on return. Raises StoreError and DownloadError."""


class InOneStream(DownloadWay):
    """One request; what fails is begun anew."""

    def __init__(
        self,
        store: ObjectStore,
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
        """Hashes what is written."""
        digest = hashlib.sha256()
        for block in self._pace(self._store.read(self._artifact.key), self._progress):
            digest.update(block)
            self._target.write(block)
            self._progress.add_read(len(block))
        self._progress.begin(Phase.VERIFYING)
        if self._artifact.sha256 not in {"", digest.hexdigest()}:
            raise not_what_was_stored(self._store, self._artifact, "SHA-256")


class InPieces(DownloadWay):
    """Several requests at a time, all of one version; a later download goes on with the pieces."""

    def __init__(
        self,
        store: ObjectStore,
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
        """Pieces of an earlier download that turn out to be damaged are fetched anew, once."""
        had_some = bool(self._target.finished())
        good = self._receive()
        if not good and had_some:
            self._target.restart()
            good = self._receive()
        if not good:
            self._target.discard()
            raise not_what_was_stored(self._store, self._artifact, "SHA-256")
        self._target.seal()

    def _receive(self) -> bool:
        """Hashes in order what arrives in any; whether the digest is the right one."""
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
        return self._artifact.sha256 in {"", digest.hexdigest()}

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


def not_what_was_stored(store: ObjectStore, artifact: Artifact, what: str) -> ContentDiffersError:
    """The object differs from what its record says."""
    return ContentDiffersError(
        f"{store.url(artifact.key)} is not what was stored: its {what} differs.",
        kept="Nothing was written.",
        todo="Download another version, or upload the run again.",
    )
