"""Make the catalog equal to the store in what one job holds."""

from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.object_store import ObjectReader
from core.stored.implied_rows import rows_of_job
from core.stored.job_s3_prefix import job_record_key, job_root
from core.stored.manifests import read_manifest
from core.stored.record_reader import RecordReader


class RefreshJob:
    """Two listings, and what is new or was changed. Runs on a background thread."""

    def __init__(self, catalog: Catalog, store: ObjectReader, clock: Clock) -> None:
        self._catalog = catalog
        self._store = store
        self._clock = clock

    def __call__(self, job_id: int) -> None:
        """In one transaction; a job that is not there any more is forgotten.

        Raises StoreError and leaves the cache as it was.
        """
        started, since = self._clock.now(), self._catalog.last_recording()
        told = self._catalog.etags
        etags = {**told(job_root(job_id)), **told(job_record_key(job_id))}
        records = RecordReader(
            self._store, self._catalog, etags, lambda listed: read_manifest(self._store, listed.key)
        )
        rows = rows_of_job(self._store, records, job_id)
        if job := rows.jobs.get(job_id):
            self._catalog.put_extents(rows.extents)
            read = job, rows.runs, rows.artifacts, started, rows.etags
            self._catalog.replace_job(*read, since=since)
        else:
            self._catalog.remove_job(job_id, since=since)
