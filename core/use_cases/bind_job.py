"""Which job a results root belongs to."""

import os.path
import threading

from core.errors import JobNotFoundError
from core.model import Job
from core.ports.journal import Journal
from core.use_cases.get_job import GetJob
from core.use_cases.register_job import RegisterJob

_ANONYMOUS = frozenset({"OUT", "RESULTS", "JOB", "results", "output", ""})


class BindJob:
    """Asks for the job once and remembers the answer.

    An id wins over a name, a name over what is remembered; without any, a new job is made and
    named after the path. An id that differs from what is remembered counts for this once only:
    later runs of the results root go where the earlier ones went.
    """

    def __init__(self, get_job: GetJob, register_job: RegisterJob, journal: Journal) -> None:
        self._get_job = get_job
        self._register_job = register_job
        self._journal = journal
        # Two runs of one new results root that are ferried at once must not make two jobs.
        self._lock = threading.Lock()

    def __call__(
        self, results_root: str, *, job_id: int | None = None, name: str | None = None
    ) -> Job:
        """The job. Raises JobNotFoundError for an id that does not exist."""
        with self._lock:
            if job_id is not None:
                job = self._get_job(job_id)
                if self._journal.bound_job(results_root) is not None:
                    return job
            else:
                job = self._remembered(results_root, name) or self._register_job(
                    name or job_name(results_root)
                )
            self._journal.bind_root(results_root, job.id)
            return job

    def _remembered(self, results_root: str, name: str | None) -> Job | None:
        bound = self._journal.bound_job(results_root)
        try:
            job = self._get_job(bound) if bound else None
        except JobNotFoundError:
            return None  # the job was deleted, or the store is a new one
        return job if job and name in {None, job.name} else None


def job_name(results_root: str) -> str:
    """A name for the job of a path: its last part that says something.

    >>> job_name("/data/flu/OUT")
    'flu'
    """
    parts = [
        part
        for part in results_root.split(os.path.sep)
        if part not in _ANONYMOUS and not part.isdigit()
    ]
    return parts[-1] if parts else "job"
