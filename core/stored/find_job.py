"""Which job has an id, by what the store holds: its record, or what another tool stored of it."""

import secrets
from collections.abc import Iterator
from contextlib import suppress

from core.errors import PreconditionFailedError
from core.model import Job
from core.ports.object_store import ObjectReader, ObjectStore
from core.stored.job_records import JobRecord, UnrecordedJobError, read_job
from core.stored.job_s3_prefix import JobS3Prefix, job_record_key, job_root, parse_key
from core.stored.record_format import encode_job

_LAST = "~"
"""Behind all keys below a prefix."""


def find_job(store: ObjectReader, job_id: int) -> Job:
    """Raises JobNotFoundError when there is no such job, or none any more; StoreError."""
    try:
        return read_job(store, job_id).job
    except UnrecordedJobError:
        oldest = next(job_prefixes(store, job_id), None)
        if oldest is None:
            raise
    return unrecorded_job(oldest)


def recorded_job(store: ObjectStore, job_id: int) -> JobRecord:
    """Its record; a job of another tool is given one first. Raises as `find_job` does."""
    try:
        return read_job(store, job_id)
    except UnrecordedJobError:
        record = encode_job(find_job(store, job_id), secrets.token_hex(16))
    with suppress(PreconditionFailedError):  # somebody else was faster: so it is theirs
        store.put(job_record_key(job_id), record, if_absent=True)
    return read_job(store, job_id)


def unrecorded_job(oldest: JobS3Prefix, *, damaged: bool = False) -> Job:
    """What is known of a job that another tool has made, or whose record is `damaged`.

    The oldest of its prefixes counts as its own: what is stored later changes nothing about that.
    """
    remark = " (its record cannot be read)" if damaged else ""
    return Job(oldest.job_id, f"job {oldest.job_id}{remark}", oldest.created_at)


def job_prefixes(store: ObjectReader, job_id: int) -> Iterator[JobS3Prefix]:
    """Below which anything of the job is stored, the oldest first; one request for each, and one.

    Raises StoreError.
    """
    after = ""
    while found := _first_behind(store, job_id, after):
        yield found
        after = f"{found}{_LAST}"


def _first_behind(store: ObjectReader, job_id: int, after: str) -> JobS3Prefix | None:
    listed = (stored.key for stored in store.list(job_root(job_id), after=after))
    behind = filter(after.__lt__, listed)  # not every server begins where it is asked to
    return next((place.prefix for place in map(parse_key, behind) if place), None)
