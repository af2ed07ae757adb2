"""Which job a results root belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from core.binding.find_job_by_content import FindJobByContent
from core.binding.propose_job import ProposeJob
from core.binding.run_ids import RunIds
from core.errors import JobNotFoundError
from core.events import Event, ResultsRootBound
from core.jobs.get_job import GetJob
from core.jobs.register_job import RegisterJob
from core.model import Job
from core.ports.journal.bindings import Bindings
from core.progress import Progress
from core.source.find_results import Results
from core.waiting.patient_turns import PatientTurns

NEW_JOB = "new job"
AS_ASKED = "as asked"
BY_CONTENT = "found in the store by its content"


class BindJob:
    """Finds the job once and remembers the answer.

    An id wins over a name, a name over what is remembered, that over what is found by content;
    without any of them a new job is made. An id that differs from what the root is bound to counts
    for this run only: others go where they went before.
    """

    def __init__(
        self,
        *,
        get_job: GetJob,
        register_job: RegisterJob,
        propose_job: ProposeJob,
        find_by_content: FindJobByContent,
        run_ids: RunIds,
        journal: Bindings,
        turns: PatientTurns,
        publish: Callable[[Event], None],
    ) -> None:
        self._get_job = get_job
        self._register_job = register_job
        self._propose_job = propose_job
        self._find_by_content = find_by_content
        self._run_ids = run_ids
        self._journal = journal
        self._turns = turns
        self._publish = publish

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
        job was deleted, which is forgotten then; StoreError, TransferCancelledError; the root is as
        it was then.
        """
        progress = progress or Progress()
        if job_id is not None:
            return self._asked_for(results_root, job_id, progress)
        if job := self._remembered(results_root, name, results):
            return job
        with self._turns.binding(results_root, progress):
            if job := self._remembered(results_root, name, results):
                return job
            if bound:
                raise self._forgotten(results_root, results)
            job, how = self._found(results_root, name, results, progress)
            self._bind(results_root, job, how)
        return job

    def _asked_for(self, results_root: str, job_id: int, progress: Progress) -> Job:
        job = self._get_job(job_id, confirm=True)
        progress.check_cancelled()
        self._journal.put_job(job.id, job.created_at)
        if self._journal.bound_job(results_root) is None:
            with self._turns.binding(results_root, progress):
                progress.check_cancelled()
                if self._journal.bound_job(results_root) is None:
                    self._bind(results_root, job, AS_ASKED)
        return job

    def _remembered(
        self, results_root: str, name: str | None, results: Results | None
    ) -> Job | None:
        source = results.scans[0].path if results else ""
        for known in self._journal.remembered_jobs(results_root, source):
            job = self._existing(known.id, known.created_at)
            if job and name in {None, job.name}:
                return job
        return None

    def _forgotten(self, results_root: str, results: Results | None) -> JobNotFoundError:
        source = results.scans[0].path if results else ""
        for known in self._journal.remembered_jobs(results_root, source):
            self._journal.forget_job(known.id)
        return JobNotFoundError(
            f"The job that {results_root} belonged to was deleted.",
            kept="Nothing was stored; your files are untouched.",
            todo="Upload it anew: then you are asked where to.",
        )

    def _existing(self, job_id: int | None, made_at: datetime | None) -> Job | None:
        try:
            job = self._get_job(job_id, confirm=True) if job_id else None
        except JobNotFoundError:
            return None  # the job was deleted, or the store is a new one
        if job is None or made_at == job.created_at:
            return job
        self._journal.put_job(job.id, job.created_at)
        return None if made_at else job  # the store was emptied: another one has the id

    def _found(
        self, results_root: str, name: str | None, results: Results | None, progress: Progress
    ) -> tuple[Job, str]:
        if name is None:
            known = self._journal.known_jobs()
            found = self._find_by_content(results_root, results, progress)
            if job := self._existing(found, known.get(found or 0)):
                progress.check_cancelled()
                return job, BY_CONTENT
        proposal = self._propose_job(results_root)
        bind = partial(self._bind_to, results_root)
        job = self._register_job(
            name or proposal.name,
            tags=proposal.tags,
            use=bind,
            progress=progress,
        )
        return job, NEW_JOB

    def _bind_to(self, results_root: str, job: Job) -> None:
        self._journal.put_job(job.id, job.created_at)
        self._journal.bind_root(results_root, job.id)

    def _bind(self, results_root: str, job: Job, how: str) -> None:
        self._bind_to(results_root, job)
        inside = len(results_root.rstrip("/")) + 1
        runs = tuple(
            (path[inside:], run_id)
            for path, run_id in self._run_ids.proposed(results_root, job.id)
            if run_id is not None
        )
        self._publish(ResultsRootBound(results_root, job.id, job.name, how, runs))


@dataclass(frozen=True)
class NewJob:
    """One of that name. Without a name whatever job holds the runs already, else one as proposed."""

    name: str = ""


@dataclass(frozen=True)
class ExistingJob:
    """The one with that id."""

    id: int


JobChoice = NewJob | ExistingJob
