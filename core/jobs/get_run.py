"""Find one run of a job."""

from core.errors import RunNotFoundError
from core.model import Job, Run, check_id
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.stored.find_job import job_prefixes
from core.stored.job_s3_prefix import JobS3Prefix, parse_key


class GetRun:
    """Looks a run up by job *and* run id: run ids repeat across jobs."""

    def __init__(self, catalog: CatalogReader, store: ObjectReader) -> None:
        self._catalog = catalog
        self._store = store

    def __call__(self, job: Job, run_id: int) -> Run:
        """The run, by the catalog. Raises RunNotFoundError when the job has no such run."""
        run = self._catalog.run(job.id, check_id(run_id, "Run id"))
        if run is None:
            raise _not_found(job, run_id)
        return run

    def check_stored(self, job: Job, run_id: int) -> None:
        """Asks the store whether there is any artifact of the run: that makes it known.

        Raises RunNotFoundError when there is none, StoreError.
        """
        prefixes = (JobS3Prefix.from_job(job), *job_prefixes(self._store, job.id))
        if not any(self._holds(prefix, check_id(run_id, "Run id")) for prefix in prefixes):
            error = _not_found(job, run_id)
            error.kept = "Nothing was stored."
            error.todo += " `--new-run` makes it a new one."
            raise error

    def _holds(self, prefix: JobS3Prefix, run_id: int) -> bool:
        return any(parse_key(stored.key) for stored in self._store.list(prefix.of_run(run_id)))


def _not_found(job: Job, run_id: int) -> RunNotFoundError:
    return RunNotFoundError(
        f"Job {job.id} ({job.name}) has no run {run_id}.",
        todo=f"`runferry jobs info --job-id {job.id}` shows its runs.",
    )
