"""Bring one artifact back."""

import os.path

from core.download.download_ways import DownloadWay, InOneStream, InPieces
from core.download.extract_artifact import ExtractArtifact
from core.download.incoming import Incoming, object_of
from core.download.wanted import Downloaded, Wanted
from core.errors import ObjectArchivedError, PreconditionFailedError
from core.model import Artifact
from core.pace.paced import Pace, as_it_comes
from core.ports.local_files import LocalFiles, PartialFile
from core.ports.object_store import ObjectReader
from core.progress import Progress
from core.stored.archived import restoring
from core.threads import pieces_of
from core.transfer_view import Phase

_PIECE_BYTES = 4 << 20
_THREADS = 4


class DownloadArtifact:
    """Fetches into a partial file, verifies, and only then gives it its name.

    What is larger than `piece_bytes` comes in pieces of that size on `threads` threads. When it
    is interrupted, or cannot be extracted or named, the next call goes on with what it has.
    """

    def __init__(
        self,
        store: ObjectReader,
        local_files: LocalFiles,
        extract: ExtractArtifact,
        pace: Pace = as_it_comes,
        *,
        piece_bytes: int = _PIECE_BYTES,
        threads: int = _THREADS,
    ) -> None:
        self._store = store
        self._local_files = local_files
        self._extract = extract
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
        any_size: bool = False,
        replace: bool = False,
    ) -> Downloaded:
        """Extracting keeps the members only, not the archive; when all are there it does nothing.

        A run in a directory that is not called after it makes way for another one of that name, be
        it one that comes there meanwhile: it comes below `run_<id>`, or `job_<id>_run_<id>`; results
        that are not all in RUN directories have one of their own.
        A file that is there with the artifact's size and SHA-256 is taken for it; another one of its
        name is in the way, unless it is to be replaced.

        Raises StoreError (ObjectArchivedError for what has to be restored, ObjectRestoringError while
        that is under way), DownloadError, UnsafeArchiveError (LargeArchiveError when `any_size` would
        help); nothing half-written then has the artifact's name. An object that is replaced
        meanwhile is begun anew, once.
        """
        wanted = Wanted(artifact, directory, extract, any_size, replace)
        try:
            return self._brought(wanted, progress)
        except ObjectArchivedError as error:
            raise self._archived(artifact, error) from None

    def _brought(self, wanted: Wanted, progress: Progress) -> Downloaded:
        if there := self._there(wanted):
            self._local_files.forget(wanted.directory, wanted.name)
            return there
        progress.begin(Phase.RECEIVING, total=wanted.artifact.size)
        try:
            return self._download(wanted, progress)
        except PreconditionFailedError:
            return self._download(wanted, progress)

    def is_there(self, artifact: Artifact, directory: str) -> bool:
        """Whether `directory` has the very file; the store is not asked."""
        name = os.path.basename(artifact.key)
        return self._local_files.holds(directory, name, size=artifact.size, sha256=artifact.sha256)

    def _archived(self, artifact: Artifact, error: ObjectArchivedError) -> ObjectArchivedError:
        """Whether it is being restored only the store knows."""
        stored = self._store.head(artifact.key)
        if stored and stored.restoring:
            return restoring(self._store.url(artifact.key))
        return error

    def _there(self, wanted: Wanted) -> Downloaded | None:
        if wanted.extract:
            return self._extract.there(wanted)
        if not self.is_there(wanted.artifact, wanted.directory):
            return None
        return Downloaded(wanted.artifact, wanted.path, reused=True)

    def _download(self, wanted: Wanted, progress: Progress) -> Downloaded:
        way = self._way(wanted, progress)
        try:
            way.fetch()
            return self._put_in_place(way.target, wanted)
        finally:
            way.target.close()

    def _put_in_place(self, file: PartialFile, wanted: Wanted) -> Downloaded:
        if not wanted.extract:
            return Downloaded(wanted.artifact, file.commit())
        extracted = self._extract(file.path, wanted)
        file.discard()
        return extracted

    def _way(self, wanted: Wanted, progress: Progress) -> DownloadWay:
        """Opens the file. Looks at the object before it comes in pieces, all of one version."""
        artifact, directory, name = wanted.artifact, wanted.directory, wanted.name
        incoming = Incoming(self._store, artifact, self._pace, progress)
        if artifact.size <= self._piece_bytes:
            file = self._local_files.create(directory, name, replace=wanted.replace)
            return InOneStream(incoming, file)
        stored = object_of(self._store, artifact)
        pieces = pieces_of(stored.size, self._piece_bytes)
        identity = f"{self._store.url(artifact.key)}\n{stored.etag}\n{artifact.sha256}"
        target = self._local_files.resume(
            directory,
            name,
            size=stored.size,
            pieces=len(pieces),
            identity=identity,
            replace=wanted.replace,
        )
        return InPieces(incoming, stored, target, pieces, self._threads)
