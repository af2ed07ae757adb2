"""Bring one artifact back."""

import os.path
from dataclasses import dataclass

from core.download_ways import DownloadWay, InOneStream, InPieces, not_what_was_stored
from core.errors import ObjectNotFoundError, PreconditionFailedError
from core.events import Phase
from core.model import Artifact
from core.paced import Pace, as_it_comes
from core.pieces import pieces_of
from core.ports.local_files import LocalFiles
from core.ports.object_store import ObjectStore, StoredObject
from core.ports.packaging import ArchiveExtractor
from core.progress import Progress

_PIECE_BYTES = 4 << 20
_THREADS = 4


@dataclass(frozen=True)
class Downloaded:
    """Where the artifact is now: its file, or the directory with its `files` extracted ones.

    `reused` is the file when it was there already.
    """

    artifact: Artifact
    path: str
    files: int = 0
    reused: bool = False

    def describe(self) -> str:
        """In words: "downloaded", "extracted, 12 files"."""
        return f"extracted, {self.files} files" if self.files else "downloaded"


class DownloadArtifact:
    """Fetches into a partial file, verifies, and only then gives it its name.

    What is larger than `piece_bytes` comes in pieces of that size on `threads` threads. When it
    is interrupted, or cannot be extracted or named, the next call goes on with what it has.
    """

    def __init__(
        self,
        store: ObjectStore,
        local_files: LocalFiles,
        extractor: ArchiveExtractor,
        pace: Pace = as_it_comes,
        *,
        piece_bytes: int = _PIECE_BYTES,
        threads: int = _THREADS,
    ) -> None:
        self._store = store
        self._local_files = local_files
        self._extractor = extractor
        self._pace = pace
        self._piece_bytes = piece_bytes
        self._threads = threads

    def __call__(
        self,
        artifact: Artifact,
        directory: str,
        progress: Progress,
        *,
        extract: bool = False,
        reuse: bool = False,
    ) -> Downloaded:
        """Extracting keeps the members only, not the archive.

        To `reuse` is to take a file that is there with the artifact's size and SHA-256 for it.

        Raises StoreError, DownloadError, UnsafeArchiveError; nothing half-written then has the
        artifact's name. An object that is replaced meanwhile is begun anew, once.
        """
        if reuse and not extract and self._is_there(artifact, directory):
            path = os.path.join(directory, _name(artifact))
            return Downloaded(artifact, path, reused=True)
        progress.begin(Phase.RECEIVING, total=artifact.size)
        try:
            return self._download(artifact, directory, progress, extract=extract)
        except PreconditionFailedError:
            return self._download(artifact, directory, progress, extract=extract)

    def _is_there(self, artifact: Artifact, directory: str) -> bool:
        return self._local_files.holds(
            directory, _name(artifact), size=artifact.size, sha256=artifact.sha256
        )

    def _download(
        self, artifact: Artifact, directory: str, progress: Progress, *, extract: bool
    ) -> Downloaded:
        way = self._way(artifact, directory, progress)
        try:
            way.fetch()
            if not extract:
                return Downloaded(artifact, way.target.commit())
            progress.begin(Phase.EXTRACTING)
            files = self._extractor.extract(way.target.path, directory)
            way.target.discard()
            return Downloaded(artifact, directory, files)
        finally:
            way.target.close()

    def _way(self, artifact: Artifact, directory: str, progress: Progress) -> DownloadWay:
        name = _name(artifact)
        if artifact.size <= self._piece_bytes:
            target = self._local_files.create(directory, name)
            return InOneStream(self._store, artifact, target, progress, self._pace)
        stored = self._look(artifact)
        return InPieces(
            self._store,
            artifact,
            stored,
            self._local_files.resume(
                directory,
                name,
                size=stored.size,
                pieces=len(pieces_of(stored.size, self._piece_bytes)),
                identity=f"{self._store.url(artifact.key)}\n{stored.etag}\n{artifact.sha256}",
            ),
            progress,
            self._pace,
            piece_bytes=self._piece_bytes,
            threads=self._threads,
        )

    def _look(self, artifact: Artifact) -> StoredObject:
        stored = self._store.head(artifact.key)
        if stored is None:
            raise ObjectNotFoundError(f"There is no object {self._store.url(artifact.key)}.")
        if artifact.sha256 and stored.size != artifact.size:
            raise not_what_was_stored(self._store, artifact, "size")
        return stored


def _name(artifact: Artifact) -> str:
    return artifact.key.rpartition("/")[2]
