"""What objects of the store tell, read many at a time, or known from an earlier reading."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from core.model import Artifact, Job, run_id_of
from core.ports.catalog import CatalogReader, Extent
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.job_records import checked_record
from core.stored.job_s3_prefix import parse_job_record_key, parse_key, parse_manifest_key
from core.stored.manifests import ReadManifest
from core.stored.record_format import RecordError
from core.stored.results_versions import artifact_of, extent_of
from core.stored.unversioned import unversioned_artifact
from core.threads import in_parallel

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Told(NamedTuple):
    """What one object tells. The extent is that of results, None where the catalog knows it."""

    artifact: Artifact
    extent: Extent | None = None


class RecordReader:
    """Objects that have their etags still are not read again: the catalog has what they told.

    What is read is read by `read_manifest`. Raises StoreError and CatalogError.
    """

    def __init__(
        self,
        store: ObjectReader,
        catalog: CatalogReader,
        etags: Mapping[str, str],
        read_manifest: ReadManifest,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._etags = etags
        self._read_manifest = read_manifest
        self.refused: dict[str, str] = {}
        """Why records of jobs could not be read, by key."""

    def jobs(self, records: Sequence[StoredObject]) -> Mapping[str, Job]:
        """By the key of the record; none for what is not a record."""
        unchanged = [*filter(self._is_unchanged, records)]
        known = _by_key(unchanged, map(self._known_job, unchanged))
        return self._with_read(records, known, self._read_job)

    def artifacts(self, job_id: int, objects: Sequence[StoredObject]) -> Mapping[str, Told]:
        """By the key of the manifest, or of the object itself where its kind has none."""
        unchanged = [*filter(self._is_unchanged, objects)]
        known: Mapping[str, Told] = self._known(job_id, unchanged) if unchanged else {}
        return self._with_read(objects, known, self._read)

    def _with_read(
        self,
        objects: Sequence[StoredObject],
        known: Mapping[str, T],
        read: Callable[[StoredObject], T | None],
    ) -> Mapping[str, T]:
        unread = [stored for stored in objects if stored.key not in known]
        return {**known, **_by_key(unread, in_parallel(read, unread))}

    def _is_unchanged(self, stored: StoredObject) -> bool:
        return self._etags.get(stored.key) == stored.etag

    def _known_job(self, record: StoredObject) -> Job | None:
        return self._catalog.job(parse_job_record_key(record.key) or 0)

    def _read_job(self, listed: StoredObject) -> Job | None:
        try:
            record = checked_record(self._store, listed.key)
        except RecordError as error:
            _log.warning("%s is not a job record: %s", listed.key, error)
            self.refused[listed.key] = str(error)
            return None
        return record.job if record else None

    def _known(self, job_id: int, unchanged: Sequence[StoredObject]) -> Mapping[str, Told]:
        rows = {_told_by(artifact): Told(artifact) for artifact in self._catalog.artifacts(job_id)}
        return _by_key(unchanged, (rows.get(stored.key) for stored in unchanged))

    def _read(self, listed: StoredObject) -> Told | None:
        if parse_manifest_key(listed.key):
            manifest = self._read_manifest(listed)
            return Told(artifact_of(manifest), extent_of(manifest)) if manifest else None
        return self._read_unversioned(listed.key)

    def _read_unversioned(self, key: str) -> Told | None:
        stored = self._store.head(key)  # a listing does not tell the metadata
        artifact = unversioned_artifact(stored) if stored else None
        return Told(artifact) if artifact else None


def _by_key(objects: Sequence[StoredObject], found: Iterable[T | None]) -> Mapping[str, T]:
    """What was found of each, where that is anything."""
    pairs = zip(objects, found, strict=True)
    return {stored.key: told for stored, told in pairs if told is not None}


def _told_by(artifact: Artifact) -> str:
    """The key of what told of it: of a version that is its manifest."""
    place = parse_key(artifact.key) if artifact.is_version else None
    if place is None:
        return artifact.key
    return place.prefix.manifest(run_id_of(artifact), artifact.version)
