"""Delete what is stored of a job; the job stays."""

from collections.abc import Callable

from core.care.clean_orphans import CleanOrphans
from core.care.delete_artifact import DeleteArtifact
from core.care.delete_foreign import DeleteForeign
from core.care.job_contents import JobContents
from core.ports.catalog import Catalog
from core.ports.journal.journal import Journal
from core.ports.object_store import ObjectStore
from core.stored.orphans import FoundOrphan, OrphanKind
from core.upload.create_artifact import ArtifactProducer


class EmptyJob:
    """Artifacts first, each after a fresh look, then what was left behind."""

    def __init__(
        self, store: ObjectStore, catalog: Catalog, journal: Journal, producer: ArtifactProducer
    ) -> None:
        self._journal = journal
        self._producer = producer
        self._delete_artifact = DeleteArtifact(store, catalog)
        self._delete_foreign = DeleteForeign(store, catalog)
        self._clean = CleanOrphans(store, journal)

    def __call__(self, contents: JobContents, before_each: Callable[[], None]) -> None:
        """Deletes exactly that; an orphan that somebody needs by now stays.

        What `before_each` raises ends it before the next object. Raises ConflictError when an artifact is not what was listed any more; StoreError,
        CatalogError, StateError.
        """
        self._give_up(contents.job.id)
        for artifact in contents.recorded:
            before_each()
            self._delete_artifact(artifact)
        for found in (*contents.unmanaged, *contents.orphans):
            before_each()
            self._delete_found(found)

    def _delete_found(self, found: FoundOrphan) -> None:
        if found.kind is OrphanKind.UNMANAGED:
            self._delete_foreign(found)
        else:
            self._clean(found)

    def _give_up(self, job_id: int) -> None:
        """What was sent by uploads that were cut off is freed."""
        for intent in self._journal.all_intents():
            if intent.job_id == job_id:
                self._producer.give_up(intent.job_id, intent.run_id, intent.key)
