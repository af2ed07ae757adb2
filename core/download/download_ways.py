"""The two ways in which an object becomes a file: as one stream, or in pieces."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing

from core.download.incoming import Incoming, not_what_was_stored
from core.ports.local_files import PartialFile, PiecewiseFile, StreamedFile
from core.ports.object_store import StoredObject
from core.threads import Piece, PieceFetcher
from core.transfer_view import Phase


class DownloadWay(ABC):
    """One object on its way into `target`, which the caller closes, whatever happens."""

    def __init__(self, incoming: Incoming, target: PartialFile) -> None:
        self.target = target
        self._incoming = incoming
        self._progress = incoming.progress

    def fetch(self) -> None:
        """`target` is whole and verified on return. Raises StoreError and DownloadError.

        What has another digest than its record is fetched once more before it is an error.
        """
        first = self._receive()
        if self._incoming.is_it(first):
            return
        self.target.restart()
        second = self._receive()
        if not self._incoming.is_it(second):
            self.target.discard()
            raise self._incoming.still_wrong(first, second)

    @abstractmethod
    def _receive(self) -> str:
        """Fetches what `target` has not; returns the digest of all of it."""


class InOneStream(DownloadWay):
    """One request; what fails is begun anew."""

    def __init__(self, incoming: Incoming, target: StreamedFile) -> None:
        super().__init__(incoming, target)
        self._file = target

    def _receive(self) -> str:
        self._progress.begin(Phase.RECEIVING, total=self._incoming.artifact.size)
        digest = hashlib.sha256()
        for block in self._incoming.whole():
            digest.update(block)
            self._file.write(block)
        self._progress.begin(Phase.VERIFYING)
        return digest.hexdigest()


class InPieces(DownloadWay):
    """Several requests at a time, all of one version; a later download goes on with the pieces."""

    def __init__(
        self,
        incoming: Incoming,
        stored: StoredObject,
        target: PiecewiseFile,
        pieces: Sequence[Piece],
        threads: int,
    ) -> None:
        super().__init__(incoming, target)
        self._stored = stored
        self._file = target
        self._pieces = pieces
        self._threads = threads

    def fetch(self) -> None:
        """Pieces of an earlier download may be damaged: they are no second opinion."""
        if not self._goes_on():
            super().fetch()
        self._file.seal()

    def _goes_on(self) -> bool:
        """Whether what an earlier download left is good, with what it had not yet."""
        if not self._file.finished():
            return False
        good = self._incoming.is_it(self._receive())
        if not good:
            self._file.restart()
        return good

    def _receive(self) -> str:
        """Hashes in order what arrives in any."""
        missing = self._missing()
        self._progress.begin(Phase.RECEIVING, total=self._stored.size)
        self._progress.add_kept(self._stored.size - sum(piece.length for piece in missing))
        digest = hashlib.sha256()
        with closing(PieceFetcher(missing, self._fetch, self._threads)) as fetcher:
            for block in self._in_order(fetcher):
                digest.update(block)
        self._progress.begin(Phase.VERIFYING)
        return digest.hexdigest()

    def _missing(self) -> Sequence[Piece]:
        finished = self._file.finished()
        return [piece for piece in self._pieces if piece.number not in finished]

    def _in_order(self, fetcher: PieceFetcher) -> Iterator[bytes]:
        """Blocks of each piece, as soon as all before it is here."""
        for piece in self._pieces:
            self._progress.check_cancelled()
            fetcher.wait_for(piece, self._progress.check_cancelled)
            yield from self._file.read(piece.start, piece.length)

    def _fetch(self, piece: Piece) -> None:
        offset = piece.start
        for block in self._incoming.piece(piece, self._stored.etag):
            self._file.write(offset, block)
            offset += len(block)
        if offset != piece.start + piece.length:
            artifact = self._incoming.artifact
            raise not_what_was_stored(self._incoming.store, artifact, "size")
        self._file.finish(piece.number)
