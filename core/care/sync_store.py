"""Make catalog and memory equal to the store, and adopt what earlier uploads left behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.care.adopt_begun import AdoptBegun
from core.care.forget_deleted_jobs import ForgetDeletedJobs
from core.care.forget_deleted_runs import ForgetDeletedRuns
from core.errors import RunFerryError
from core.stored.refresh_catalog import RefreshCatalog, Refreshed


@dataclass(frozen=True)
class Synced:
    """What the catalog holds, the keys that were adopted, and why others were not."""

    catalog: Refreshed
    adopted: Sequence[str]
    failures: Sequence[RunFerryError]


class SyncStore:
    """What was adopted is in the catalog already when that is read anew."""

    def __init__(
        self,
        adopt_begun: AdoptBegun,
        refresh: RefreshCatalog,
        forget_jobs: ForgetDeletedJobs,
        forget_runs: ForgetDeletedRuns,
    ) -> None:
        self._adopt_begun = adopt_begun
        self._refresh = refresh
        self._forget_jobs = forget_jobs
        self._forget_runs = forget_runs

    def __call__(self, *, rebuild: bool = False) -> Synced:
        """What cannot be adopted keeps nothing else from being done.

        Raises StoreError, StateError, CatalogError.
        """
        adopted = self._adopt_begun()
        refreshed = self._refresh(rebuild=rebuild)
        self._forget_jobs()
        self._forget_runs()
        self._adopt_begun.forget_settled()
        return Synced(refreshed, adopted.keys, adopted.failures)
