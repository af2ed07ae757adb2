"""Reading the records of jobs: whatever is in a bucket may have been written by anybody."""

import logging
from typing import NamedTuple

from core.errors import (
    JobNotFoundError,
    ObjectArchivedError,
    ObjectNotFoundError,
    StoreAccessDeniedError,
)
from core.model import Job
from core.ports.object_store import Excerpt, ObjectReader
from core.stored.job_s3_prefix import job_record_key, parse_job_record_key
from core.stored.record_format import DELETED_JOB, MAX_BYTES, RecordError, decode_job

_log = logging.getLogger(__name__)


class UnrecordedJobError(JobNotFoundError):
    """There is no record; another tool may have stored something of such a job all the same."""


class JobRecord(NamedTuple):
    """`token` tells whose claim created it; `etag` pins the record that was read."""

    job: Job
    token: str
    etag: str


def read_job(store: ObjectReader, job_id: int) -> JobRecord:
    """Raises UnrecordedJobError without a record, JobNotFoundError for a deleted job; StoreError."""
    try:
        found = _read(store, job_record_key(job_id))
    except ObjectNotFoundError:
        raise UnrecordedJobError(
            f"Job {job_id} does not exist in {store.location}.",
            todo="`runferry jobs list` shows the jobs; `jobs register` makes a new one.",
        ) from None
    except RecordError as error:
        raise JobNotFoundError(
            f"The record of job {job_id} cannot be read: {str(error).rstrip('.')}.",
            kept="What is stored of the job is where it was.",
        ) from None
    if found is None:
        raise deleted_job(job_id, store.location)
    return found


def job_record(store: ObjectReader, key: str) -> JobRecord | None:
    """None when there is none at `key`, or not of a job that is there. Raises StoreError."""
    try:
        return checked_record(store, key)
    except RecordError as error:
        _log.warning("%s is not a job record: %s", key, error)
        return None


def readable_record(store: ObjectReader, key: str) -> JobRecord | None:
    """As `job_record`; None also where it may not be read."""
    try:
        return job_record(store, key)
    except StoreAccessDeniedError:
        return None


def checked_record(store: ObjectReader, key: str) -> JobRecord | None:
    """As `job_record`; raises RecordError for what is there and cannot be read."""
    try:
        return _read(store, key)
    except ObjectNotFoundError:
        return None


def deleted_job(job_id: int, location: str) -> JobNotFoundError:
    """For a job whose record is that of a deleted one. A record may also have lost what it said."""
    return JobNotFoundError(
        f"The record of job {job_id} in {location} is empty: the job was deleted, or its record lost.",
        kept="What may still be stored of it is where it was.",
        todo="`runferry jobs list` shows the jobs; `jobs register` makes a new one.",
    )


def _read(store: ObjectReader, key: str) -> JobRecord | None:
    """None for a deleted job. A byte may have changed on the way: what is wrong is read twice."""
    try:
        return _decoded(_excerpt(store, key))
    except RecordError:
        return _decoded(_excerpt(store, key))


def _excerpt(store: ObjectReader, key: str) -> Excerpt:
    try:
        return store.excerpt(key, start=0, length=MAX_BYTES + 1)
    except ObjectArchivedError as error:
        raise RecordError(error.what) from None


def _decoded(found: Excerpt) -> JobRecord | None:
    if found.data == DELETED_JOB:
        return None
    job, token = decode_job(found.data)
    if job.id != parse_job_record_key(found.object.key):
        raise RecordError("it speaks of another job")
    return JobRecord(job, token, found.object.etag)
