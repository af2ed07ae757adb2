"""Bring one artifact back."""

import hashlib
from dataclasses import dataclass

from core.errors import DownloadError
from core.events import Phase
from core.model import Artifact
from core.ports.local_files import LocalFiles, PartialFile
from core.ports.object_store import ObjectStore
from core.ports.packaging import ArchiveExtractor
from core.progress import Progress


@dataclass(frozen=True)
class Downloaded:
    """Where the artifact is now: its file, or the directory with its `files` extracted ones."""

    artifact: Artifact
    path: str
    files: int = 0


class DownloadArtifact:
    """Fetches into a partial file, verifies, and only then gives it its name."""

    def __init__(
        self, store: ObjectStore, local_files: LocalFiles, extractor: ArchiveExtractor
    ) -> None:
        self._store = store
        self._local_files = local_files
        self._extractor = extractor

    def __call__(
        self, artifact: Artifact, directory: str, progress: Progress, *, extract: bool = False
    ) -> Downloaded:
        """Extracting keeps the members only, not the archive.

        Raises StoreError, DownloadError, UnsafeArchiveError; leaves nothing half-written.
        """
        progress.begin(Phase.RECEIVING, total=artifact.size)
        name = artifact.key.rpartition("/")[2]
        target = self._local_files.create(directory, name)
        try:
            self._fetch(artifact, target, progress)
            if extract:
                files = self._extractor.extract(target.path, directory)
                return Downloaded(artifact, directory, files)
            return Downloaded(artifact, target.commit())
        finally:
            target.discard()

    def _fetch(self, artifact: Artifact, target: PartialFile, progress: Progress) -> None:
        digest = hashlib.sha256()
        for block in self._store.read(artifact.key):
            digest.update(block)
            target.write(block)
            progress.add_read(len(block))
        progress.begin(Phase.VERIFYING)
        if artifact.sha256 and digest.hexdigest() != artifact.sha256:
            raise DownloadError(
                f"{self._store.url(artifact.key)} is not what was stored: its SHA-256 differs.",
                kept="Nothing was written.",
                todo="Download another version, or upload the run again.",
            )
