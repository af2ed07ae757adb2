"""Move a run that was stored in the wrong job, or under the wrong id."""

from core.care.copy_run import CopyRun
from core.care.move_plan import NOTHING_MOVED, MovePlan
from core.care.plan_move import PlanMove
from core.care.remove_moved import RemoveMoved
from core.care.runs_at_rest import RunsAtRest
from core.care.saying_what_was_kept import kept
from core.progress import Progress


class MoveRun:
    """All of it is copied within the store, recorded and looked at again; then the old one goes.

    Nothing is sent. Killed anywhere, nothing is lost, and the next call goes on.
    """

    def __init__(
        self, at_rest: RunsAtRest, plan_move: PlanMove, copy_run: CopyRun, remove_moved: RemoveMoved
    ) -> None:
        self._at_rest = at_rest
        self._plan_move = plan_move
        self._copy_run = copy_run
        self._remove_moved = remove_moved

    def plan(self, job_id: int, run_id: int, to_job: int, to_run: int | None = None) -> MovePlan:
        """By what the store holds now; the run keeps its id where none is named.

        Raises JobNotFoundError, RunNotFoundError, StoreError, and ConflictError: the run that it is to
        be has other content, not all of it can be moved, or transfers of either wait or travel.
        """
        there = to_run or run_id
        self._at_rest.check(job_id, run_id, NOTHING_MOVED)
        self._at_rest.check(to_job, there, NOTHING_MOVED)
        return self._plan_move(job_id, run_id, to_job, there)

    def __call__(
        self, plan: MovePlan, *, rebind: str | None = None, progress: Progress | None = None
    ) -> None:
        """Uploads from the directories of the run go to the new place from then on.

        `rebind` is a results root, or a directory in it: what is in it and was stored nowhere goes to
        that job, too. Raises JobNotFoundError, ConflictError, StoreError, StateError, CatalogError,
        TransferCancelledError; they say what was kept.
        """
        job, to = plan.job.id, plan.to_job.id
        with (
            self._at_rest(job, plan.run_id, NOTHING_MOVED),
            self._at_rest(to, plan.to_run, NOTHING_MOVED),
        ):
            with kept(
                f"Nothing was removed from job {job}. What is in job {to} is used next time."
            ):
                self._copy_run(plan, progress or Progress())
            with kept(
                f"All of it is in job {to}. The same command removes the rest from job {job}."
            ):
                self._remove_moved(plan, rebind)
