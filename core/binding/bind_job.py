"""Which job a results root belongs to."""

from collections.abc import Callable
from functools import partial

from core.binding.bind_root import BindRoot
from core.binding.choose_job import ChooseJob
from core.binding.known_jobs import KnownJobs
from core.errors import JobNotFoundError
from core.events import BoundHow
from core.model import Job
from core.progress import Progress
from core.source.find_results import Results
from core.waiting.patient_turns import PatientTurns


class BindJob:
    """Finds the job once and remembers the answer.

    An id wins over what is remembered, that over what is found by content; without any of them a
    new job is made. A name is that of a new one, which is made whatever is found by content; of a
    job that is remembered it must be the name, unless that was only found by content. An id that differs
    from what the root is bound to counts for this run only: others go where they went before. The id
    of a job that was found by content makes that one chosen.
    """

    def __init__(
        self,
        known_jobs: KnownJobs,
        choose_job: ChooseJob,
        bind_root: BindRoot,
        turns: PatientTurns,
    ) -> None:
        self._known_jobs = known_jobs
        self._choose_job = choose_job
        self._bind_root = bind_root
        self._turns = turns

    def __call__(
        self,
        results_root: str,
        *,
        job_id: int | None = None,
        name: str | None = None,
        bound: bool = False,
        results: Results | None = None,
        progress: Progress | None = None,
    ) -> Job:
        """The job of the root, or of those of its `results` that are about to be stored.

        Of those who ask for one root at the same time, in any process on this state, the first
        finds or makes the job, and the others then use it. A new binding is published. Raises
        JobNotFoundError for an id that does not exist, and when the root should be `bound` and its
        job was deleted, which is forgotten then; OtherJobError when what is remembered is not called
        `name`; StoreError, TransferCancelledError; the root is as
        it was then.
        """
        progress = progress or Progress()
        if job_id is not None:
            return self._asked_for(results_root, job_id, progress)
        choose = self._gone if bound else self._chosen
        return self._remembered(results_root, name, results, progress, choose)

    def _asked_for(self, results_root: str, job_id: int, progress: Progress) -> Job:
        job = self._known_jobs.asked_for(job_id, progress)
        self._bind_root.choose(results_root, job)
        if not self._bind_root.is_bound(results_root):
            with self._turns.binding(results_root, progress):
                progress.check_cancelled()
                if not self._bind_root.is_bound(results_root):
                    self._bind_root(results_root, job, BoundHow.AS_ASKED)
        return job

    def _remembered(
        self,
        results_root: str,
        name: str | None,
        results: Results | None,
        progress: Progress,
        choose: Callable[[str, str | None, Results | None, Progress], Job],
    ) -> Job:
        """Looks again when its turn has come: somebody else may have found or made the job."""
        remembered = partial(self._known_jobs.of_root, results_root, name, results)
        if job := remembered():
            return job
        with self._turns.binding(results_root, progress):
            return remembered() or choose(results_root, name, results, progress)

    def _gone(
        self, results_root: str, name: str | None, results: Results | None, progress: Progress
    ) -> Job:
        """Who was told which job it is does not want another one."""
        self._known_jobs.forget(results_root, results)
        raise JobNotFoundError(
            f"The job that {results_root} belonged to was deleted.",
            kept="Nothing was stored; your files are untouched.",
            todo="Upload it anew: then you are asked where to.",
        )

    def _chosen(
        self, results_root: str, name: str | None, results: Results | None, progress: Progress
    ) -> Job:
        use = partial(self._bind_root.remember, results_root)
        job, how = self._choose_job(results_root, name, results, progress, use=use)
        self._bind_root(results_root, job, how)
        return job
