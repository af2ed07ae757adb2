"""What it takes to store a configuration, an input or logs: use cases made of the ports."""

from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.folders import Folders
from core.ports.journal import Journal
from core.ports.object_store import ObjectStore
from core.ports.packaging import ArchiveReader, ResultsPackager
from core.ports.source_files import SourceFiles
from core.ports.tree import TreeScanner
from core.throttle import Throttle
from core.use_cases.create_artifact import ArtifactProducer
from core.use_cases.find_submission import FindSubmission
from core.use_cases.get_job import GetJob
from core.use_cases.store_unversioned import StoreUnversioned
from core.use_cases.submit_artifact import SubmitArtifact


def make_submit_artifact(
    *,
    scanner: TreeScanner,
    folders: Folders,
    files: SourceFiles,
    packager: ResultsPackager,
    reader: ArchiveReader,
    store: ObjectStore,
    catalog: Catalog,
    journal: Journal,
    clock: Clock,
    get_job: GetJob,
    throttle: Throttle,
) -> SubmitArtifact:
    """Makes it; touches neither disk nor network."""
    return SubmitArtifact(
        get_job=get_job,
        find_submission=FindSubmission(
            scanner=scanner, folders=folders, files=files, packager=packager, reader=reader
        ),
        store_unversioned=StoreUnversioned(
            producer=ArtifactProducer(store, journal, clock, throttle),
            store=store,
            catalog=catalog,
            clock=clock,
        ),
        store=store,
        catalog=catalog,
    )
