"""Find one job."""

from core.errors import JobNotFoundError, StoreAccessDeniedError
from core.model import Job, check_id
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.find_job import find_job, unrecorded_job
from core.stored.job_places import JobPlaces
from core.stored.job_records import deleted_job, readable_record
from core.stored.job_s3_prefix import JobS3Prefix, job_record_key
from core.stored.record_format import DELETED_JOB
from core.stored.unreadable import listed


class GetJob:
    """Looks in the catalog first, then for what the store holds: the one way to have a job.

    A job that is confirmed is the one that the store has now. Its record is read for that when it
    is seen first, and again when it has changed.
    """

    def __init__(self, catalog: Catalog, store: ObjectReader) -> None:
        self._catalog = catalog
        self._store = store
        self._etags: dict[int, str] = {}
        self.places = JobPlaces(store, catalog)

    def __call__(self, job_id: int, *, confirm: bool = False) -> Job:
        """The job. To `confirm` is to ask the store which one it is now.

        Somebody may have deleted it, or have emptied the store and made another one with its id.
        Raises JobNotFoundError, InvalidIdError, StoreError.
        """
        check_id(job_id, "Job id")
        if known := self._catalog.job(job_id):
            return self._confirmed(known) if confirm else known
        job = find_job(self._store, job_id)
        self._catalog.put_job(job)
        return job

    def of_prefix(self, prefix: JobS3Prefix) -> Job:
        """The job as the catalog knows it, else what its place in the store tells; no network."""
        return self._catalog.job(prefix.job_id) or unrecorded_job(prefix)

    def still_there(self, job: Job) -> None:
        """Asks the store, for an upload that was going to `job` and may have taken hours.

        Raises JobNotFoundError when it was deleted or another one has its id, StoreError.
        """
        if not self._is_there(job):
            raise JobNotFoundError(
                f"Job {job.id} was deleted from {self._store.location} during the upload to it.",
                kept="Nothing is left of the upload; your files are untouched.",
                todo="Upload again without --job-id for a new job, or name another one.",
            )

    def _is_there(self, job: Job) -> bool:
        try:
            return self._confirmed(job).created_at == job.created_at
        except JobNotFoundError:
            return False

    def _confirmed(self, known: Job) -> Job:
        stored = self._record(known.id)
        if stored is None or self._etags.get(known.id) == stored.etag:
            return known  # without a record it is another tool's
        self._check_not_deleted(known.id, stored)
        job = self._recorded(known)
        self._etags[known.id] = stored.etag
        return job

    def _record(self, job_id: int) -> StoredObject | None:
        """Who may not read it can still see in a listing whether it is that of a deleted job."""
        key = job_record_key(job_id)
        try:
            return self._store.head(key)
        except StoreAccessDeniedError:
            return listed(self._store, key)

    def _check_not_deleted(self, job_id: int, record: StoredObject) -> None:
        if record.size == len(DELETED_JOB):
            self._catalog.remove_job(job_id)
            raise deleted_job(job_id, self._store.location)

    def _recorded(self, known: Job) -> Job:
        record = readable_record(self._store, job_record_key(known.id))
        if record is None or record.job.created_at == known.created_at:
            return known  # a record that cannot or may not be read says nothing against it
        self._catalog.remove_job(known.id)
        self._catalog.put_job(record.job)
        return record.job
