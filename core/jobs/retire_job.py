"""Take a job out of the store, and its id out of use."""

from core.errors import ConflictError, PreconditionFailedError
from core.ports.catalog import CatalogRecorder
from core.ports.journal.bindings import Bindings
from core.ports.object_store import ObjectStore
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import DELETED_JOB


class RetireJob:
    """An emptied record stays: the id is never given to another job.

    Machines that remember the job learn by it that it is gone before they store anything in it.
    """

    def __init__(self, store: ObjectStore, catalog: CatalogRecorder, journal: Bindings) -> None:
        self._store = store
        self._catalog = catalog
        self._journal = journal

    def __call__(self, job_id: int) -> None:
        """For a job without contents; may be repeated.

        Raises ConflictError when the record is changed meanwhile, StoreError, StateError,
        CatalogError.
        """
        self._journal.forget_job(job_id)
        self._empty_record(job_id)
        self._catalog.remove_job(job_id)

    def _empty_record(self, job_id: int) -> None:
        key = job_record_key(job_id)
        record = self._store.head(key)
        if record is None:  # another tool's job
            return
        try:
            self._store.put(key, DELETED_JOB, if_match=record.etag)
        except PreconditionFailedError:
            raise ConflictError(
                f"The record of job {job_id} was changed meanwhile.",
                kept="The job is still there, with what is left of it.",
                todo="Give the same command again.",
            ) from None
