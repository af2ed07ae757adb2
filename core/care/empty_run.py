"""Delete what is stored of a run, or one version of its results; the job stays."""

from collections.abc import Sequence

from core.care.clean_orphans import CleanOrphans, Judged
from core.care.delete_artifact import DeleteArtifact
from core.care.delete_foreign import DeleteForeign
from core.care.forget_sources import ForgetSources
from core.care.run_contents import RunContents
from core.care.tombstones import Tombstones
from core.model import Artifact
from core.ports.catalog import Catalog
from core.ports.journal.journal import Journal
from core.ports.object_store import ObjectStore
from core.stored.orphans import FoundOrphan
from core.upload.create_artifact import ArtifactProducer


class EmptyRun:
    """Artifacts first, each after a fresh look, then what was left behind."""

    def __init__(
        self, store: ObjectStore, catalog: Catalog, journal: Journal, producer: ArtifactProducer
    ) -> None:
        self._journal = journal
        self._producer = producer
        self._forget_sources = ForgetSources(journal, catalog)
        self._delete_artifact = DeleteArtifact(store, catalog)
        self._delete_foreign = DeleteForeign(store, catalog)
        self._tombstones = Tombstones(store, journal)
        self._clean = CleanOrphans(store, journal)

    def __call__(self, contents: RunContents) -> Sequence[Judged]:
        """Deletes exactly that; returns what somebody needs by now, and why.

        Raises ConflictError when an artifact is not what was listed any more; StoreError,
        CatalogError, StateError.
        """
        self._forget_sources(contents)
        if contents.version is None:
            self._give_up(contents.job.id, contents.run_id)
        for artifact in contents.what.recorded:
            self._delete(artifact)
        self._tombstones.clear(contents.job.id, contents.run_id)
        self._delete_foreign.all(contents.what.unmanaged)
        return self._cleaned(contents.orphans)

    def _give_up(self, job_id: int, run_id: int) -> None:
        """What was sent by uploads of this machine that were cut off is freed."""
        for intent in self._journal.intents(job_id, run_id):
            self._producer.give_up(job_id, run_id, intent.key)

    def _cleaned(self, orphans: Sequence[FoundOrphan]) -> Sequence[Judged]:
        judged = map(self._judged, orphans)
        return [one for one in judged if one.stays]

    def _judged(self, orphan: FoundOrphan) -> Judged:
        return Judged(orphan, self._clean(orphan))

    def _delete(self, artifact: Artifact) -> None:
        if artifact.is_version:
            self._tombstones.put(artifact)
        self._delete_artifact(artifact)
