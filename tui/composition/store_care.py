"""What keeps a store in order: use cases made of the ports."""

from dataclasses import dataclass

from core.care.adopt_begun import AdoptBegun
from core.care.adopt_by_reading import AdoptByReading
from core.care.adopt_object import AdoptObject
from core.care.adopt_orphan import AdoptForeign, AdoptOrphan
from core.care.archive_artifacts import ArchiveArtifacts
from core.care.bring_back import BringBack
from core.care.check_moved import CheckMoved
from core.care.check_store import CheckStore
from core.care.clean_orphans import CleanOrphans
from core.care.copy_object import CopyObject
from core.care.copy_run import CopyRun, TakeBack
from core.care.copy_version import CopyVersion
from core.care.delete_job import DeleteJob
from core.care.delete_run import DeleteRun
from core.care.empty_job import EmptyJob
from core.care.empty_run import EmptyRun
from core.care.find_orphans import FindOrphans
from core.care.find_run_contents import FindRunContents
from core.care.forget_deleted_jobs import ForgetDeletedJobs
from core.care.forget_deleted_runs import ForgetDeletedRuns
from core.care.job_contents import FindJobContents
from core.care.mend_store import MendStore
from core.care.move_run import MoveRun
from core.care.plan_move import PlanMove
from core.care.remove_moved import RemoveMoved
from core.care.runs_at_rest import BusyTransfers, RunsAtRest
from core.care.sync_store import SyncStore
from core.jobs.get_job import GetJob
from core.jobs.retire_job import RetireJob
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.journal.journal import Journal
from core.ports.object_store import ObjectStore
from core.ports.packaging import ArchiveHasher, ArchiveReader
from core.ports.turns import Turns
from core.source.run_places import RunPlaces
from core.stored.keep_proofs import KeepProofs
from core.stored.refresh_catalog import RefreshCatalog
from core.stored.refresh_job import RefreshJob
from core.stored.results_versions import ResultsVersions
from core.upload.adopt_intended import AdoptIntended
from core.upload.commit_version import CommitVersions, Writer
from core.upload.create_artifact import ArtifactProducer
from core.upload.new_object import CommitObjects
from core.upload.read_loose import ReadLoose
from core.version import VERSION
from storage.packing.zip_hasher import ZipArchiveHasher
from storage.packing.zip_reader import ZipArchiveReader
from tui.composition.adapters import Adapters


@dataclass(frozen=True)
class StoreCare:
    """For the commands of `runferry store`, for what is archived or deleted, and the sync of the app."""

    sync: SyncStore
    check: CheckStore
    find_orphans: FindOrphans
    adopt: AdoptOrphan
    clean: CleanOrphans
    archive: ArchiveArtifacts
    delete_job: DeleteJob
    delete_run: DeleteRun
    move_run: MoveRun


def care_for(adapters: Adapters, refresh_catalog: RefreshCatalog) -> StoreCare:
    """For the store of the chosen profile; touches no network."""
    return make_store_care(
        store=adapters.store,
        catalog=adapters.catalog,
        journal=adapters.journal,
        clock=adapters.clock,
        turns=adapters.turns,
        writer=Writer(adapters.host, VERSION),
        hasher=ZipArchiveHasher(),
        reader=ZipArchiveReader(),
        refresh_catalog=refresh_catalog,
        places=adapters.places_of_runs,
        archive_class=adapters.settings.profile.archive_class,
    )


def make_store_care(
    *,
    store: ObjectStore,
    catalog: Catalog,
    journal: Journal,
    clock: Clock,
    turns: Turns,
    writer: Writer,
    hasher: ArchiveHasher,
    reader: ArchiveReader,
    refresh_catalog: RefreshCatalog,
    archive_class: str,
    places: RunPlaces | None = None,
) -> StoreCare:
    """Makes them; touches neither disk nor network."""
    producer = ArtifactProducer(store, journal, clock)
    get_job = GetJob(catalog, store)
    commit_versions = CommitVersions(ResultsVersions(store, catalog), clock, writer)
    adopt_intended = AdoptIntended(
        get_job, producer, commit_versions, CommitObjects(catalog, clock)
    )
    by_reading = AdoptByReading(store, catalog, ReadLoose(store, hasher, reader, writer))
    adopt_foreign = AdoptForeign(by_reading, AdoptObject(store, catalog))
    adopt = AdoptOrphan(catalog, journal, adopt_intended, adopt_foreign)
    adopt_begun = AdoptBegun(store, journal, adopt_intended)
    forget_jobs = ForgetDeletedJobs(store, catalog, journal, journal)
    forget_runs = ForgetDeletedRuns(catalog, journal)
    refresh_job = RefreshJob(catalog, store, clock)
    keep_proofs = KeepProofs(journal, clock)
    busy = BusyTransfers(journal, places)
    at_rest = RunsAtRest(busy, turns)
    find_run_contents = FindRunContents(store, catalog, journal, refresh_job)
    empty_run = EmptyRun(store, catalog, journal, producer)
    sync = SyncStore(adopt_begun, refresh_catalog, forget_jobs, forget_runs)
    return StoreCare(
        sync=sync,
        check=CheckStore(store, catalog, MendStore(store, adopt, sync), keep_proofs),
        find_orphans=FindOrphans(store, catalog, journal),
        adopt=adopt,
        clean=CleanOrphans(store, journal),
        archive=ArchiveArtifacts(store, catalog, archive_class),
        delete_run=DeleteRun(
            at_rest,
            find_run_contents,
            BringBack(store, get_job, producer, commit_versions),
            empty_run,
        ),
        move_run=MoveRun(
            at_rest,
            PlanMove(store, get_job, find_run_contents, journal),
            CopyRun(
                CopyVersion(store, catalog),
                CopyObject(store, catalog),
                CheckMoved(store, get_job),
                TakeBack(store, catalog),
            ),
            RemoveMoved(journal, empty_run, keep_proofs, places),
        ),
        delete_job=DeleteJob(
            busy,
            FindJobContents(store, catalog, journal, refresh_job),
            EmptyJob(store, catalog, journal, producer),
            RetireJob(store, catalog, journal),
        ),
    )
