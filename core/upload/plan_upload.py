"""What an upload would do, to be shown before the first one."""

from core.binding.propose_job import ProposeJob
from core.binding.run_ids import RunIds
from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import Bindings
from core.ports.tree import TreeScanner
from core.upload.upload_plan import BoundJob, UploadPlan


class FindBoundJob:
    """Asks the local memory only."""

    def __init__(self, journal: Bindings, catalog: CatalogReader) -> None:
        self._journal = journal
        self._catalog = catalog

    def __call__(self, results_root: str) -> BoundJob | None:
        """None while the root is not bound. Raises StateError."""
        job_id = self._journal.bound_job(results_root)
        if not job_id:
            return None
        known = self._catalog.job(job_id)
        return BoundJob(job_id, known.name if known else "")


class PlanUpload:
    """Asks the local memory only: no network, and no file of a run is read."""

    def __init__(
        self,
        scanner: TreeScanner,
        find_bound_job: FindBoundJob,
        run_ids: RunIds,
        propose_job: ProposeJob,
    ) -> None:
        self._scanner = scanner
        self._find_bound_job = find_bound_job
        self._run_ids = run_ids
        self._propose_job = propose_job

    def __call__(self, path: str) -> UploadPlan:
        """For a RUN directory, a `run_<id>` folder or a results root. Raises StateError."""
        results_root = self._run_ids.results_root_of(self._scanner.resolve(path))
        return UploadPlan(
            results_root,
            self._find_bound_job(results_root),
            self._propose_job(results_root).name,
            self._run_ids.proposed(results_root),
        )
