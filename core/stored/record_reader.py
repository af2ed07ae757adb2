"""What objects of the store tell, read many at a time, or known from an earlier reading."""

import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.model import Artifact, Job
from core.ports.catalog import CatalogReader, Extent
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.job_records import checked_record
from core.stored.job_s3_prefix import parse_job_record_key, parse_key
from core.stored.manifests import ReadManifest
from core.stored.record_format import RecordError
from core.stored.results_versions import artifact_of, extent_of
from core.stored.unversioned import unversioned_artifact
from core.threads import in_parallel

_log = logging.getLogger(__name__)


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
        known = {s.key: self._known_job(s.key) for s in records if self._is_unchanged(s)}
        unread = [s.key for s in records if not known.get(s.key)]
        read = zip(unread, in_parallel(self._read_job, unread), strict=True)
        return {key: job for key, job in (known | dict(read)).items() if job}

    def artifacts(self, job_id: int, objects: Sequence[StoredObject]) -> Mapping[str, Told]:
        """By the key of the manifest, or of the object itself where its kind has none."""
        unchanged = [stored.key for stored in objects if self._is_unchanged(stored)]
        known = self._known(job_id, unchanged) if unchanged else {}
        unread = [stored for stored in objects if stored.key not in known]
        read = zip(unread, in_parallel(self._read, unread), strict=True)
        return {**known, **{stored.key: told for stored, told in read if told}}

    def _is_unchanged(self, stored: StoredObject) -> bool:
        return self._etags.get(stored.key) == stored.etag

    def _known_job(self, key: str) -> Job | None:
        return self._catalog.job(parse_job_record_key(key) or 0)

    def _read_job(self, key: str) -> Job | None:
        try:
            record = checked_record(self._store, key)
        except RecordError as error:
            _log.warning("%s is not a job record: %s", key, error)
            self.refused[key] = str(error)
            return None
        return record.job if record else None

    def _known(self, job_id: int, keys: Sequence[str]) -> dict[str, Told]:
        rows = {(a.run_id, a.kind, a.version): a for a in self._catalog.artifacts(job_id)}
        places = ((key, parse_key(key)) for key in keys)
        found = ((key, rows.get((p.run_id, p.kind, p.version))) for key, p in places if p)
        return {key: Told(artifact) for key, artifact in found if artifact}

    def _read(self, listed: StoredObject) -> Told | None:
        parsed = parse_key(listed.key)
        if parsed and parsed.is_manifest:
            manifest = self._read_manifest(listed)
            return Told(artifact_of(manifest), extent_of(manifest)) if manifest else None
        stored = self._store.head(listed.key)  # a listing does not tell the metadata
        artifact = unversioned_artifact(stored) if stored else None
        return Told(artifact) if artifact else None
