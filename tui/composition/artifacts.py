"""Use cases on single artifacts: list, store, fetch, look into, link, archive."""

from functools import cached_property
from typing import TYPE_CHECKING

from tui.composition.adapters import Adapters
from tui.composition.jobs import Jobs

if TYPE_CHECKING:
    from core.care.archive_artifacts import ArchiveArtifacts
    from core.download.arrange_downloads import ArrangeDownloads
    from core.download.fetch_artifact import FetchArtifact
    from core.download.link_artifacts import LinkArtifacts
    from core.download.read_members import ReadMembers
    from core.jobs.list_jobs import ListArtifacts
    from core.stored.links import LinkMaker
    from core.upload.get_upload_location import GetUploadLocation
    from core.upload.submit_artifact import SubmitArtifact


class Artifacts:
    """Each use case is made when it is first asked for."""

    def __init__(self, adapters: Adapters, jobs: Jobs) -> None:
        self._adapters = adapters
        self._jobs = jobs

    @cached_property
    def list_artifacts(self) -> "ListArtifacts":
        """Artifacts as the catalog knows them."""
        from core.jobs.list_jobs import ListArtifacts

        return ListArtifacts(self._adapters.catalog)

    @cached_property
    def submit_artifact(self) -> "SubmitArtifact":
        """Store a configuration, an input or logs, on the calling thread."""
        from tui.composition.submitting import make_submit_artifact

        return make_submit_artifact(self._adapters, self._jobs)

    @cached_property
    def fetch_artifact(self) -> "FetchArtifact":
        """Bring one artifact back, on the calling thread."""
        from core.download.download_artifact import DownloadArtifact
        from core.download.extract_artifact import ExtractArtifact
        from core.download.fetch_artifact import FetchArtifact
        from core.pace.paced import Paced
        from storage.files.local_files import LocalFileSystem
        from storage.packing.zip_extractor import ZipArchiveExtractor
        from storage.packing.zip_reader import ZipArchiveReader

        adapters = self._adapters
        store, files = adapters.store, LocalFileSystem()
        extract = ExtractArtifact(store, files, ZipArchiveExtractor(), ZipArchiveReader())
        pace = Paced(adapters.throttle, adapters.clock)
        download = DownloadArtifact(store, files, extract, pace)
        return FetchArtifact(adapters.catalog, download, self._jobs.refresh_catalog)

    @cached_property
    def arrange_downloads(self) -> "ArrangeDownloads":
        """What comes where; asks the store when there are several runs to take apart."""
        from core.download.arrange_downloads import ArrangeDownloads

        return ArrangeDownloads(self.read_members.of)

    @cached_property
    def read_members(self) -> "ReadMembers":
        """Look into stored results."""
        from core.download.read_members import ReadMembers
        from storage.packing.zip_reader import ZipArchiveReader

        adapters, refresh = self._adapters, self._jobs.refresh_catalog
        return ReadMembers(adapters.store, adapters.catalog, ZipArchiveReader(), refresh)

    @cached_property
    def link_artifacts(self) -> "LinkArtifacts":
        """Links to fetch what is stored."""
        from core.download.link_artifacts import LinkArtifacts

        return LinkArtifacts(
            get_job=self._jobs.get_job,
            store=self._adapters.store,
            catalog=self._adapters.catalog,
            link=self._link,
        )

    @cached_property
    def get_upload_location(self) -> "GetUploadLocation":
        """Links to store what is not there yet."""
        from core.upload.get_upload_location import GetUploadLocation

        return GetUploadLocation(self._adapters.store, self._link)

    @cached_property
    def archive_artifacts(self) -> "ArchiveArtifacts":
        """Move artifacts into the archive storage class of the profile."""
        from core.care.archive_artifacts import ArchiveArtifacts

        storage_class = self._adapters.settings.profile.archive_class
        return ArchiveArtifacts(self._adapters.store, self._adapters.catalog, storage_class)

    @cached_property
    def _link(self) -> "LinkMaker":
        from core.stored.links import LinkMaker

        return LinkMaker(self._adapters.store, self._adapters.clock)
