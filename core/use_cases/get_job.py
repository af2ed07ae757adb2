"""Find one job."""

from core.errors import JobNotFoundError
from core.job_s3_prefix import job_record_key
from core.model import Job, check_id
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore
from core.records import DELETED_JOB, MAX_BYTES, RecordError, decode_job


class GetJob:
    """Looks in the catalog first, then for the job's record in the store."""

    def __init__(self, catalog: Catalog, store: ObjectStore) -> None:
        self._catalog = catalog
        self._store = store

    def __call__(self, job_id: int, *, confirm: bool = False) -> Job:
        """The job. To `confirm` is to ask the store whether somebody has deleted it meanwhile.

        Raises JobNotFoundError, InvalidIdError, StoreError.
        """
        check_id(job_id, "Job id")
        if known := self._catalog.job(job_id):
            if confirm:
                self._confirm(job_id)
            return known
        job = self._read(job_id)
        self._catalog.put_job(job)
        return job

    def _confirm(self, job_id: int) -> None:
        record = self._store.head(job_record_key(job_id))
        if record and record.size == len(DELETED_JOB):
            self._catalog.remove_job(job_id)
            raise deleted_job(job_id, self._store.location)

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
