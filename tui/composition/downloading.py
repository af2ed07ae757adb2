"""What it takes to bring artifacts back, and to look at where they are to come."""

from core.download.download_artifact import DownloadArtifact
from core.download.extract_artifact import ExtractArtifact
from core.download.fetch_artifact import FetchArtifact
from core.download.look_at_target import LookAtTarget
from core.pace.paced import Paced
from core.stored.keep_proofs import KeepProofs
from storage.files.local_files import LocalFileSystem
from storage.machine.volumes import MountedVolumes
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_reader import ZipArchiveReader
from tui.composition.adapters import Adapters
from tui.composition.jobs import Jobs
from tui.parts.targets import Targets


def make_fetch_artifact(adapters: Adapters, jobs: Jobs) -> FetchArtifact:
    """Makes it; uses no network."""
    store, files = adapters.store, LocalFileSystem()
    extract = ExtractArtifact(store, files, ZipArchiveExtractor(), ZipArchiveReader())
    pace = Paced(adapters.throttle, adapters.clock)
    download = DownloadArtifact(store, files, extract, pace)
    keep_proofs = KeepProofs(adapters.journal, adapters.clock)
    return FetchArtifact(adapters.catalog, download, jobs.refresh_catalog, keep_proofs)


def make_targets() -> Targets:
    """For this machine."""
    return Targets(LookAtTarget(LocalFileSystem(), MountedVolumes()))
