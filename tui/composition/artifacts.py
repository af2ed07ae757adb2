"""Use cases on what is stored of a job that move none of it: arrange, look into."""

from collections.abc import Mapping
from functools import cached_property

from core.care.restore_artifact import RestoreArtifact
from core.download.arrange_downloads import ArrangeDownloads
from core.download.read_members import ReadMembers
from core.model import Job
from core.stored.archived import Archived, archived_below
from core.stored.job_s3_prefix import job_root
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

    def archived(self, job: Job) -> Mapping[str, Archived]:
        """What of a job has to be restored before it is read, by key. Asks the store, if it has archives."""
        if not self._adapters.settings.profile.traits.remote:
            return {}
        return archived_below(self._adapters.store, job_root(job.id))

    @cached_property
    def restore_artifact(self) -> RestoreArtifact:
        """Have what is archived made readable for some days."""
        return RestoreArtifact(self._adapters.store)

    @cached_property
    def read_members(self) -> ReadMembers:
        """Look into stored results."""
        adapters, refresh = self._adapters, self._jobs.refresh_catalog
        return ReadMembers(adapters.store, adapters.catalog, ZipArchiveReader(), refresh)
