"""Change what a job's record says: its name, status and tags."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.errors import ConflictError, PreconditionFailedError
from core.model import Job, JobStatus, check_id, check_name, check_new_tags, check_tags
from core.ports.catalog import CatalogRecorder
from core.ports.object_store import ObjectStore
from core.stored.job_records import read_job
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import decode_job, encode_job

_TRIES = 8


@dataclass(frozen=True)
class JobChange:
    """What is to be different; None and nothing leave a thing as it is.

    A tag `key=value` takes the place of the tags with that key.
    """

    name: str | None = None
    status: JobStatus | None = None
    add_tags: Sequence[str] = ()
    remove_tags: Collection[str] = ()


class ChangeJob:
    """Replaces exactly the record that was read, so no change of another workstation is lost."""

    def __init__(self, catalog: CatalogRecorder, store: ObjectStore) -> None:
        self._catalog = catalog
        self._store = store

    def __call__(self, job_id: int, change: JobChange) -> Job:
        """The job as it is now. A change that was made already is none.

        Raises InvalidNameError, JobNotFoundError, StoreError, and ConflictError when the job may
        not take this status or is changed by others all the time.
        """
        if change.name is not None:
            check_name(change.name)
        check_new_tags(change.add_tags)
        key = job_record_key(check_id(job_id, "Job id"))
        for _ in range(_TRIES):
            job, token, etag = read_job(self._store, job_id)
            record = encode_job(_changed(job, change), token)
            changed, _ = decode_job(record)
            try:
                if changed != job:
                    self._store.put(key, record, if_match=etag)
            except PreconditionFailedError:
                continue  # somebody else was faster, or it was us and the reply got lost
            self._catalog.put_job(changed)
            return changed
        raise ConflictError(
            f"Job {job_id} is being changed by others all the time.",
            kept="Nothing was changed.",
            todo="Try again.",
        )


def _changed(job: Job, change: JobChange) -> Job:
    return replace(
        job,
        name=job.name if change.name is None else change.name,
        status=_status(job, change.status),
        tags=check_tags(_tags(job.tags, change)),
    )


def _status(job: Job, wanted: JobStatus | None) -> JobStatus:
    if wanted is None or wanted is job.status:
        return job.status
    if wanted in job.status.following():
        return wanted
    possible = ", ".join(job.status.following())
    raise ConflictError(
        f"Job {job.id} is {job.status}: it cannot become {wanted}.",
        kept="Nothing was changed.",
        todo=f"It can become {possible}." if possible else "That is an end; register a new job.",
    )


def _tags(tags: Sequence[str], change: JobChange) -> tuple[str, ...]:
    keys = {tag.partition("=")[0] for tag in change.add_tags if "=" in tag}
    gone = {*change.remove_tags, *change.add_tags}
    kept = [tag for tag in tags if tag not in gone and _key(tag) not in keys]
    return (*kept, *dict.fromkeys(change.add_tags))


def _key(tag: str) -> str | None:
    key, equals, _ = tag.partition("=")
    return key if equals else None
