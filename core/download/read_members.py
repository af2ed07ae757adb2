"""Look into the stored results of a run without fetching them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from core.download.incoming import not_what_was_stored
from core.download.stored_bytes import InPieces, StoredBytes
from core.errors import (
    ArtifactNotFoundError,
    DownloadError,
    ObjectNotFoundError,
    UnsafeArchiveError,
)
from core.model import Artifact
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.ports.packaging import ArchiveReader, OpenArchive

_END_BYTES = 66 << 10
"""No end records of a ZIP are larger, and the whole directory of most runs is within."""
_ENTRY_BYTES = 112
"""One file in the directory of a ZIP; names of some 55 characters."""
_MAX_TAIL_BYTES = 32 << 20
_CLOCKS_DIFFER = timedelta(minutes=1)


class Looked(NamedTuple):
    """An open archive, and the bytes that it is read from, which count requests."""

    archive: OpenArchive
    stored: InPieces


class ReadMembers:
    """Asks the catalog first, and the store about everything only when the catalog is behind.

    Opening takes one request when the catalog knows how many files there are, else at most two.
    """

    def __init__(
        self,
        store: ObjectReader,
        catalog: CatalogReader,
        reader: ArchiveReader,
        refresh: Callable[[], object],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._reader = reader
        self._refresh = refresh

    def __call__(self, job_id: int, run_id: int, version: int | None = None) -> OpenArchive:
        """The results of a run, by default the latest.

        Raises ArtifactNotFoundError, StoreError, DownloadError, UnsafeArchiveError.
        """
        try:
            known = self._find(job_id, run_id, version)
            archive = self._current(known)
        except (ArtifactNotFoundError, ObjectNotFoundError, DownloadError):
            self._refresh()
            known = self._find(job_id, run_id, version)
            archive = self._open(known)
        return self._opened(known, archive)

    def of(self, artifact: Artifact) -> OpenArchive:
        """An artifact that the catalog has; raises as if it were asked for by its run."""
        return self._opened(artifact, self._open(artifact))

    def look(self, artifact: Artifact) -> Looked:
        """As `of`, for members of which the beginning may be enough: they come in pieces."""
        stored = InPieces(self._open(artifact))
        try:
            return Looked(self._reader.open(stored), stored)
        except UnsafeArchiveError:
            stored = InPieces(self._open(artifact), stored.requests)
            return Looked(self._reader.open(stored), stored)

    def _opened(self, artifact: Artifact, archive: StoredBytes) -> OpenArchive:
        """A byte may have changed on the way: what cannot be opened is fetched once more."""
        try:
            return self._reader.open(archive)
        except UnsafeArchiveError:
            return self._reader.open(self._open(artifact))

    def _find(self, job_id: int, run_id: int, version: int | None) -> Artifact:
        versions = self._versions(job_id, run_id)
        found = versions.get(version or max(versions, default=0))
        if found is None:
            raise _nothing(job_id, run_id, version)
        return found

    def _versions(self, job_id: int, run_id: int) -> Mapping[int, Artifact]:
        stored = self._catalog.artifacts(job_id, run_id)
        return {a.version: a for a in stored if a.is_current_results}

    def _current(self, artifact: Artifact) -> StoredBytes:
        """Raises DownloadError, too, when the store holds something newer than the catalog knows."""
        archive = self._open(artifact)
        if _is_later(archive.excerpt.object.last_modified, artifact.stored_at):
            raise not_what_was_stored(self._store, artifact, "time")
        return archive

    def _open(self, artifact: Artifact) -> StoredBytes:
        length = self._tail_bytes(artifact)
        archive = self._tail(artifact.key, artifact.size, length)
        if archive.size == artifact.size:
            return archive
        if artifact.sha256:
            raise not_what_was_stored(self._store, artifact, "size")
        return self._tail(artifact.key, archive.size, length)

    def _tail(self, key: str, size: int, length: int) -> StoredBytes:
        start = max(0, size - length)
        return StoredBytes(self._store, self._store.excerpt(key, start=start, length=length), start)

    def _tail_bytes(self, artifact: Artifact) -> int:
        extent = self._catalog.extent(artifact.content_id) if artifact.content_id else None
        files = extent.files if extent else 0
        return min(_END_BYTES + files * _ENTRY_BYTES, _MAX_TAIL_BYTES)


def _is_later(modified: datetime | None, recorded: datetime | None) -> bool:
    if modified is None or recorded is None:
        return False
    return modified > recorded + _CLOCKS_DIFFER


def _nothing(job_id: int, run_id: int, version: int | None) -> ArtifactNotFoundError:
    which = f" in version {version}" if version else ""
    return ArtifactNotFoundError(
        f"Nothing is stored of run {run_id} of job {job_id}{which}.",
        todo=f"`runferry jobs uploads list --job-id {job_id}` lists what is.",
    )
