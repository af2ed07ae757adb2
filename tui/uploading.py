"""What it takes to store a run: use cases made of the ports, each when it is first needed."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.use_cases.create_artifact import ArtifactProducer
from core.use_cases.find_results import FindResults
from core.use_cases.find_sidecars import FindSidecars
from core.use_cases.match_content import MatchContent
from core.use_cases.propose_job import ProposeJob
from core.use_cases.run_directories import RunDirectories
from core.use_cases.run_ids import RunIds

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.events import Event
    from core.ports.catalog import Catalog
    from core.ports.clock import Clock
    from core.ports.folders import Folders
    from core.ports.journal import Journal
    from core.ports.object_store import ObjectStore
    from core.ports.packaging import ResultsPackager
    from core.ports.tree import TreeScanner
    from core.throttle import Throttle
    from core.use_cases.bind_job import BindJob
    from core.use_cases.ferry_run import FerryRun
    from core.use_cases.get_job import GetJob
    from core.use_cases.plan_upload import PlanUpload
    from core.use_cases.refresh_catalog import RefreshCatalog
    from core.use_cases.register_job import RegisterJob
    from core.use_cases.upload_logs import UploadLogs
    from core.use_cases.upload_results import UploadResults


@dataclass(frozen=True)
class Uploading:
    """One `RunIds` and one `BindJob` for all threads: they keep two uploads out of one job's way."""

    scanner: "TreeScanner"
    folders: "Folders"
    packager: "ResultsPackager"
    store: "ObjectStore"
    catalog: "Catalog"
    journal: "Journal"
    clock: "Clock"
    publish: "Callable[[Event], None]"
    get_job: "GetJob"
    register_job: "RegisterJob"
    refresh_catalog: "RefreshCatalog"
    throttle: "Throttle | None" = None

    @cached_property
    def bind_job(self) -> "BindJob":
        """Which job a results root belongs to."""
        from core.use_cases.bind_job import BindJob
        from core.use_cases.find_job_by_content import FindJobByContent

        find_by_content = FindJobByContent(
            find_results=self._find_results,
            directories=self._directories,
            match_content=self._match_content,
            run_ids=self._run_ids,
            catalog=self.catalog,
            journal=self.journal,
            refresh_catalog=self.refresh_catalog,
        )
        return BindJob(
            get_job=self.get_job,
            register_job=self.register_job,
            propose_job=self._propose_job,
            find_by_content=find_by_content,
            run_ids=self._run_ids,
            journal=self.journal,
            publish=self.publish,
        )

    @cached_property
    def plan_upload(self) -> "PlanUpload":
        """What an upload would be stored as."""
        from core.use_cases.plan_upload import PlanUpload

        return PlanUpload(
            self.scanner, self.journal, self.catalog, self._run_ids, self._propose_job
        )

    @cached_property
    def ferry_run(self) -> "FerryRun":
        """From a directory to stored results, on the calling thread."""
        from core.use_cases.ferry_run import FerryRun

        return FerryRun(
            find_results=self._find_results,
            bind_job=self.bind_job,
            run_ids=self._run_ids,
            catalog=self.catalog,
            journal=self.journal,
            upload_results=self._upload_results,
            upload_logs=self._upload_logs,
        )

    @cached_property
    def _upload_results(self) -> "UploadResults":
        import socket
        from importlib.metadata import version

        from core.results_versions import ResultsVersions
        from core.use_cases.get_run import GetRun
        from core.use_cases.upload_results import UploadResults, Writer

        return UploadResults(
            get_job=self.get_job,
            get_run=GetRun(self.catalog),
            find_results=self._find_results,
            versions=ResultsVersions(self.store, self.catalog),
            producer=self._producer,
            packager=self.packager,
            store=self.store,
            clock=self.clock,
            writer=Writer(socket.gethostname(), version("runferry")),
        )

    @cached_property
    def _upload_logs(self) -> "UploadLogs":
        from core.use_cases.upload_logs import UploadLogs

        return UploadLogs(
            get_job=self.get_job,
            find_sidecars=FindSidecars(self.folders),
            packager=self.packager,
            producer=self._producer,
            store=self.store,
            catalog=self.catalog,
            clock=self.clock,
        )

    @cached_property
    def _producer(self) -> ArtifactProducer:
        return ArtifactProducer(self.store, self.journal, self.clock, self.throttle)

    @cached_property
    def _find_results(self) -> FindResults:
        return FindResults(self.scanner, self.packager)

    @cached_property
    def _directories(self) -> RunDirectories:
        return RunDirectories(self.folders)

    @cached_property
    def _match_content(self) -> MatchContent:
        return MatchContent(self.packager, self.catalog)

    @cached_property
    def _run_ids(self) -> RunIds:
        return RunIds(self.journal, self._directories, self._match_content)

    @cached_property
    def _propose_job(self) -> ProposeJob:
        return ProposeJob(self.scanner)
