"""What reads the store part by part: use cases made of the ports."""

from core.stored.refresh_job import RefreshJob
from core.stored.refresh_job_list import RefreshJobList
from tui.composition.adapters import Adapters


class PartReaders:
    """Use cases that make parts of the catalog equal to the store."""

    def __init__(self, adapters: Adapters) -> None:
        parts = adapters.catalog, adapters.store, adapters.clock
        self.job = RefreshJob(*parts)
        self.job_list = RefreshJobList(*parts, self.job)
