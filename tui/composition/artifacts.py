"""Use cases on what is stored of a job that move none of it: arrange, look into."""

from functools import cached_property

from core.download.arrange_downloads import ArrangeDownloads
from core.download.read_members import ReadMembers
from storage.packing.zip_reader import ZipArchiveReader
from tui.composition.adapters import Adapters
from tui.composition.jobs import Jobs


class Artifacts:
    """Each use case is made when it is first asked for."""

    def __init__(self, adapters: Adapters, jobs: Jobs) -> None:
        self._adapters = adapters
        self._jobs = jobs

    @cached_property
    def arrange_downloads(self) -> ArrangeDownloads:
        """What comes where; asks the store when there are several runs to take apart."""
        return ArrangeDownloads(self.read_members.of)

    @cached_property
    def read_members(self) -> ReadMembers:
        """Look into stored results."""
        adapters, refresh = self._adapters, self._jobs.refresh_catalog
        return ReadMembers(adapters.store, adapters.catalog, ZipArchiveReader(), refresh)
