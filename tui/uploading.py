"""What it takes to store a run: use cases made of the ports."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from core.choose_compression import ChooseCompression
from core.commit_version import Writer
from core.events import Event
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.folders import Folders
from core.ports.journal import Journal
from core.ports.object_store import ObjectStore
from core.ports.packaging import Compression, ResultsPackager
from core.ports.tree import TreeScanner
from core.results_versions import ResultsVersions
from core.throttle import Throttle
from core.use_cases.bind_job import BindJob
from core.use_cases.create_artifact import ArtifactProducer
from core.use_cases.ferry_run import FerryRun
from core.use_cases.find_job_by_content import FindJobByContent
from core.use_cases.find_results import FindResults
from core.use_cases.find_sidecars import FindSidecars
from core.use_cases.get_job import GetJob
from core.use_cases.get_run import GetRun
from core.use_cases.match_content import MatchContent
from core.use_cases.plan_upload import PlanUpload
from core.use_cases.propose_job import ProposeJob
from core.use_cases.refresh_catalog import RefreshCatalog
from core.use_cases.register_job import RegisterJob
from core.use_cases.run_directories import RunDirectories
from core.use_cases.run_ids import RunIds
from core.use_cases.store_unversioned import StoreUnversioned
from core.use_cases.upload_logs import UploadLogs
from core.use_cases.upload_results import UploadResults


@dataclass(frozen=True)
class Uploading:
    """One of each for all threads: `RunIds` and `BindJob` keep two uploads out of each other's way."""

    plan_upload: PlanUpload
    bind_job: BindJob
    ferry_run: FerryRun


def make_uploading(
    *,
    scanner: TreeScanner,
    folders: Folders,
    packager: ResultsPackager,
    store: ObjectStore,
    catalog: Catalog,
    journal: Journal,
    clock: Clock,
    publish: Callable[[Event], None],
    get_job: GetJob,
    register_job: RegisterJob,
    refresh_catalog: RefreshCatalog,
    throttle: Throttle,
    compression: Compression | None,
) -> Uploading:
    """Makes them; touches neither disk nor network. Without `compression` each upload chooses."""
    find_results = FindResults(scanner, packager)
    propose_job = ProposeJob(scanner)
    directories = RunDirectories(folders)
    match_content = MatchContent(packager, catalog)
    run_ids = RunIds(journal, directories, match_content)
    producer = ArtifactProducer(store, journal, clock, throttle)
    bind_job = BindJob(
        get_job=get_job,
        register_job=register_job,
        propose_job=propose_job,
        find_by_content=FindJobByContent(
            find_results=find_results,
            directories=directories,
            match_content=match_content,
            run_ids=run_ids,
            catalog=catalog,
            journal=journal,
            refresh_catalog=refresh_catalog,
        ),
        run_ids=run_ids,
        journal=journal,
        publish=publish,
    )
    upload_results = UploadResults(
        get_job=get_job,
        get_run=GetRun(catalog),
        find_results=find_results,
        match_content=match_content,
        versions=ResultsVersions(store, catalog),
        producer=producer,
        packager=packager,
        choose_compression=ChooseCompression(compression, journal, throttle),
        store=store,
        clock=clock,
        writer=Writer(socket.gethostname(), version("runferry")),
    )
    store_unversioned = StoreUnversioned(
        producer=producer, store=store, catalog=catalog, clock=clock
    )
    upload_logs = UploadLogs(
        get_job=get_job,
        find_sidecars=FindSidecars(folders),
        packager=packager,
        store_unversioned=store_unversioned,
        store=store,
    )
    ferry_run = FerryRun(
        find_results=find_results,
        bind_job=bind_job,
        run_ids=run_ids,
        catalog=catalog,
        journal=journal,
        upload_results=upload_results,
        upload_logs=upload_logs,
    )
    plan_upload = PlanUpload(scanner, journal, catalog, run_ids, propose_job)
    return Uploading(plan_upload, bind_job, ferry_run)
