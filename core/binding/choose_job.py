"""Find or make the job of a results root that none is remembered for."""

from collections.abc import Callable

from core.binding.find_job_by_content import FindJobByContent
from core.binding.known_jobs import KnownJobs
from core.binding.propose_job import ProposeJob
from core.events import BoundHow
from core.jobs.register_job import RegisterJob
from core.model import Job
from core.ports.journal.bindings import RememberedJob
from core.progress import Progress
from core.source.find_results import Results


class ChooseJob:
    """Whatever job holds the runs already, unless a name is asked for; else a new one."""

    def __init__(
        self,
        find_by_content: FindJobByContent,
        known_jobs: KnownJobs,
        propose_job: ProposeJob,
        register_job: RegisterJob,
    ) -> None:
        self._find_by_content = find_by_content
        self._known_jobs = known_jobs
        self._propose_job = propose_job
        self._register_job = register_job

    def __call__(
        self,
        results_root: str,
        name: str | None,
        results: Results | None,
        progress: Progress,
        *,
        use: Callable[[Job], object],
    ) -> tuple[Job, BoundHow]:
        """The job, and how it was come by; `use` makes a new one count.

        Raises StoreError, StateError, CatalogError, TransferCancelledError.
        """
        if name is None and (found := self._by_content(results_root, results, progress)):
            return found, BoundHow.BY_CONTENT
        return self._new(results_root, name, progress, use), BoundHow.NEW_JOB

    def _new(
        self,
        results_root: str,
        name: str | None,
        progress: Progress,
        use: Callable[[Job], object],
    ) -> Job:
        proposal = self._propose_job(results_root)
        return self._register_job(
            name or proposal.name, tags=proposal.tags, use=use, progress=progress
        )

    def _by_content(
        self, results_root: str, results: Results | None, progress: Progress
    ) -> Job | None:
        made_at = self._known_jobs.made_at()
        found = self._find_by_content(results_root, results, progress)
        if found is None:
            return None
        job = self._known_jobs.same(RememberedJob(found, made_at.get(found)))
        if job:
            progress.check_cancelled()
        return job
