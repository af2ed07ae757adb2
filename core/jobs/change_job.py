"""Change what a job's record says: its name, status and tags."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import filterfalse

from core.errors import ConflictError, PreconditionFailedError
from core.model import Job, JobStatus, check_id, check_name, check_new_tags, check_tags
from core.ports.catalog import CatalogRecorder
from core.ports.object_store import ObjectStore
from core.stored.find_job import recorded_job
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

    def check(self) -> None:
        """Raises InvalidNameError for a name or tag that no job can have."""
        if self.name is not None:
            check_name(self.name)
        check_new_tags(self.add_tags)

    def applied_to(self, job: Job) -> Job:
        """What becomes of it. Raises ConflictError when it may not take the status."""
        return replace(
            job,
            name=job.name if self.name is None else self.name,
            status=self._status_after(job),
            tags=check_tags(self._tags_after(job.tags)),
        )

    def _status_after(self, job: Job) -> JobStatus:
        wanted = self.status or job.status
        if wanted not in {job.status, *job.status.following()}:
            raise _not_possible(job, wanted)
        return wanted

    def _tags_after(self, tags: Sequence[str]) -> Sequence[str]:
        return [*filterfalse(self._replaces, tags), *dict.fromkeys(self.add_tags)]

    def _replaces(self, tag: str) -> bool:
        return tag in self.remove_tags or _subject(tag) in map(_subject, self.add_tags)


class ChangeJob:
    """Replaces exactly the record that was read, so no change of another workstation is lost.

    A job that only another tool has stored something of gets a record by its first change.
    """

    def __init__(self, catalog: CatalogRecorder, store: ObjectStore) -> None:
        self._catalog = catalog
        self._store = store

    def __call__(self, job_id: int, change: JobChange) -> Job:
        """The job as it is now. A change that was made already is none.

        Raises InvalidNameError, JobNotFoundError, StoreError, and ConflictError when the job may
        not take this status or is changed by others all the time.
        """
        change.check()
        check_id(job_id, "Job id")
        for _ in range(_TRIES):
            if changed := self._try(job_id, change):
                self._catalog.put_job(changed)
                return changed
        raise ConflictError(
            f"Job {job_id} is being changed by others all the time.",
            kept="Nothing was changed.",
            todo="Try again.",
        )

    def _try(self, job_id: int, change: JobChange) -> Job | None:
        """None when somebody else was faster, or it was us and the reply got lost."""
        job, token, etag = recorded_job(self._store, job_id)
        record = encode_job(change.applied_to(job), token)
        changed, _ = decode_job(record)
        try:
            if changed != job:
                self._store.put(job_record_key(job_id), record, if_match=etag)
        except PreconditionFailedError:
            return None
        return changed


def _not_possible(job: Job, wanted: JobStatus) -> ConflictError:
    possible = ", ".join(job.status.following())
    return ConflictError(
        f"Job {job.id} is {job.status}: it cannot become {wanted}.",
        kept="Nothing was changed.",
        todo=f"It can become {possible}." if possible else "That is an end; register a new job.",
    )


def _subject(tag: str) -> str:
    """A job has one tag about it: `key=` of `key=value`, else the tag itself."""
    key, equals, _ = tag.partition("=")
    return key + equals
