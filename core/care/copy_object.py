"""Copy one artifact of a kind without versions to where it is to be."""

from contextlib import suppress

from core.care.delete_artifact import changed_object
from core.care.move_plan import ObjectMove
from core.errors import PreconditionFailedError
from core.model import Artifact, Run
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore, StoredObject
from core.progress import Progress
from core.stored.arrange_rows import put_current
from core.stored.unversioned import unversioned_content


class CopyObject:
    """On the server side; its metadata, which tell what it is, go along."""

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def __call__(self, move: ObjectMove, progress: Progress) -> None:
        """May be repeated.

        Raises ConflictError when something else is in the way, or the content is not what it was;
        StoreError, CatalogError, TransferCancelledError.
        """
        self._copy(move, progress)
        there = self._store.head(move.target.key)
        found = unversioned_content(there, move.source) if there else None
        if found is None:
            raise changed_object(self._store.url(move.target.key), "is something else")
        self._record(found)

    def _copy(self, move: ObjectMove, progress: Progress) -> None:
        original = self._original(move.source)
        with suppress(PreconditionFailedError):  # who looks at it next sees what is there
            self._store.copy(
                original.key,
                move.target.key,
                source_etag=original.etag,
                on_copied=progress.add_read,
            )

    def _original(self, source: Artifact) -> StoredObject:
        original = self._store.head(source.key)
        if original is None or not unversioned_content(original, source):
            raise changed_object(self._store.url(source.key), "is not what was listed")
        return original

    def _record(self, artifact: Artifact) -> None:
        put_current(self._catalog, artifact)
        run_id = artifact.run_id
        if run_id and self._catalog.run(artifact.job_id, run_id) is None:
            self._catalog.put_run(Run(artifact.job_id, run_id))
