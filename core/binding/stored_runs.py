"""Which runs of a results root are in the store already."""

from collections.abc import Mapping, Sequence

from core.model import Run
from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import Bindings


class StoredRuns:
    """Follows the binding of a results root to its job's runs; no network."""

    def __init__(self, journal: Bindings, catalog: CatalogReader) -> None:
        self._journal = journal
        self._catalog = catalog

    def __call__(self, results_root: str) -> Mapping[int, Run]:
        """Stored runs by run id; empty when the root is not bound to a job.

        Results that no manifest vouches for do not count.
        """
        return {run.run_id: run for run in self._runs(results_root) if run.stored}

    def _runs(self, results_root: str) -> Sequence[Run]:
        job_id = self._journal.bound_job(results_root)
        return () if job_id is None else self._catalog.runs(job_id)
