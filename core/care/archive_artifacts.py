"""Move what is rarely needed into a storage class that costs less."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.care.delete_artifact import changed_object
from core.errors import PreconditionFailedError
from core.model import Artifact, ArtifactKind, Job
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectStore, StoredObject
from core.stored.compare_catalog import all_jobs
from core.stored.job_s3_prefix import job_root
from core.stored.manifests import manifest_of, may_be_content_of
from core.stored.storage_classes import ARCHIVABLE, needs_restore
from core.stored.unversioned import unversioned_content


@dataclass(frozen=True)
class ArchiveScope:
    """Which artifacts: of one job or of all, of one run of it, stored at least so long ago."""

    job_id: int | None = None
    run_id: int | None = None
    older_than: timedelta | None = None


class ArchiveArtifacts:
    """Judges by one listing for each job; looks at each object again before it is moved.

    What is in the archive already is passed over, so the next call goes on where one was ended. What
    other tools stored is as old as its object.
    """

    def __init__(self, store: ObjectStore, catalog: CatalogReader, storage_class: str) -> None:
        self._store = store
        self._catalog = catalog
        self.storage_class = storage_class

    def candidates(self, scope: ArchiveScope) -> Iterator[Artifact]:
        """What is not archived yet. Ages are told by the clock of the store.

        Raises StoreError, also where there is nothing to be archived in; CatalogError.
        """
        self._store.check_classes()
        latest = self._latest(scope)
        for job in self._jobs(scope):
            if wanted := self._wanted(job, scope):
                yield from self._not_archived(job, wanted, latest)

    def __call__(self, artifact: Artifact) -> bool:
        """Whether it was moved; False when it is in the archive by now.

        Raises ConflictError when the object is not what the catalog says, StoreError.
        """
        stored = self._content(artifact)
        if self._is_archived(stored):
            return False
        try:
            self._store.change_class(artifact.key, self.storage_class, if_match=stored.etag)
        except PreconditionFailedError:
            raise changed_object(self._store.url(artifact.key), "was replaced meanwhile") from None
        return True

    def _is_archived(self, stored: StoredObject) -> bool:
        """Also what cannot be moved without a restore."""
        there = stored.storage_class
        return there == self.storage_class or needs_restore(there)

    def _jobs(self, scope: ArchiveScope) -> Iterable[Job]:
        if scope.job_id is None:
            return all_jobs(self._catalog)
        job = self._catalog.job(scope.job_id)
        return [job] if job else []

    def _latest(self, scope: ArchiveScope) -> datetime | None:
        """When it must have been stored; None where that does not matter."""
        return None if scope.older_than is None else self._store.now() - scope.older_than

    def _wanted(self, job: Job, scope: ArchiveScope) -> Sequence[Artifact]:
        return [*filter(_may_be_archived, self._catalog.artifacts(job.id, scope.run_id))]

    def _not_archived(
        self, job: Job, wanted: Iterable[Artifact], latest: datetime | None
    ) -> Iterator[Artifact]:
        there = self._at_hand(job)
        found = filter(lambda artifact: artifact.key in there, wanted)
        return filter(lambda a: _is_old(a.stored_at or there[a.key], latest), found)

    def _at_hand(self, job: Job) -> Mapping[str, datetime | None]:
        """When the objects were stored that are not archived, by key."""
        listed = self._store.list(job_root(job.id))
        return {s.key: s.last_modified for s in listed if not self._is_archived(s)}

    def _content(self, artifact: Artifact) -> StoredObject:
        stored = self._store.head(artifact.key)
        if stored is None or not self._is_content(stored, artifact):
            raise changed_object(self._store.url(artifact.key), "is not what was stored")
        return stored

    def _is_content(self, stored: StoredObject, artifact: Artifact) -> bool:
        """Of what another tool stored no more is known than its size."""
        if not artifact.managed:
            return stored.size == artifact.size
        return self._is_recorded(stored, artifact)

    def _is_recorded(self, stored: StoredObject, artifact: Artifact) -> bool:
        if artifact.kind is not ArtifactKind.RUN_RESULTS:
            return unversioned_content(stored, artifact) is not None
        manifest = manifest_of(self._store, artifact)
        return manifest is not None and may_be_content_of(stored, manifest)


def _may_be_archived(artifact: Artifact) -> bool:
    return artifact.kind in ARCHIVABLE


def _is_old(stored_at: datetime | None, latest: datetime | None) -> bool:
    if stored_at is None:
        return False
    return latest is None or stored_at <= latest
