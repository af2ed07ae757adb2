"""Use cases on jobs and their runs."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from tui.composition.adapters import Adapters

if TYPE_CHECKING:
    from core.care.delete_job import DeleteJob
    from core.jobs.change_job import ChangeJob
    from core.jobs.get_job import GetJob
    from core.jobs.get_run import GetRun
    from core.jobs.list_jobs import ListJobs, ListRuns
    from core.jobs.register_job import RegisterJob
    from core.stored.catch_up import CatchUp
    from core.stored.refresh_catalog import RefreshCatalog


class Jobs:
    """Each use case is made when it is first asked for."""

    def __init__(self, adapters: Adapters) -> None:
        self._adapters = adapters

    @cached_property
    def get_job(self) -> "GetJob":
        """Find one job."""
        from core.jobs.get_job import GetJob

        return GetJob(self._adapters.catalog, self._adapters.store)

    @cached_property
    def get_run(self) -> "GetRun":
        """Find one run of a job."""
        from core.jobs.get_run import GetRun

        return GetRun(self._adapters.catalog, self._adapters.store)

    @cached_property
    def register_job(self) -> "RegisterJob":
        """Make a new job."""
        from core.jobs.free_job_ids import FreeJobIds
        from core.jobs.job_claims import JobClaims
        from core.jobs.register_job import RegisterJob
        from storage.machine.system import user_name

        adapters = self._adapters
        store, catalog = adapters.store, adapters.catalog
        claims = JobClaims(
            store, adapters.journal, adapters.clock, owner=user_name(), host=os.uname().nodename
        )
        return RegisterJob(FreeJobIds(store, catalog), claims, catalog, adapters.turns)

    @cached_property
    def change_job(self) -> "ChangeJob":
        """Change what a job's record says."""
        from core.jobs.change_job import ChangeJob

        return ChangeJob(self._adapters.catalog, self._adapters.store)

    @cached_property
    def delete_job(self) -> "DeleteJob":
        """Delete a job with all that is stored of it."""
        from core.care.delete_job import DeleteJob
        from core.care.empty_job import EmptyJob
        from core.care.job_contents import FindJobContents
        from core.jobs.retire_job import RetireJob

        adapters = self._adapters
        parts = adapters.store, adapters.catalog, adapters.journal
        return DeleteJob(
            adapters.journal,
            FindJobContents(*parts, self.refresh_catalog),
            EmptyJob(*parts, adapters.producer()),
            RetireJob(*parts),
        )

    @cached_property
    def list_jobs(self) -> "ListJobs":
        """Jobs as the catalog knows them."""
        from core.jobs.list_jobs import ListJobs

        return ListJobs(self._adapters.catalog)

    @cached_property
    def list_runs(self) -> "ListRuns":
        """Runs as the catalog knows them."""
        from core.jobs.list_jobs import ListRuns

        return ListRuns(self._adapters.catalog)

    @cached_property
    def refresh_catalog(self) -> "RefreshCatalog":
        """Make the catalog equal to the store."""
        from core.stored.refresh_catalog import RefreshCatalog

        adapters = self._adapters
        return RefreshCatalog(adapters.catalog, adapters.store, adapters.clock)

    @cached_property
    def catch_up(self) -> "CatchUp":
        """Make the catalog equal to the store, if that answers."""
        from core.stored.catch_up import CatchUp

        adapters = self._adapters
        return CatchUp(adapters.catalog, adapters.store, self.refresh_catalog, adapters.clock)
