"""Make a new job."""

from collections.abc import Callable, Sequence
from functools import partial

from core.errors import ConflictError
from core.jobs.free_job_ids import FreeJobIds
from core.jobs.job_claims import JobClaims
from core.model import Job, check_id, check_name, check_new_tags
from core.ports.catalog import CatalogRecorder
from core.ports.turns import Turns
from core.progress import Progress
from core.transfer_view import Phase

_MATTER = "claim a job id"


class RegisterJob:
    """Claims an id that nobody else has.

    Workstations need no common database: of two that want one id, the store lets one create the
    record and the other takes the next id. Ids that only appear below `jobs/` count as taken.
    """

    def __init__(
        self, free_ids: FreeJobIds, claims: JobClaims, catalog: CatalogRecorder, turns: Turns
    ) -> None:
        self._free_ids = free_ids
        self._claims = claims
        self._catalog = catalog
        self._turns = turns

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
        _check(name, tags, job_id)
        # Alone, so that a claim that is open was left behind, and is not made at this moment.
        with self._turns.turn(_MATTER, lambda: progress.begin(Phase.WAITING)):
            job = self._claimed(name, tags, job_id, progress)
            self._check_wanted(job, progress)
            self._catalog.put_job(job)
            use(job)
            self._claims.close(job)
        return job

    def _claimed(
        self, name: str, tags: Sequence[str], job_id: int | None, progress: Progress
    ) -> Job:
        job = self._claims.left_behind(name, job_id)
        job = job or self._newly_claimed(name, tags, job_id, progress)
        if job is None:
            raise self._none_free(job_id)
        return job

    def _newly_claimed(
        self, name: str, tags: Sequence[str], job_id: int | None, progress: Progress
    ) -> Job | None:
        """With the id that was asked for, else with the first one that is free."""
        ids = self._free_ids() if job_id is None else [job_id]
        claim = partial(self._claim, name, tags, progress)
        return next(filter(None, map(claim, ids)), None)

    def _claim(self, name: str, tags: Sequence[str], progress: Progress, job_id: int) -> Job | None:
        if self._free_ids.is_foreign(job_id):
            return None
        progress.check_cancelled()
        return self._claims(job_id, name, tags)

    def _check_wanted(self, job: Job, progress: Progress) -> None:
        if progress.ended:
            self._claims.take_back(job)
            self._catalog.remove_job(job.id)
            progress.check_cancelled()

    def _none_free(self, job_id: int | None) -> ConflictError:
        location, kept = self._free_ids.location, "Nothing was changed."
        if job_id is None:
            return ConflictError(f"No id is left for a job in {location}.", kept=kept)
        return ConflictError(
            f"Job {job_id} exists already in {location}.",
            kept=kept,
            todo="Leave the id out to have the next free one chosen.",
        )


def _check(name: str, tags: Sequence[str], job_id: int | None) -> None:
    check_name(name)
    check_new_tags(tags)
    if job_id is not None:
        check_id(job_id, "Job id")
