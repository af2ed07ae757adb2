"""Find one job."""

from core.errors import JobNotFoundError
from core.job_s3_prefix import job_record_key
from core.model import Job, check_id
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore, StoredObject
from core.records import DELETED_JOB, MAX_BYTES, RecordError, decode_job


class GetJob:
    """Looks in the catalog first, then for the job's record in the store.

    A job that is confirmed is the one that the store has now. Its record is read for that when it
    is seen first, and again when it has changed.
    """

    def __init__(self, catalog: Catalog, store: ObjectStore) -> None:
        self._catalog = catalog
        self._store = store
        self._etags: dict[int, str] = {}

    def __call__(self, job_id: int, *, confirm: bool = False) -> Job:
        """The job. To `confirm` is to ask the store which one it is now.

        Somebody may have deleted it, or have emptied the store and made another one with its id.
        Raises JobNotFoundError, InvalidIdError, StoreError.
        """
        check_id(job_id, "Job id")
        if known := self._catalog.job(job_id):
            return self._confirmed(known) if confirm else known
        job = self._read(job_id)
        self._catalog.put_job(job)
        return job

    def _confirmed(self, known: Job) -> Job:
        record = self._store.head(job_record_key(known.id))
        if record is None or self._etags.get(known.id) == record.etag:
            return known  # without a record it is another tool's
        if record.size == len(DELETED_JOB):
            self._catalog.remove_job(known.id)
            raise deleted_job(known.id, self._store.location)
        job = self._recorded(record) or known
        if job.created_at != known.created_at:
            self._catalog.remove_job(known.id)
            self._catalog.put_job(job)
            known = job
        self._etags[known.id] = record.etag
        return known

    def _recorded(self, record: StoredObject) -> Job | None:
        """None for what cannot be read: that says nothing against what is known."""
        if record.size > MAX_BYTES:
            return None
        try:
            return decode_job(b"".join(self._store.read(record.key)))[0]
        except RecordError:
            return None

    def _read(self, job_id: int) -> Job:
        key = job_record_key(job_id)
        stored = self._store.head(key)
        if stored is None or stored.size > MAX_BYTES:
            raise JobNotFoundError(
                f"Job {job_id} does not exist in {self._store.location}.",
                todo="`runferry jobs list` shows the jobs; `jobs register` makes a new one.",
            )
        if stored.size == len(DELETED_JOB):
            raise deleted_job(job_id, self._store.location)
        try:
            job, _ = decode_job(b"".join(self._store.read(key)))
        except RecordError as error:
            raise JobNotFoundError(f"The record of job {job_id} cannot be read: {error}.") from None
        return job


def deleted_job(job_id: int, location: str) -> JobNotFoundError:
    """For a job whose record says that it was deleted."""
    return JobNotFoundError(
        f"Job {job_id} was deleted from {location}.",
        todo="`runferry jobs list` shows the jobs; `jobs register` makes a new one.",
    )
