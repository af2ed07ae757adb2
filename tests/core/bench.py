"""The use cases on fakes, wired as `tui.composition` wires them."""

import pytest

from core.binding.bind_job import BindJob
from core.binding.bind_root import BindRoot
from core.binding.check_clear import CheckClear
from core.binding.check_own import CheckOwn
from core.binding.choose_job import ChooseJob
from core.binding.find_job_by_content import FindJobByContent, UnclaimedContent
from core.binding.job_tree import Contradicts, JobTree
from core.binding.known_ids import KnownIds
from core.binding.known_jobs import KnownJobs
from core.binding.match_content import MatchContent
from core.binding.number_runs import NumberRuns
from core.binding.own_names import OwnNames
from core.binding.propose_job import ProposeJob
from core.binding.run_ids import RunIds
from core.binding.run_owners import RunOwners
from core.binding.stored_here import StoredHere
from core.errors import RunFerryError
from core.events import Event, ResultsRootBound
from core.jobs.free_job_ids import FreeJobIds
from core.jobs.get_job import GetJob
from core.jobs.get_run import GetRun
from core.jobs.job_claims import JobClaims
from core.jobs.register_job import RegisterJob
from core.model import Manifest, Run
from core.pace.throttle import Throttle
from core.progress import Progress
from core.source.find_results import FindResults
from core.source.find_sidecars import FindSidecars
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces
from core.source.storable_runs import StorableRuns
from core.stored.refresh_catalog import RefreshCatalog
from core.stored.results_versions import ResultsVersions
from core.upload.check_upload import CheckBegun, CheckKnownRun, CheckUpload
from core.upload.choose_compression import ChooseCompression
from core.upload.commit_version import CommitVersions, Writer
from core.upload.create_artifact import ArtifactProducer
from core.upload.ferry_run import FerryRun
from core.upload.new_object import CommitObjects
from core.upload.place_run import PlaceRun
from core.upload.plan_upload import FindBoundJob, PlanUpload
from core.upload.read_loose import ReadLoose
from core.upload.results_source import ResultsSource
from core.upload.store_content import StoreContent
from core.upload.store_unversioned import StoreUnversioned
from core.upload.upload_logs import LogContent, UploadLogs
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadResult
from core.upload.upload_results import BeginVersion, UploadResults
from core.waiting.patient_turns import PatientTurns
from tests.fakes.archives import FakeHasher, FakeReader
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.folders import MemoryFolders, MemoryTree
from tests.fakes.journal import FakeJournal, FakeStateFile
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.results import Contents, FakePackager, MemoryScanner
from tests.fakes.turns import FakeTurns

RUN4 = "/data/flu/OUT/RUN4"


class Bench:
    """One workstation. A second one on the same `store` is another machine."""

    def __init__(
        self,
        contents: Contents | None = None,
        store: FakeObjectStore | None = None,
        state: FakeStateFile | None = None,
        catalog: FakeCatalog | None = None,
        turns: FakeTurns | None = None,
    ) -> None:
        self.contents = MemoryTree(contents or {RUN4: {"LOG": b"log", "out.csv": b"Day,Date\n"}})
        self.store = store or FakeObjectStore()
        self.catalog, self.clock = catalog or FakeCatalog(), FixedClock()
        self.journal = FakeJournal(self.store.location, state)
        self.turns = turns or FakeTurns()
        self.scanner, self.packager = MemoryScanner(self.contents), FakePackager(self.contents)
        self.folders = MemoryFolders(self.contents)
        self.events: list[Event] = []
        self.directories = RunDirectories(self.folders)
        self.find_results = FindResults(self.scanner, self.packager, self.directories)
        self.get_job = GetJob(self.catalog, self.store)
        claims = JobClaims(self.store, self.journal, self.clock, owner="ana", host="lab-1")
        free_ids = FreeJobIds(self.store, self.catalog)
        self.register_job = RegisterJob(free_ids, claims, self.catalog, self.turns)
        self.refresh = RefreshCatalog(self.catalog, self.store, self.clock)
        self.progress = Progress()
        self._wire()

    def _wire(self) -> None:
        producer = ArtifactProducer(self.store, self.journal, self.clock)
        match_content = MatchContent(self.packager, self.catalog)
        self.store_content = StoreContent(producer, self.store)
        source = ResultsSource(
            self.find_results,
            match_content,
            self.packager,
            ChooseCompression(None, self.journal, Throttle()),
        )
        versions = ResultsVersions(self.store, self.catalog)
        directories = self.directories
        places = RunPlaces()
        here = StoredHere(self.journal, places, directories)
        owners = RunOwners(here, self.journal, places, self.catalog.run)
        known = KnownIds(self.journal, directories.exists, self.catalog.runs)
        number_runs = NumberRuns(places, directories, known, self.journal.give_ids)
        self.run_ids = RunIds(here, owners, number_runs, match_content)
        storable_runs = StorableRuns(self.find_results, directories)
        job_tree = JobTree(storable_runs, match_content, self.run_ids, versions)
        check_own = CheckOwn(self.journal, self.catalog, owners, job_tree)
        writer = Writer("lab", "0.1.0")
        begin_version = BeginVersion(
            source,
            ReadLoose(self.store, FakeHasher(), FakeReader(), writer),
            CommitVersions(versions, self.clock, writer),
            check_own,
        )
        self.upload_results = UploadResults(
            self.get_job, self.find_results, begin_version, self.store_content
        )
        upload_logs = UploadLogs(
            get_job=self.get_job,
            log_content=LogContent(FindSidecars(self.folders), self.packager),
            check_own=check_own,
            store_unversioned=StoreUnversioned(
                self.store_content, self.store, CommitObjects(self.catalog, self.clock)
            ),
        )
        propose_job = ProposeJob(self.scanner)
        turns = PatientTurns(self.turns, self.events.append)
        contradicts = Contradicts(storable_runs, match_content, self.run_ids, self.catalog)
        unclaimed = UnclaimedContent(match_content, here, contradicts)
        find_by_content = FindJobByContent(storable_runs, unclaimed, here, self.refresh)
        known_jobs = KnownJobs(self.get_job, self.journal)
        self.bind_job = BindJob(
            known_jobs,
            ChooseJob(find_by_content, known_jobs, propose_job, self.register_job),
            BindRoot(self.journal, self.run_ids, self.events.append),
            turns,
        )
        self.plan_upload = PlanUpload(
            self.scanner, FindBoundJob(self.journal, self.catalog), self.run_ids, propose_job
        )
        check_upload = CheckUpload(
            self.find_results,
            CheckClear(here, places, directories, OwnNames(self.journal, self.folders.real)),
            CheckBegun(self.get_job, self.run_ids, self.journal, producer),
            CheckKnownRun(self.get_job, GetRun(self.catalog, self.store)),
        )
        place_run = PlaceRun(self.bind_job, self.run_ids, self.catalog, turns)
        self.ferry_run = FerryRun(check_upload, place_run, self.upload_results, upload_logs)

    def ferry(
        self,
        source: str = RUN4,
        *,
        job_id: int | None = None,
        run_id: int | None = None,
        name: str | None = None,
        sidecars: bool = False,
        bound: bool = False,
        new_version: bool = False,
    ) -> UploadResult:
        self.progress = Progress()
        request = UploadRequest(
            source, job_id, run_id, name, sidecars, bound=bound, new_version=new_version
        )
        return self.ferry_run(request, self.progress)

    @property
    def sent(self) -> int:
        """Bytes of the last upload that travelled."""
        return self.progress.counts()[1]

    def ferry_fails(
        self,
        error: type[RunFerryError],
        source: str = RUN4,
        *,
        job_id: int | None = None,
        run_id: int | None = None,
        sidecars: bool = False,
    ) -> RunFerryError:
        with pytest.raises(error) as caught:
            self.ferry(source, job_id=job_id, run_id=run_id, sidecars=sidecars)
        return caught.value

    def went_to(self, source: str = RUN4) -> tuple[int, int]:
        """(job id, run id) that an upload without ids is stored as."""
        run = self.ferry(source).manifest
        return run.job_id, run.run_id

    def bindings(self) -> list[ResultsRootBound]:
        return [event for event in self.events if isinstance(event, ResultsRootBound)]

    def keys(self) -> list[str]:
        """Everything in the store below the job's prefix, without that prefix."""
        return [
            stored.key[len("jobs/1/2026/11/20/140731/") :] for stored in self.store.list("jobs/")
        ]

    def content(self, key: str) -> bytes:
        return b"".join(self.store.read(key))

    def known(self, manifest: Manifest) -> Run | None:
        return self.catalog.run(manifest.job_id, manifest.run_id)
