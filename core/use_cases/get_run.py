"""Find one run of a job."""

from core.errors import RunNotFoundError
from core.model import Job, Run, check_id
from core.ports.catalog import Catalog


class GetRun:
    """Looks a run up by job *and* run id: run ids repeat across jobs."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def __call__(self, job: Job, run_id: int) -> Run:
        """The run. Raises RunNotFoundError when it belongs to another job or to none."""
        run = self._catalog.run(job.id, check_id(run_id, "Run id"))
        if run is None:
            raise RunNotFoundError(
                f"Job {job.id} ({job.name}) has no run {run_id}.",
                todo=f"`runferry jobs info --job-id {job.id}` shows its runs.",
            )
        return run
