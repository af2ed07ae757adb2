"""Use cases that make links which work without credentials."""

from functools import cached_property

from core.download.link_artifacts import LinkArtifacts
from core.stored.links import LinkMaker
from core.upload.get_upload_location import GetUploadLocation
from tui.composition.adapters import Adapters
from tui.composition.jobs import Jobs


class Links:
    """Each use case is made when it is first asked for."""

    def __init__(self, adapters: Adapters, jobs: Jobs) -> None:
        self._adapters = adapters
        self._jobs = jobs

    @cached_property
    def link_artifacts(self) -> LinkArtifacts:
        """Links to fetch what is stored."""
        return LinkArtifacts(
            get_job=self._jobs.get_job,
            store=self._adapters.store,
            catalog=self._adapters.catalog,
            link=self._link,
        )

    @cached_property
    def get_upload_location(self) -> GetUploadLocation:
        """Links to store what is not there yet."""
        return GetUploadLocation(self._jobs.get_job, self._adapters.store, self._link)

    @cached_property
    def _link(self) -> LinkMaker:
        return LinkMaker(self._adapters.store, self._adapters.clock)
