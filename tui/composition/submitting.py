"""What it takes to store a configuration, an input or logs."""

from core.upload.create_artifact import ArtifactProducer
from core.upload.find_submission import FindSubmission, SubmittedFiles
from core.upload.new_object import CommitObjects
from core.upload.store_content import StoreContent
from core.upload.store_unversioned import StoreUnversioned
from core.upload.submit_artifact import SubmitArtifact
from storage.packing.plain_files import PlainFiles
from storage.packing.zip_reader import ZipArchiveReader
from storage.tree.folders import LocalFolders
from tui.composition.adapters import Adapters
from tui.composition.jobs import Jobs


def make_submit_artifact(adapters: Adapters, jobs: Jobs) -> SubmitArtifact:
    """Makes it; uses no network."""
    producer = ArtifactProducer(adapters.store, adapters.journal, adapters.clock, adapters.throttle)
    return SubmitArtifact(
        get_job=jobs.get_job,
        find_submission=FindSubmission(
            scanner=adapters.scanner,
            folders=LocalFolders(),
            submitted_files=SubmittedFiles(PlainFiles(), ZipArchiveReader()),
            packager=adapters.packager,
        ),
        store_unversioned=StoreUnversioned(
            StoreContent(producer, adapters.store),
            adapters.store,
            CommitObjects(adapters.catalog, adapters.clock),
        ),
        catalog=adapters.catalog,
    )
