"""What an upload would do, to be shown before the first one."""

from dataclasses import dataclass
from typing import NamedTuple

from core.binding.propose_job import ProposeJob
from core.binding.run_ids import RunIds
from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import Bindings
from core.ports.tree import TreeScanner
from core.source.run_identity import results_root_of


class BoundJob(NamedTuple):
    """The name is empty while the catalog does not know the job."""

    id: int
    name: str


@dataclass(frozen=True)
class UploadPlan:
    """Where the runs of one results root go.

    `job` is None for a root that is not bound: unless its content is found in the store, a job
    named `proposed_name` is made. `runs` are all RUN directories of the root in natural order with
    their run ids, None where the user has to name one.
    """

    results_root: str
    job: BoundJob | None
    proposed_name: str
    runs: tuple[tuple[str, int | None], ...]

    @property
    def job_id(self) -> int | None:
        """Of the job that the root is bound to."""
        return self.job.id if self.job else None

    def run_id(self, directory: str) -> int | None:
        """Of one RUN directory."""
        return dict(self.runs).get(directory)


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
        results_root = results_root_of(self._scanner.resolve(path))
        return UploadPlan(
            results_root,
            self._find_bound_job(results_root),
            self._propose_job(results_root).name,
            self._run_ids.proposed(results_root),
        )
