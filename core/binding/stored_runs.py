"""Which runs of a results root are in the store already."""

from collections.abc import Mapping, Sequence

from core.model import Run
from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import StoredSource
from core.ports.journal.journal import BindingJournal
from core.source.run_places import RunPlaces


class StoredRuns:
    """Follows the binding of a results root to its job's runs; no network."""

    def __init__(
        self, journal: BindingJournal, catalog: CatalogReader, places: RunPlaces | None = None
    ) -> None:
        self._root_of = (places or RunPlaces()).root_of_run
        self._journal = journal
        self._catalog = catalog

    def __call__(self, results_root: str) -> Mapping[int, Run]:
        """Stored runs by run id; empty when the root is not bound to a job.

        Results that no manifest vouches for do not count. Of a job that was only found by content
        those count that were stored from the root, or found to be there.
        """
        return {run.run_id: run for run in self._runs(results_root) if run.stored}

    def _runs(self, results_root: str) -> Sequence[Run]:
        job_id = self._journal.bound_job(results_root)
        if job_id is None:
            return ()
        runs = self._catalog.runs(job_id)
        found = self._journal.found_job(results_root) == job_id
        return self._known_here(results_root, runs) if found else runs

    def _known_here(self, results_root: str, runs: Sequence[Run]) -> Sequence[Run]:
        stored = self._journal.stored().items()
        here = {_run(s) for path, s in stored if self._root_of(path) == results_root}
        return [*filter(lambda run: (run.job_id, run.run_id) in here, runs)]


def _run(stored: StoredSource) -> tuple[int, int]:
    return stored.job_id, stored.run_id
