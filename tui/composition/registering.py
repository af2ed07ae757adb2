"""What it takes to make a new job."""

from core.jobs.free_job_ids import FreeJobIds
from core.jobs.job_claims import JobClaims
from core.jobs.register_job import RegisterJob
from storage.machine.system import user_name
from tui.composition.adapters import Adapters


def make_register_job(adapters: Adapters) -> RegisterJob:
    """Makes it; uses no network."""
    store, catalog = adapters.store, adapters.catalog
    claims = JobClaims(
        store, adapters.journal, adapters.clock, owner=user_name(), host=adapters.host
    )
    return RegisterJob(FreeJobIds(store, catalog), claims, catalog, adapters.turns)
