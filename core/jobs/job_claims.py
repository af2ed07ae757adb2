"""Claims on the ids of new jobs."""

import logging
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from operator import attrgetter

from core.errors import PreconditionFailedError, StoreAccessDeniedError
from core.model import Job, whole_seconds
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent, Intents
from core.ports.object_store import ObjectStore
from core.stored.job_records import JobRecord, readable_record
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import decode_job, encode_job

_log = logging.getLogger(__name__)


class JobClaims:
    """A claim is the job's record, created on condition that nobody else has.

    It is open until it is used: a durable intent tells whose it is, whatever becomes of the process
    that made it. Raises StoreError, StateError.
    """

    def __init__(
        self,
        store: ObjectStore,
        journal: Intents,
        clock: Clock,
        *,
        owner: str = "",
        host: str = "",
    ) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._owner = owner
        self._host = host

    def __call__(self, job_id: int, name: str, tags: Sequence[str]) -> Job | None:
        """The job as its claim tells it, or None when the id is somebody else's."""
        token, key = secrets.token_hex(16), job_record_key(job_id)
        intent = Intent(token, job_id, None, 0, key, self._clock.now())
        record = encode_job(self._draft(job_id, name, tags), token)
        self._journal.put_intent(intent)
        try:
            self._store.put(key, record, if_absent=True)
        except PreconditionFailedError:
            return self._arrived(intent)
        return decode_job(record)[0]

    def left_behind(self, name: str, job_id: int | None) -> Job | None:
        """The newest job of that name, or the one with that id, that was claimed and never used."""
        newest_first = sorted(self._open(job_id), key=attrgetter("job_id"), reverse=True)
        records = filter(None, map(self._record, newest_first))
        return next((record.job for record in records if record.job.name == name), None)

    def close(self, job: Job) -> None:
        """The job is in use."""
        for intent in self._open(job.id):
            self._journal.close_intent(intent.write_token)

    def take_back(self, job: Job) -> None:
        """Of a claim that nobody has used yet nothing is left, unless somebody has changed it.

        Where it may not be deleted it stays open: the next job of that name takes it up.
        """
        for intent in self._open(job.id):
            if self._is_deleted(intent):
                self._journal.close_intent(intent.write_token)

    def _draft(self, job_id: int, name: str, tags: Sequence[str]) -> Job:
        return Job(
            id=job_id,
            name=name,
            created_at=whole_seconds(self._clock.now()),
            tags=tuple(tags),
            owner=self._owner,
            host=self._host,
        )

    def _arrived(self, intent: Intent) -> Job | None:
        """The first try may have succeeded and only its reply been lost."""
        if record := self._record(intent):
            return record.job
        self._journal.close_intent(intent.write_token)
        return None

    def _open(self, job_id: int | None) -> Iterable[Intent]:
        """Claims on that id, or on any."""
        if job_id is None:
            return filter(_is_claim, self._journal.all_intents())
        return filter(_is_claim, self._journal.intents(job_id, None))

    def _record(self, intent: Intent) -> JobRecord | None:
        """What the claim created, as it is now."""
        record = readable_record(self._store, intent.key)
        return record if record and record.token == intent.write_token else None

    def _is_deleted(self, intent: Intent) -> bool:
        """False where that is not allowed."""
        try:
            self._delete_record(intent)
        except StoreAccessDeniedError as denied:
            _log.warning("the record of job %d stays: %s", intent.job_id, denied.what)
            return False
        return True

    def _delete_record(self, intent: Intent) -> None:
        if record := self._record(intent):
            with suppress(PreconditionFailedError):
                self._store.delete(intent.key, if_match=record.etag)


def _is_claim(intent: Intent) -> bool:
    """Artifacts of the job itself have intents without a run, too."""
    return intent.run_id is None and intent.key == job_record_key(intent.job_id)
