"""Forget jobs that were deleted, on whatever machine."""

from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import Bindings
from core.ports.journal.uploads import Intents
from core.ports.object_store import ObjectReader
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import DELETED_JOB


class ForgetDeletedJobs:
    """Where the runs of a deleted job would go to is to be asked anew; nothing of them is stored.

    What an upload to it has begun is remembered: that ends with an error, and frees what it sent.
    """

    def __init__(
        self, store: ObjectReader, catalog: CatalogReader, intents: Intents, bindings: Bindings
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._intents = intents
        self._bindings = bindings

    def __call__(self) -> None:
        """When the catalog has just been read. Raises StoreError, StateError, CatalogError."""
        begun = {intent.job_id for intent in self._intents.all_intents()}
        for job_id in filter(self._is_gone, sorted(self._bindings.known_jobs().keys() - begun)):
            self._bindings.forget_job(job_id)

    def _is_gone(self, job_id: int) -> bool:
        if self._catalog.job(job_id):
            return False
        record = self._store.head(job_record_key(job_id))
        return record is None or record.size == len(DELETED_JOB)
