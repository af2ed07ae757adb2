"""Learn of the jobs that other machines have made."""

from collections.abc import Callable, Sequence

from core.job_s3_prefix import JOB_RECORDS, JobS3Prefix, parse_job_record_key
from core.manifests import read_manifest
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore, StoredObject
from core.records import DELETED_JOB
from core.store_records import StoreRecords
from core.store_rows import StoreRows, add_job
from core.stored_jobs import stored_jobs

_MOST = 100


class ReadNewJobs:
    """Brings those into the catalog that it does not know; costs one request when there are none.

    A store that was never read, or has very many of them, is read as a whole.
    """

    def __init__(self, catalog: Catalog, store: ObjectStore, refresh: Callable[[], object]) -> None:
        """`refresh` makes the catalog equal to the store."""
        self._catalog = catalog
        self._store = store
        self._refresh = refresh

    def __call__(self) -> None:
        """Raises StoreError, CatalogError."""
        new = None if self._catalog.synced_at() is None else self._new()
        if new is None or len(new) > _MOST:
            self._refresh()
        elif new:
            self._read(new)

    def _new(self) -> Sequence[StoredObject]:
        """Records behind the last one that was there when the store was read."""
        behind = self._store.list(JOB_RECORDS, after=self._catalog.last_read(JOB_RECORDS))
        return [stored for stored in behind if self._is_new(stored)]

    def _is_new(self, stored: StoredObject) -> bool:
        job_id = parse_job_record_key(stored.key)
        is_there = stored.size != len(DELETED_JOB)
        return job_id is not None and is_there and self._catalog.job(job_id) is None

    def _read(self, new: Sequence[StoredObject]) -> None:
        records = StoreRecords(
            self._store, self._catalog, {}, lambda listed: read_manifest(self._store, listed.key)
        )
        jobs, rows = records.jobs(new).values(), StoreRows()
        for job in jobs:
            for stored in stored_jobs(self._store, str(JobS3Prefix.from_job(job))):
                add_job(rows, job, stored, self._store, records)
        self._catalog.put_extents(rows.extents)
        for artifact in rows.artifacts:
            self._catalog.put_artifact(artifact)
        for run in rows.runs:
            self._catalog.put_run(run)
        for job in jobs:  # last: a job that is known is not read again
            self._catalog.put_job(job)
