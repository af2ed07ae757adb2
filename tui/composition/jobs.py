"""Use cases on jobs that are there, and their runs."""

from collections.abc import Callable, Sequence
from functools import cached_property

from core.jobs.change_job import ChangeJob
from core.jobs.get_job import GetJob
from core.jobs.get_run import GetRun
from core.jobs.list_jobs import ListArtifacts, ListJobs, ListRuns
from core.settings import Profile
from core.stored.catch_up import CatchUp
from core.stored.object_tags import left_out
from core.stored.refresh_catalog import RefreshCatalog
from tui.composition.adapters import Adapters


class Jobs:
    """Each use case is made when it is first asked for."""

    def __init__(self, adapters: Adapters) -> None:
        self._adapters = adapters

    @cached_property
    def get_job(self) -> GetJob:
        """Find one job."""
        return GetJob(self._adapters.catalog, self._adapters.store)

    @cached_property
    def get_run(self) -> GetRun:
        """Find one run of a job."""
        return GetRun(self._adapters.catalog, self._adapters.store)

    @cached_property
    def change_job(self) -> ChangeJob:
        """Change what a job's record says."""
        return ChangeJob(self._adapters.catalog, self._adapters.store)

    @cached_property
    def list_jobs(self) -> ListJobs:
        """Jobs as the catalog knows them."""
        return ListJobs(self._adapters.catalog)

    @cached_property
    def list_runs(self) -> ListRuns:
        """Runs as the catalog knows them."""
        return ListRuns(self._adapters.catalog)

    @cached_property
    def list_artifacts(self) -> ListArtifacts:
        """Artifacts as the catalog knows them."""
        return ListArtifacts(self._adapters.catalog)

    @cached_property
    def refresh_catalog(self) -> RefreshCatalog:
        """Make the catalog equal to the store."""
        adapters = self._adapters
        return RefreshCatalog(adapters.catalog, adapters.store, adapters.clock)

    @cached_property
    def catch_up(self) -> CatchUp:
        """Make the catalog equal to the store, if that answers."""
        adapters = self._adapters
        return CatchUp(
            adapters.catalog,
            adapters.store,
            self.refresh_catalog,
            adapters.store_waits,
            patience=adapters.pauses.answer,
        )


def find_left_out(profile: Profile) -> Callable[[Sequence[str]], Sequence[str]]:
    """Of a job's tags those that its objects do not get, where objects get tags at all."""
    return left_out if profile.object_tags else lambda _: ()
