"""Copy one version of a run's results to where it is to be, and commit it there."""

from dataclasses import replace

from core.care.move_plan import NOTHING_MOVED, VersionMove
from core.care.run_manifests import proven_content
from core.errors import ConflictError, PreconditionFailedError
from core.model import Manifest
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore, StoredObject
from core.progress import Progress
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.manifests import WRITE_TOKEN
from core.stored.results_versions import ResultsVersions


class CopyVersion:
    """On the server side. The copy keeps the write token, so that the next try knows it again."""

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._store = store
        self._versions = ResultsVersions(store, catalog)

    def __call__(
        self, move: VersionMove, prefix: JobS3Prefix, to: JobS3Prefix, progress: Progress
    ) -> None:
        """Content first, then its manifest; may be repeated.

        Raises ConflictError when something else is in the way, or the content is not what it was;
        StoreError, CatalogError, TransferCancelledError.
        """
        original = proven_content(self._store, prefix, move.source)
        if original is None:
            raise _changed(self._store.url(move.source.key))
        copied = self._copied(original, _key(move, to), progress)
        self._commit(move, to, replace(move.target, etag=copied.etag))

    def _copied(self, original: StoredObject, key: str, progress: Progress) -> StoredObject:
        copied = self._copy(original, key, progress)
        if copied is None or not _is_copy(copied, original):
            raise _changed(self._store.url(key))
        return copied

    def _copy(self, original: StoredObject, key: str, progress: Progress) -> StoredObject | None:
        """What is there already, perhaps of an earlier try, is not replaced."""
        try:
            return self._store.copy(
                original.key, key, source_etag=original.etag, on_copied=progress.add_read
            )
        except PreconditionFailedError:
            return self._store.head(key)

    def _commit(self, move: VersionMove, to: JobS3Prefix, manifest: Manifest) -> None:
        if move.in_place:
            self._versions.commit(to, manifest)
        else:
            self._versions.commit_superseded(to, manifest)


def _key(move: VersionMove, to: JobS3Prefix) -> str:
    if move.in_place:
        return move.target.key
    return to.superseded_results(move.target.run_id, move.target.version)


def _is_copy(copied: StoredObject, original: StoredObject) -> bool:
    """By who wrote it; what has no token, as another tool's, must have the etag."""
    if copied.size != original.size:
        return False
    token = original.metadata.get(WRITE_TOKEN)
    return token == copied.metadata.get(WRITE_TOKEN) if token else copied.etag == original.etag


def _changed(url: str) -> ConflictError:
    return ConflictError(
        f"{url} is not what it should be, or something else is there.",
        kept=NOTHING_MOVED,
        todo="`runferry store check` tells more.",
    )
