"""Make a new job."""

import secrets
from collections.abc import Callable, Sequence

from core.errors import ConflictError, ObjectNotFoundError, PreconditionFailedError
from core.job_s3_prefix import (
    JOB_RECORDS,
    JOBS_ROOT,
    job_record_key,
    parse_job_prefix,
    parse_job_record_key,
)
from core.model import Job, check_id, whole_seconds
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.journal import Intent, Journal
from core.ports.object_store import ObjectStore
from core.records import RecordError, decode_job, encode_job

_NO_RUN = 0
"""In intents: a claim on a job's id."""


class RegisterJob:
    """Claims an id by creating its record on condition that nobody else has.

    Workstations need no common database: of two that want one id, the store lets one create the
    record and the other takes the next id. Ids that only appear below `jobs/` count as taken.
    """

    def __init__(
        self, catalog: Catalog, store: ObjectStore, clock: Clock, journal: Journal
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._clock = clock
        self._journal = journal

    def __call__(
        self,
        name: str,
        *,
        tags: Sequence[str] = (),
        job_id: int | None = None,
        use: Callable[[Job], object] = lambda job: None,
    ) -> Job:
        """The new job, or one of that name that an earlier process claimed and did not live to use.

        `use` makes the claim count. Raises ConflictError when the id that was asked for is taken.
        """
        if job_id is not None:
            job = self._claim(check_id(job_id, "Job id"), name, tags)
            if job is None:
                raise ConflictError(
                    f"Job {job_id} exists already in {self._store.location}.",
                    kept="Nothing was changed.",
                    todo="Leave the id out to have the next free one chosen.",
                )
        else:
            job = self._claim_next(name, tags)
        self._catalog.put_job(job)
        use(job)
        for intent in self._journal.intents(job.id, _NO_RUN):
            self._journal.close_intent(intent.write_token)
        return job

    def _claim_next(self, name: str, tags: Sequence[str]) -> Job:
        job_id = self._highest_id() + 1
        if job := self._left_behind(job_id - 1, name):
            return job
        while (job := self._claim(job_id, name, tags)) is None:
            job_id += 1
        return job

    def _claim(self, job_id: int, name: str, tags: Sequence[str]) -> Job | None:
        """The job, or None when the id is somebody else's. `created_at` is that of the claim."""
        job = Job(job_id, name, whole_seconds(self._clock.now()), tags=tuple(tags))
        token, key = secrets.token_hex(16), job_record_key(job_id)
        if next(iter(self._store.list_prefixes(f"{JOBS_ROOT}{job_id}/")), None) is not None:
            return None
        self._journal.put_intent(Intent(token, job_id, _NO_RUN, 0, key, self._clock.now()))
        try:
            self._store.put(key, encode_job(job, token), if_absent=True)
        except PreconditionFailedError:
            # The first try may have succeeded and only its reply been lost.
            ours = self._ours(key, token)
            if ours is None:
                self._journal.close_intent(token)
            return ours
        return job

    def _left_behind(self, job_id: int, name: str) -> Job | None:
        for intent in self._journal.intents(job_id, _NO_RUN):
            if (job := self._ours(intent.key, intent.write_token)) and job.name == name:
                return job
        return None

    def _ours(self, key: str, token: str) -> Job | None:
        try:
            job, claim_token = decode_job(b"".join(self._store.read(key)))
        except (ObjectNotFoundError, RecordError):
            return None
        return job if claim_token == token else None

    def _highest_id(self) -> int:
        records = (parse_job_record_key(stored.key) for stored in self._store.list(JOB_RECORDS))
        prefixes = (parse_job_prefix(prefix) for prefix in self._store.list_prefixes(JOBS_ROOT))
        return max((job_id or 0 for ids in (records, prefixes) for job_id in ids), default=0)
