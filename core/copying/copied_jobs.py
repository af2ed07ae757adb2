"""Which job of another store is the copy of one of this store."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, filterfalse

from core.errors import ConflictError, PreconditionFailedError
from core.jobs.free_job_ids import FreeJobIds
from core.model import Job
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore
from core.stored.compare_catalog import all_jobs
from core.stored.job_records import JobRecord, job_record
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import encode_job


class CopiedJobs:
    """A copy keeps the token of the claim that made the job, and the time, so it is known for one.

    A job of anybody else is never taken for it, whatever its id or name. The catalog is that of the
    store that is copied to, and has been made equal to it. Raises StoreError, CatalogError.
    """

    def __init__(self, store: ObjectStore, catalog: Catalog, free_ids: FreeJobIds) -> None:
        self._store = store
        self._catalog = catalog
        self._free_ids = free_ids

    def find(self, record: JobRecord) -> Job | None:
        """The copy, as its own record tells it; its id may be another one."""
        likely = self._likely(record.job)
        return next(filter(None, map(partial(self._copy, record), likely)), None)

    def can_keep_id(self, job: Job) -> bool:
        """Whether nobody has its id there, nor had it."""
        taken = self._store.head(job_record_key(job.id)) is not None
        return not taken and not self._free_ids.is_foreign(job.id)

    def claim(self, record: JobRecord, avoid: Collection[int]) -> Job:
        """Makes the copy, with its own id where that is free; else not with one of `avoid`.

        Raises ConflictError when there is no other one.
        """
        mine = record.job.id
        others = filterfalse({mine, *avoid}.__contains__, self._free_ids())
        claims = map(partial(self._claimed, record), chain((mine,), others))
        job = next(filter(None, claims), None)
        if job is None:
            raise ConflictError(f"No id is left for a job in {self._free_ids.location}.")
        self._catalog.put_job(job)
        return job

    def _likely(self, job: Job) -> Iterator[int]:
        """Its own id, and those of jobs that were made in the same second."""
        yield job.id
        others = filter(partial(_is_as_old, job), all_jobs(self._catalog))
        yield from (other.id for other in others)

    def _copy(self, record: JobRecord, job_id: int) -> Job | None:
        there = job_record(self._store, job_record_key(job_id))
        return there.job if there and _is_copy(there, record) else None

    def _claimed(self, record: JobRecord, job_id: int) -> Job | None:
        """None when the id is somebody else's."""
        if self._free_ids.is_foreign(job_id):
            return None
        job = replace(record.job, id=job_id)
        try:
            self._store.put(job_record_key(job_id), encode_job(job, record.token), if_absent=True)
        except PreconditionFailedError:
            return self._copy(record, job_id)  # the reply of the first try may have been lost
        return job


def _is_as_old(job: Job, other: Job) -> bool:
    return other.created_at == job.created_at and other.id != job.id


def _is_copy(there: JobRecord, original: JobRecord) -> bool:
    if not original.token or there.token != original.token:
        return False
    return there.job.created_at == original.job.created_at
