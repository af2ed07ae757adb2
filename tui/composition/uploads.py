"""Use cases that store runs."""

from collections.abc import Callable

from core.binding.bind_job import BindJob
from core.binding.bind_root import BindRoot
from core.binding.check_clear import CheckClear
from core.binding.check_own import CheckOwn
from core.binding.choose_job import ChooseJob
from core.binding.find_job_by_content import FindJobByContent, UnclaimedContent
from core.binding.job_choice import ExistingJob, JobChoice
from core.binding.job_tree import Contradicts, JobTree
from core.binding.known_jobs import KnownJobs
from core.binding.match_content import MatchContent
from core.binding.propose_job import ProposeJob
from core.binding.run_ids import RunIds
from core.binding.run_owners import RunOwners
from core.binding.stored_here import StoredHere
from core.events import Event
from core.model import Job
from core.ports.packaging import Compression
from core.progress import Progress
from core.settings import AUTO, Settings
from core.source.find_results import FindResults
from core.source.find_sidecars import FindSidecars
from core.source.storable_runs import StorableRuns
from core.stored.results_versions import ResultsVersions
from core.upload.check_upload import CheckBegun, CheckKnownRun, CheckUpload
from core.upload.choose_compression import ChooseCompression
from core.upload.commit_version import CommitVersions, Writer
from core.upload.create_artifact import ArtifactProducer
from core.upload.ferry_run import FerryRun
from core.upload.free_sent import FreeSent
from core.upload.new_object import CommitObjects
from core.upload.place_run import PlaceRun
from core.upload.plan_upload import FindBoundJob, PlanUpload
from core.upload.read_loose import ReadLoose
from core.upload.results_source import ResultsSource
from core.upload.store_content import StoreContent
from core.upload.store_unversioned import StoreUnversioned
from core.upload.upload_logs import LogContent, UploadLogs
from core.upload.upload_results import BeginVersion, UploadResults
from core.version import VERSION
from core.waiting.patient_turns import PatientTurns
from storage.packing.zip_hasher import ZipArchiveHasher
from storage.packing.zip_reader import ZipArchiveReader
from storage.tree.folders import LocalFolders
from tui.composition.adapters import Adapters
from tui.composition.jobs import Jobs
from tui.composition.registering import make_register_job


class Uploads:
    """One of each for all threads: `RunOwners` and `BindJob` keep two uploads out of each other's way."""

    def __init__(self, adapters: Adapters, jobs: Jobs, publish: Callable[[Event], None]) -> None:
        """Opens store and databases; uses no network."""
        self._adapters = adapters
        self._jobs = jobs
        self._folders = LocalFolders()
        self._producer = ArtifactProducer(
            adapters.store, adapters.journal, adapters.clock, adapters.throttle
        )
        self._propose_job = ProposeJob(adapters.scanner)
        self._directories = adapters.run_directories
        self._find_results = FindResults(
            adapters.scanner, adapters.packager, self._directories, adapters.kind_of
        )
        self._storable_runs = StorableRuns(self._find_results, self._directories)
        self._match_content = MatchContent(adapters.packager, adapters.catalog)
        self._here = StoredHere(adapters.journal, adapters.places_of_runs, self._directories)
        self._owners = RunOwners(
            self._here, adapters.journal, adapters.places_of_runs, adapters.catalog.run
        )
        self._run_ids = RunIds(self._here, self._owners, adapters.number_runs, self._match_content)
        self._store_content = StoreContent(self._producer, adapters.store)
        self._versions = ResultsVersions(adapters.store, adapters.catalog)
        self._check_own = self._make_check_own()
        self._turns = PatientTurns(adapters.turns, publish)
        self._find_by_content = self._make_find_by_content()
        self.look_for_job = self._find_by_content.look
        self.bind_job = self._make_bind_job(publish)
        self.ferry_run = self._make_ferry_run()
        self.plan_upload = PlanUpload(
            adapters.scanner,
            FindBoundJob(adapters.journal, adapters.catalog),
            self._run_ids,
            self._propose_job,
        )
        self.free_sent = FreeSent(self.plan_upload, self._producer)

    def bind(self, results_root: str, choice: JobChoice, progress: Progress) -> Job:
        """Binds a results root to the chosen job, which may be a new one."""
        if isinstance(choice, ExistingJob):
            return self.bind_job(results_root, job_id=choice.id, progress=progress)
        return self.bind_job(results_root, name=choice.name, progress=progress)

    def _make_bind_job(self, publish: Callable[[Event], None]) -> BindJob:
        known_jobs = KnownJobs(self._jobs.get_job, self._adapters.journal)
        register_job = make_register_job(self._adapters)
        return BindJob(
            known_jobs,
            ChooseJob(self._find_by_content, known_jobs, self._propose_job, register_job),
            BindRoot(self._adapters.journal, self._run_ids, publish),
            self._turns,
        )

    def _make_find_by_content(self) -> FindJobByContent:
        storable_runs = self._storable_runs
        contradicts = Contradicts(
            storable_runs, self._match_content, self._run_ids, self._adapters.catalog
        )
        return FindJobByContent(
            storable_runs,
            UnclaimedContent(self._match_content, self._here, contradicts),
            self._here,
            self._jobs.refresh_catalog,
        )

    def _make_ferry_run(self) -> FerryRun:
        return FerryRun(
            self._make_check_upload(),
            PlaceRun(self.bind_job, self._run_ids, self._adapters.catalog, self._turns),
            self._make_upload_results(),
            self._make_upload_logs(),
        )

    def _make_check_clear(self) -> CheckClear:
        adapters = self._adapters
        return CheckClear(
            self._here, adapters.places_of_runs, self._directories, adapters.own_names
        )

    def _make_check_upload(self) -> CheckUpload:
        get_job, journal = self._jobs.get_job, self._adapters.journal
        return CheckUpload(
            self._find_results,
            self._make_check_clear(),
            CheckBegun(get_job, self._run_ids, journal, self._producer),
            CheckKnownRun(get_job, self._jobs.get_run),
        )

    def _make_upload_results(self) -> UploadResults:
        adapters = self._adapters
        compression = _compression(adapters.settings)
        source = ResultsSource(
            self._find_results,
            self._match_content,
            adapters.packager,
            ChooseCompression(compression, adapters.journal, adapters.throttle),
        )
        writer = Writer(adapters.host, VERSION)
        commit_versions = CommitVersions(self._versions, adapters.clock, writer)
        read_loose = ReadLoose(adapters.store, ZipArchiveHasher(), ZipArchiveReader(), writer)
        begin_version = BeginVersion(source, read_loose, commit_versions, self._check_own)
        return UploadResults(
            self._jobs.get_job, self._find_results, begin_version, self._store_content
        )

    def _make_check_own(self) -> CheckOwn:
        run_ids, adapters = self._run_ids, self._adapters
        job_tree = JobTree(self._storable_runs, self._match_content, run_ids, self._versions)
        return CheckOwn(adapters.journal, adapters.catalog, self._owners, job_tree)

    def _make_upload_logs(self) -> UploadLogs:
        adapters = self._adapters
        return UploadLogs(
            get_job=self._jobs.get_job,
            log_content=LogContent(FindSidecars(self._folders), adapters.packager),
            check_own=self._check_own,
            store_unversioned=StoreUnversioned(
                self._store_content,
                adapters.store,
                CommitObjects(adapters.catalog, adapters.clock),
            ),
        )


def _compression(settings: Settings) -> Compression | None:
    """That of all uploads; None when the link decides. To a local store there is none."""
    if settings.transfers.compression != AUTO:
        return Compression(settings.transfers.compression)
    return None if settings.profile.traits.remote else Compression.FAST
