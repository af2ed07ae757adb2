"""The composition root: settings to adapters to use cases. The only module that knows `storage`.

Everything is made when it is first needed, so a command that scans a tree opens no database and
the app paints its first frame before botocore is imported.
"""

import logging
import os
import shlex
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, partial
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from core.agent import Agent
from core.agent_commands import Deeds
from core.auto_upload import AutoUpload
from core.carrier import Carrier
from core.download_request import DownloadRequest
from core.errors import StoreError
from core.event_bus import EventBus
from core.events import Event, EventSink, TransferSucceeded
from core.finish.profiles import finish_rule
from core.ports.packaging import Compression
from core.ports.tree import TreeWatcher
from core.printable import printable
from core.run_watch import RunWatch, WatchPolicy
from core.settings import AUTO, FIELDS_OF_LOCAL, RULE_FIELDS, Profile, Settings, StoreKind
from core.store_watch import StoreWatch
from core.throttle import Throttle
from core.transfer_queue import TransferQueue
from core.upload_request import UploadRequest
from core.use_cases.list_jobs import ListArtifacts, ListJobs, ListRuns
from core.use_cases.stored_runs import StoredRuns
from storage.agent_lock import FileAgentLock
from storage.places import Places
from storage.proc_processes import ProcProcesses
from storage.settings.file import load_settings
from storage.system_clock import SystemClock
from storage.tree_scanner import FileTreeScanner
from storage.user_name import user_name
from storage.watching.watcher_of import watcher_of
from tui.diagnostics import log_to
from tui.services import AppServices

if TYPE_CHECKING:
    from core.links import Link, LinkMaker
    from core.model import ArtifactKind, Job
    from core.ports.catalog import Catalog
    from core.ports.journal import Journal
    from core.ports.lifecycle import Lifecycle
    from core.ports.object_store import ObjectStore
    from core.ports.packaging import ResultsPackager
    from core.ports.probe import StoreProbe
    from core.progress import Progress
    from core.upload_result import UploadResult
    from core.use_cases.apply_lifecycle import ApplyLifecycle
    from core.use_cases.archive_artifacts import ArchiveArtifacts
    from core.use_cases.catch_up import CatchUp
    from core.use_cases.change_job import ChangeJob
    from core.use_cases.delete_job import DeleteJob
    from core.use_cases.download_artifact import Downloaded
    from core.use_cases.ferry_run import FerryRun
    from core.use_cases.fetch_artifact import FetchArtifact
    from core.use_cases.find_results import FindResults
    from core.use_cases.get_job import GetJob
    from core.use_cases.get_run import GetRun
    from core.use_cases.get_upload_location import GetUploadLocation
    from core.use_cases.link_artifacts import LinkArtifacts
    from core.use_cases.plan_upload import PlanUpload, UploadPlan
    from core.use_cases.probe_store import ProbeStore
    from core.use_cases.read_members import ReadMembers
    from core.use_cases.refresh_catalog import RefreshCatalog
    from core.use_cases.register_job import RegisterJob
    from core.use_cases.scan_tree import ScanTree
    from core.use_cases.submit_artifact import SubmitArtifact
    from tui.kept_transfers import KeptTransfers
    from tui.store_care import StoreCare
    from tui.uploading import Uploading


_log = logging.getLogger(__name__)


class _Closable(Protocol):
    def close(self) -> None: ...


_C = TypeVar("_C", bound=_Closable)


@dataclass(frozen=True)
class Options:
    """What the command line says about store and rules; empty means "not said"."""

    profile: str = ""
    bucket: str = ""
    overrides: Mapping[str, object] = field(default_factory=dict[str, object])

    def as_overrides(self) -> dict[str, object]:
        """For the settings: only what was said."""
        said = {"profile": self.profile, "bucket": self.bucket, **self.overrides}
        return {name: value for name, value in said.items() if value not in ("", None)}

    @property
    def store_option(self) -> str:
        """What another command line needs to mean the same store; empty for the default."""
        if self.bucket:
            return f"--bucket {shlex.quote(self.bucket)}"
        return f"--profile {shlex.quote(self.profile)}" if self.profile else ""


class Session:
    """One run of a command or of the app; closes what it made, the last first."""

    def __init__(
        self,
        options: Options,
        environ: Mapping[str, str] | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        self._options = options
        self._given_throttle = throttle
        self._environ = os.environ if environ is None else environ
        self._opened = ExitStack()
        self._working = ExitStack()
        self._making = threading.RLock()
        self.clock = SystemClock()
        self.bus = EventBus()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._prepared and isinstance(error, Exception):
            _log.warning("the command ended with an error", exc_info=error)
        # Databases and store are opened by whoever needs them first: while somebody may still need
        # them, they stay open.
        self._working.close()
        self._opened.close()

    @cached_property
    def places(self) -> Places:
        """Where local files are."""
        return Places.find(self._environ)

    @cached_property
    def settings(self) -> Settings:
        """Validated; raises SettingsError."""
        return load_settings(self.places.settings, self._environ, self._options.as_overrides())

    def check_root(self, root: str) -> None:
        """Raises InvalidResultsDirectoryError when `root` is no readable directory."""
        self._scanner.find_runs(root)

    @cached_property
    def find_results(self) -> "FindResults":
        """Which RUN directories a path means."""
        from core.use_cases.find_results import FindResults

        return FindResults(self._scanner, self._packager)

    @cached_property
    def scan_tree(self) -> "ScanTree":
        """One look at a tree; needs neither state nor store."""
        from core.use_cases.scan_tree import ScanTree

        return ScanTree(self._scanner, finish_rule(self.settings.watch), ProcProcesses())

    @cached_property
    def store(self) -> "ObjectStore":
        """The store of the chosen profile."""
        return self._closing(_open_store(self.settings.profile, self.places))

    @cached_property
    def get_job(self) -> "GetJob":
        """Find one job."""
        from core.use_cases.get_job import GetJob

        return GetJob(self._catalog, self.store)

    @cached_property
    def register_job(self) -> "RegisterJob":
        """Make a new job."""
        from core.use_cases.register_job import RegisterJob

        return RegisterJob(
            self._catalog,
            self.store,
            self.clock,
            self._journal,
            owner=user_name(),
            host=socket.gethostname(),
        )

    @cached_property
    def change_job(self) -> "ChangeJob":
        """Change what a job's record says."""
        from core.use_cases.change_job import ChangeJob

        return ChangeJob(self._catalog, self.store)

    @cached_property
    def get_run(self) -> "GetRun":
        """Find one run of a job."""
        from core.use_cases.get_run import GetRun

        return GetRun(self._catalog)

    @cached_property
    def list_jobs(self) -> ListJobs:
        """Jobs as the catalog knows them."""
        return ListJobs(self._catalog)

    @cached_property
    def list_runs(self) -> ListRuns:
        """Runs as the catalog knows them."""
        return ListRuns(self._catalog)

    @cached_property
    def list_artifacts(self) -> ListArtifacts:
        """Artifacts as the catalog knows them."""
        return ListArtifacts(self._catalog)

    @cached_property
    def refresh_catalog(self) -> "RefreshCatalog":
        """Make the catalog equal to the store."""
        from core.use_cases.refresh_catalog import RefreshCatalog

        return RefreshCatalog(self._catalog, self.store, self.clock)

    @cached_property
    def store_care(self) -> "StoreCare":
        """Keep the store and its catalog in order."""
        from storage.packing.zip_hasher import ZipArchiveHasher
        from tui.store_care import make_store_care

        return make_store_care(
            store=self.store,
            catalog=self._catalog,
            journal=self._journal,
            clock=self.clock,
            hasher=ZipArchiveHasher(),
            refresh_catalog=self.refresh_catalog,
        )

    @cached_property
    def catch_up(self) -> "CatchUp":
        """Make the catalog equal to the store, if that answers."""
        from core.use_cases.catch_up import CatchUp

        return CatchUp(self._catalog, self.store, self.refresh_catalog)

    @cached_property
    def fetch_artifact(self) -> "FetchArtifact":
        """Bring one artifact back, on the calling thread."""
        from core.paced import Paced
        from core.use_cases.download_artifact import DownloadArtifact
        from core.use_cases.fetch_artifact import FetchArtifact
        from storage.local_files import LocalFileSystem
        from storage.packing.zip_extractor import ZipArchiveExtractor

        pace = Paced(self._throttle, self.clock)
        download = DownloadArtifact(self.store, LocalFileSystem(), ZipArchiveExtractor(), pace)
        return FetchArtifact(self._catalog, download, self.refresh_catalog)

    @cached_property
    def read_members(self) -> "ReadMembers":
        """Look into stored results."""
        from core.use_cases.read_members import ReadMembers
        from storage.packing.zip_reader import ZipArchiveReader

        return ReadMembers(self.store, self._catalog, ZipArchiveReader(), self.refresh_catalog)

    @cached_property
    def submit_artifact(self) -> "SubmitArtifact":
        """Store a configuration, an input or logs, on the calling thread."""
        from storage.folders import LocalFolders
        from storage.packing.plain_files import PlainFiles
        from storage.packing.zip_reader import ZipArchiveReader
        from tui.submitting import make_submit_artifact

        return make_submit_artifact(
            scanner=self._scanner,
            folders=LocalFolders(),
            files=PlainFiles(),
            packager=self._packager,
            reader=ZipArchiveReader(),
            store=self.store,
            catalog=self._catalog,
            journal=self._journal,
            clock=self.clock,
            get_job=self.get_job,
            throttle=self._throttle,
        )

    @cached_property
    def link_artifacts(self) -> "LinkArtifacts":
        """Links to fetch what is stored."""
        from core.use_cases.link_artifacts import LinkArtifacts

        return LinkArtifacts(
            get_job=self.get_job, store=self.store, catalog=self._catalog, link=self._link
        )

    @cached_property
    def get_upload_location(self) -> "GetUploadLocation":
        """Links to store what is not there yet."""
        from core.use_cases.get_upload_location import GetUploadLocation

        return GetUploadLocation(self.store, self._link)

    @cached_property
    def archive_artifacts(self) -> "ArchiveArtifacts":
        """Move artifacts into the archive storage class of the profile."""
        from core.use_cases.archive_artifacts import ArchiveArtifacts

        return ArchiveArtifacts(self.store, self._catalog, self.settings.profile.archive_class)

    @cached_property
    def delete_job(self) -> "DeleteJob":
        """Delete a job with all that is stored of it."""
        from core.use_cases.create_artifact import ArtifactProducer
        from core.use_cases.delete_job import DeleteJob

        return DeleteJob(
            store=self.store,
            catalog=self._catalog,
            journal=self._journal,
            get_job=self.get_job,
            producer=ArtifactProducer(self.store, self._journal, self.clock),
            refresh=self.refresh_catalog,
        )

    @cached_property
    def apply_lifecycle(self) -> "ApplyLifecycle":
        """Give the bucket of the chosen profile lifecycle rules."""
        from core.use_cases.apply_lifecycle import ApplyLifecycle

        return ApplyLifecycle(self._closing(_open_lifecycle(self.settings.profile, self.places)))

    @cached_property
    def probe_store(self) -> "ProbeStore":
        """What the store of the chosen profile guarantees."""
        from core.use_cases.probe_store import ProbeStore

        return ProbeStore(_store_probe(self.settings.profile, self.places))

    @property
    def ferry_run(self) -> "FerryRun":
        """From a directory to stored results, on the calling thread."""
        return self._uploading.ferry_run

    def kept_uploads(
        self, requests: Sequence[UploadRequest]
    ) -> "KeptTransfers[UploadRequest, UploadResult]":
        """`ferry_run` for these requests of a command, which are queued without an answer."""
        from tui.kept_transfers import KeptTransfers

        option = self._options.store_option
        return KeptTransfers(self.ferry_run, lambda: self.transfers, requests, option)

    def kept_downloads(
        self, requests: Sequence[DownloadRequest]
    ) -> "KeptTransfers[DownloadRequest, Downloaded]":
        """`fetch_artifact` for these requests of a command that has just read the store.

        They are queued likewise; files that are there already are not fetched again.
        """
        from tui.kept_transfers import KeptTransfers

        fetch = partial(self.fetch_artifact, reuse=True)
        option = self._options.store_option
        return KeptTransfers(fetch, lambda: self.transfers, requests, option)

    @property
    def plan_upload(self) -> "PlanUpload":
        """What an upload would be stored as; no network."""
        return self._uploading.plan_upload

    @cached_property
    def transfers(self) -> Agent:
        """The queue, or what another process has of it; `start` makes its threads."""
        queue = TransferQueue(
            Carrier(self._ferry, self._fetch),
            self._journal,
            self.clock,
            self.bus.publish,
            parallel=self.settings.transfers.parallel,
            throttle=self._throttle,
            free=self._free_sent,
        )
        auto_upload = self.auto_upload
        deeds = Deeds(
            hold=auto_upload.hold,
            release=auto_upload.release,
            auto_upload=lambda root, on: auto_upload.set_on(root, on=on),
            rescan=self._rescan,
        )
        lock = FileAgentLock(self.places.agent_lock(self.settings.profile), self.clock)
        agent = Agent(lock, queue, self._journal, self.clock, self.bus.publish, deeds)
        self._working.callback(agent.close)
        return agent

    @cached_property
    def store_watch(self) -> StoreWatch:
        """Lets what failed for want of an answer of the store go on when there is one."""
        watch = StoreWatch(
            self._check_store, self.transfers.reconnect, self.clock, self.bus.publish
        )
        self.bus.subscribe(watch.take)
        self._working.callback(watch.close)
        return watch

    @cached_property
    def auto_upload(self) -> AutoUpload:
        """Which runs are uploaded by themselves."""
        watch = self.settings.watch
        return AutoUpload(
            self._submit,
            self._journal,
            self.clock,
            self.bus.publish,
            countdown_seconds=watch.countdown_seconds,
            upload_failed=watch.upload_failed,
        )

    @cached_property
    def watch(self) -> RunWatch:
        """The watch engine; `start` makes its threads."""
        settings = self.settings.watch
        watch = RunWatch(
            scanner=self._scanner,
            watcher_of=self._watcher_of,
            rule=finish_rule(settings),
            processes=ProcProcesses(),
            auto_upload=self.auto_upload,
            journal=self._journal,
            clock=self.clock,
            publish=self.bus.publish,
            policy=WatchPolicy(settings.quiet_seconds, settings.stall_seconds),
        )
        self._working.callback(watch.stop)
        self.bus.subscribe(_remember_stored(watch))
        return watch

    def last_roots(self) -> tuple[str, ...]:
        """The trees that were watched last."""
        return self._journal.last_roots()

    def settings_table(self) -> Iterator[tuple[str, object, str]]:
        """(setting, value, origin) of everything; secrets show as their marker."""
        settings = self.settings
        values: dict[str, object] = {"profile": settings.profile.name}
        for name, profile in settings.profiles.items():
            local = profile.kind is StoreKind.LOCAL
            values |= {
                f"profiles.{name}.{field}": value
                for field, value in _fields(profile)
                if not local or field in FIELDS_OF_LOCAL
            }
        for section in ("watch", "transfers"):
            values |= {
                f"{section}.{field}": value for field, value in _fields(getattr(settings, section))
            }
        for rule in settings.watch.rules:
            known = RULE_FIELDS[rule.kind]
            values |= {f"rules.{rule.name}.{f}": v for f, v in _fields(rule) if f in known}
        for name, value in values.items():
            yield name, value, settings.origins.get(name, "default")

    def paths(self) -> Iterator[tuple[str, str]]:
        """(what, where) of all local files."""
        places = self.places
        yield "settings", places.settings
        yield "state", places.state_db
        yield "cache", places.cache_db(self.settings.profile)
        yield "logs", places.logs
        yield "store", places.store

    def app_services(
        self, roots: Iterable[str], request: UploadRequest | None = None
    ) -> AppServices:
        """What the app and the headless watch are given, for the trees at `roots`.

        Runs that are uploaded by themselves go where `request` says; its source counts for nothing.
        """
        watch = self.watch
        watch.open(roots)
        if request:
            self.auto_upload.template = request
        return AppServices(
            bus=self.bus,
            clock=self.clock,
            watch=watch,
            auto_upload=self.auto_upload,
            transfers=self.transfers,
            store_watch=self.store_watch,
            list_jobs=self.list_jobs,
            list_runs=self.list_runs,
            list_artifacts=self.list_artifacts,
            stored_runs=StoredRuns(self._journal, self._catalog),
            links=self._known_links,
            sync=self._sync,
            plan_upload=self._plan,
            bind=self._bind,
            hold=self._hold,
            set_auto_upload=lambda root, on: self.transfers.auto_upload(root, on=on),
            store_location=self.store.location,
            profile=self.settings.profile.name,
            uploads_failed=self.settings.watch.upload_failed,
            start=self._start,
        )

    def _ferry(self, request: UploadRequest, progress: "Progress") -> "UploadResult":
        """What an upload takes is made by the first one, on the queue's thread."""
        sidecars = request.sidecars or self.settings.watch.sidecars
        return self.ferry_run(replace(request, sidecars=sidecars), progress)

    def _fetch(self, request: DownloadRequest, progress: "Progress") -> "Downloaded":
        """Likewise, of a download."""
        with self._making:
            fetch = self.fetch_artifact
        return fetch(request, progress)

    @cached_property
    def _throttle(self) -> Throttle:
        """One for all transfers of the process."""
        return self._given_throttle or Throttle(self.settings.transfers.limit)

    # What these call is made when they are called: the app's first frame needs none of it.

    def _free_sent(self, request: UploadRequest) -> None:
        from core.use_cases.create_artifact import ArtifactProducer
        from core.use_cases.free_sent import FreeSent

        producer = ArtifactProducer(self.store, self._journal, self.clock)
        FreeSent(self.plan_upload, self._journal, producer)(request)

    def _submit(self, request: UploadRequest) -> object:
        return self.transfers.submit(request)

    def _known_links(
        self, job_id: int, run_id: int | None, kind: "ArtifactKind"
    ) -> "Sequence[Link]":
        return self.link_artifacts.known(job_id, run_id, kind)

    def _rescan(self) -> None:
        self.watch.rescan()

    def _plan(self, path: str) -> "UploadPlan":
        return self.plan_upload(path)

    def _bind(
        self, results_root: str, *, job_id: int | None = None, name: str | None = None
    ) -> "Job":
        bind_job = self._uploading.bind_job
        return self.store_watch.noted(lambda: bind_job(results_root, job_id=job_id, name=name))

    def _hold(self, path: str, held: bool) -> None:
        (self.transfers.hold if held else self.transfers.release)(path)

    def _sync(self) -> None:
        self.store_watch.noted(self.store_care.sync)

    def _check_store(self) -> None:
        self.store.check()

    def _start(self) -> None:
        self._journal.remember_roots([root.path for root in self.watch.roots()])
        self.transfers.start()
        self.watch.start()

    def _watcher_of(self, root: str) -> TreeWatcher:
        return watcher_of(root, polling=self.settings.watch.polling)

    @property
    def _uploading(self) -> "Uploading":
        """First asked for by several threads at once, but made once."""
        with self._making:
            return self._made_uploading

    @cached_property
    def _made_uploading(self) -> "Uploading":
        from storage.folders import LocalFolders
        from tui.uploading import make_uploading

        return make_uploading(
            scanner=self._scanner,
            folders=LocalFolders(),
            packager=self._packager,
            store=self.store,
            catalog=self._catalog,
            journal=self._journal,
            clock=self.clock,
            publish=self.bus.publish,
            get_job=self.get_job,
            register_job=self.register_job,
            refresh_catalog=self.refresh_catalog,
            throttle=self._throttle,
            compression=_compression(self.settings),
        )

    @cached_property
    def _link(self) -> "LinkMaker":
        from core.links import LinkMaker

        return LinkMaker(self.store, self.clock)

    @cached_property
    def _scanner(self) -> FileTreeScanner:
        return FileTreeScanner()

    @cached_property
    def _catalog(self) -> "Catalog":
        from storage.db.catalog_db import SqliteCatalog

        self._prepare()
        return self._closing(SqliteCatalog(self.places.cache_db(self.settings.profile)))

    @cached_property
    def _journal(self) -> "Journal":
        from storage.db.journal_db import SqliteJournal

        self._prepare()
        location = self.places.store_location(self.settings.profile)
        return self._closing(SqliteJournal(self.places.state_db, store_location=location))

    @cached_property
    def _packager(self) -> "ResultsPackager":
        from storage.packing.zip_writer import ZipResultsPackager

        return ZipResultsPackager()

    def _prepare(self) -> None:
        if not self._prepared:
            self.places.prepare()
            self._opened.callback(log_to(self.places.logs))
            self._prepared = True

    _prepared = False

    def _closing(self, resource: _C) -> _C:
        self._opened.callback(resource.close)
        return resource


def _compression(settings: Settings) -> Compression | None:
    """That of all uploads; None when the link decides. To a local store there is none."""
    if settings.transfers.compression != AUTO:
        return Compression(settings.transfers.compression)
    return Compression.FAST if settings.profile.kind is StoreKind.LOCAL else None


def _open_store(profile: Profile, places: Places) -> "ObjectStore":
    if profile.kind is StoreKind.S3:
        from storage.s3.store import S3Store

        return S3Store(profile)
    from storage.local.store import LocalStore

    return LocalStore(profile.path or places.store)


def _open_lifecycle(profile: Profile, places: Places) -> "Lifecycle":
    if profile.kind is StoreKind.S3:
        from storage.s3.lifecycle import S3Lifecycle

        return S3Lifecycle(profile)
    raise StoreError(
        f"The local store {printable(profile.path or places.store)} has no lifecycle rules; it "
        "frees unfinished uploads by itself.",
        todo="Choose a profile with an S3 bucket.",
    )


def _store_probe(profile: Profile, places: Places) -> "StoreProbe":
    if profile.kind is StoreKind.S3:
        from storage.s3.probe.store_probe import S3StoreProbe

        return S3StoreProbe(profile)
    from storage.local.probe import LocalStoreProbe

    return LocalStoreProbe(_open_store(profile, places))


def _remember_stored(watch: RunWatch) -> EventSink:
    def sink(event: Event) -> None:
        if isinstance(event, TransferSucceeded) and event.fingerprint:
            watch.mark_uploaded(event.transfer.source, event.fingerprint)

    return sink


def _fields(section: object) -> Iterator[tuple[str, object]]:
    for item in fields(section):  # pyright: ignore[reportArgumentType] - a dataclass of settings
        value = getattr(section, item.name)
        if item.name not in {"name", "rules"} and value not in {"", None, ()}:
            yield item.name, ", ".join(map(str, value)) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - tuples of any kind
