"""Make a new job."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from core.errors import ConflictError, PreconditionFailedError
from core.jobs.free_job_ids import FreeJobIds
from core.model import Job, check_id, check_name, check_new_tags, whole_seconds
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent, Intents
from core.ports.object_store import ObjectStore
from core.ports.turns import Turns
from core.progress import Progress
from core.stored.job_records import job_record
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import decode_job, encode_job
from core.transfer_view import Phase

_MATTER = "claim a job id"
"""In intents: a claim on a job's id."""


class RegisterJob:
    """Claims an id by creating its record on condition that nobody else has.

    Workstations need no common database: of two that want one id, the store lets one create the
    record and the other takes the next id. Ids that only appear below `jobs/` count as taken.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: ObjectStore,
        clock: Clock,
        journal: Intents,
        turns: Turns,
        *,
        owner: str = "",
        host: str = "",
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._clock = clock
        self._journal = journal
        self._turns = turns
        self._owner = owner
        self._host = host
        self._free_ids = FreeJobIds(store, catalog)

    def __call__(
        self,
        name: str,
        *,
        tags: Sequence[str] = (),
        job_id: int | None = None,
        use: Callable[[Job], object] = lambda job: None,
        progress: Progress | None = None,
    ) -> Job:
        """The new job, or one of that name that an earlier process claimed and did not live to use.

        `use` makes the claim count. Raises InvalidNameError, ConflictError when the id that was
        asked for is taken, StoreError; a claim that arrived although no reply came is taken up by
        the next call. Raises TransferCancelledError before there is a job, or after it is gone
        again.
        """
        progress = progress or Progress()
        check_name(name)
        check_new_tags(tags)
        if job_id is not None:
            check_id(job_id, "Job id")
        # Alone, so that a claim that is open was left behind, and is not made at this moment.
        with self._turns.turn(_MATTER, lambda: progress.begin(Phase.WAITING)):
            if job_id is not None:
                job = self._claim_this(job_id, name, tags, progress)
            else:
                job = self._claim_next(name, tags, progress)
            if progress.ended:
                self._take_back(job)
                progress.check_cancelled()
            self._catalog.put_job(job)
            use(job)
            for intent in self._claims(job):
                self._journal.close_intent(intent.write_token)
        return job

    def _claims(self, job: Job) -> Iterable[Intent]:
        return filter(_is_claim, self._journal.intents(job.id, None))

    def _take_back(self, job: Job) -> None:
        """Of a claim that nobody has used yet nothing is left, unless somebody has changed it."""
        for intent in self._claims(job):
            record = job_record(self._store, intent.key)
            if record and record.token == intent.write_token:
                with suppress(PreconditionFailedError):
                    self._store.delete(intent.key, if_match=record.etag)
            self._journal.close_intent(intent.write_token)
        self._catalog.remove_job(job.id)

    def _claim_this(self, job_id: int, name: str, tags: Sequence[str], progress: Progress) -> Job:
        intents = self._journal.intents(job_id, None)
        job = self._left_behind(intents, name) or self._claim(job_id, name, tags, progress)
        if job is None:
            raise ConflictError(
                f"Job {job_id} exists already in {self._store.location}.",
                kept="Nothing was changed.",
                todo="Leave the id out to have the next free one chosen.",
            )
        return job

    def _claim_next(self, name: str, tags: Sequence[str], progress: Progress) -> Job:
        if job := self._left_behind(self._journal.all_intents(), name):
            return job
        for job_id in self._free_ids():
            if job := self._claim(job_id, name, tags, progress):
                return job
        raise ConflictError(
            f"No id is left for a job in {self._store.location}.", kept="Nothing was changed."
        )

    def _claim(self, job_id: int, name: str, tags: Sequence[str], progress: Progress) -> Job | None:
        """The job as its claim tells it, or None when the id is somebody else's."""
        token, key = secrets.token_hex(16), job_record_key(job_id)
        record = encode_job(self._draft(job_id, name, tags), token)
        if self._free_ids.is_foreign(job_id):
            return None
        progress.check_cancelled()
        self._journal.put_intent(Intent(token, job_id, None, 0, key, self._clock.now()))
        try:
            self._store.put(key, record, if_absent=True)
        except PreconditionFailedError:
            # The first try may have succeeded and only its reply been lost.
            ours = self._ours(key, token)
            if ours is None:
                self._journal.close_intent(token)
            return ours
        job, _ = decode_job(record)
        return job

    def _draft(self, job_id: int, name: str, tags: Sequence[str]) -> Job:
        return Job(
            id=job_id,
            name=name,
            created_at=whole_seconds(self._clock.now()),
            tags=tuple(tags),
            owner=self._owner,
            host=self._host,
        )

    def _left_behind(self, intents: Iterable[Intent], name: str) -> Job | None:
        """The newest job of that name."""
        for intent in filter(_is_claim, sorted(intents, key=lambda i: i.job_id, reverse=True)):
            if (job := self._ours(intent.key, intent.write_token)) and job.name == name:
                return job
        return None

    def _ours(self, key: str, token: str) -> Job | None:
        record = job_record(self._store, key)
        return record.job if record and record.token == token else None


def _is_claim(intent: Intent) -> bool:
    """Artifacts of the job itself have intents without a run, too."""
    return intent.run_id is None and intent.key == job_record_key(intent.job_id)
