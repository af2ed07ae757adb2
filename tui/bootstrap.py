"""The composition root: settings to adapters to use cases. The only module that knows `storage`.

Everything is made when it is first needed, so a command that scans a tree opens no database and
the app paints its first frame before boto3 is imported.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from core.event_bus import EventBus
from core.events import Event, EventSink, TransferSucceeded
from core.finish.profiles import finish_rule
from core.run_watch import RunWatch
from core.settings import Profile, Settings, StoreKind
from core.throttle import Throttle
from core.transfer_queue import TransferQueue, UploadRequest
from core.use_cases.list_jobs import ListArtifacts, ListJobs, ListRuns
from core.use_cases.stored_runs import StoredRuns
from storage.places import Places
from storage.settings.file import load_settings
from storage.system_clock import SystemClock
from storage.tree_scanner import FileTreeScanner
from storage.watchdog_watcher import WatchdogWatcher
from tui.diagnostics import log_to
from tui.services import AppServices

if TYPE_CHECKING:
    from core.ports.catalog import Catalog
    from core.ports.journal import Journal
    from core.ports.object_store import ObjectStore
    from core.ports.packaging import ResultsPackager
    from core.progress import Progress
    from core.upload_result import UploadResult
    from core.use_cases.download_artifact import DownloadArtifact
    from core.use_cases.ferry_run import FerryRun
    from core.use_cases.find_results import FindResults
    from core.use_cases.get_job import GetJob
    from core.use_cases.get_run import GetRun
    from core.use_cases.refresh_catalog import RefreshCatalog
    from core.use_cases.register_job import RegisterJob
    from core.use_cases.scan_tree import ScanTree
    from core.use_cases.upload_results import UploadResults


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


class Session:
    """One run of a command or of the app; closes what it made, the last first."""

    def __init__(
        self,
        options: Options,
        environ: Mapping[str, str] | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        self._options = options
        self._throttle = throttle
        self._environ = os.environ if environ is None else environ
        self._opened = ExitStack()
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

        return ScanTree(self._scanner, finish_rule(self.settings.watch))

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

        return RegisterJob(self._catalog, self.store, self.clock)

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
    def download(self) -> "DownloadArtifact":
        """Bring one artifact back."""
        from core.use_cases.download_artifact import DownloadArtifact
        from storage.local_files import LocalFileSystem
        from storage.packing.zip_extractor import ZipArchiveExtractor

        return DownloadArtifact(self.store, LocalFileSystem(), ZipArchiveExtractor())

    @cached_property
    def ferry_run(self) -> "FerryRun":
        """From a directory to stored results, on the calling thread."""
        from core.use_cases.bind_job import BindJob
        from core.use_cases.ferry_run import FerryRun

        bind_job = BindJob(self.get_job, self.register_job, self._journal)
        return FerryRun(
            self.find_results, bind_job, self._catalog, self._journal, self._upload_results
        )

    @cached_property
    def transfers(self) -> TransferQueue:
        """The queue; `start` makes its threads."""
        parallel = self.settings.transfers.parallel
        queue = TransferQueue(
            self._ferry,
            self._journal,
            self.clock,
            self.bus.publish,
            parallel=parallel,
        )
        return self._closing(queue)

    @cached_property
    def watch(self) -> RunWatch:
        """The watch engine; `start` makes its threads."""
        watch = RunWatch(
            self._scanner,
            WatchdogWatcher(),
            finish_rule(self.settings.watch),
            self.clock,
            self.bus.publish,
            quiet_seconds=self.settings.watch.quiet_seconds,
        )
        self._opened.callback(watch.stop)
        self.bus.subscribe(_remember_stored(watch))
        return watch

    def last_root(self) -> str | None:
        """The tree that was watched last."""
        return self._journal.last_root()

    def settings_table(self) -> Iterator[tuple[str, object, str]]:
        """(setting, value, origin) of everything; secrets show as their marker."""
        settings = self.settings
        values: dict[str, object] = {"profile": settings.profile.name}
        for name, profile in settings.profiles.items():
            values |= {f"profiles.{name}.{field}": value for field, value in _fields(profile)}
        for section in ("watch", "transfers"):
            values |= {
                f"{section}.{field}": value for field, value in _fields(getattr(settings, section))
            }
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

    def app_services(self, root: str) -> AppServices:
        """What the app and the headless watch are given, for the tree `root`."""
        watch = self.watch
        watch.open(root)
        return AppServices(
            bus=self.bus,
            clock=self.clock,
            watch=watch,
            transfers=self.transfers,
            list_jobs=self.list_jobs,
            list_runs=self.list_runs,
            list_artifacts=self.list_artifacts,
            stored_runs=StoredRuns(self._journal, self._catalog),
            sync=self._sync,
            store_location=self.store.location,
            profile=self.settings.profile.name,
            start=self._start,
        )

    def _ferry(self, request: UploadRequest, progress: "Progress") -> "UploadResult":
        """What an upload takes is made by the first one, on the queue's thread."""
        return self.ferry_run(request, progress)

    def _sync(self) -> None:
        self.refresh_catalog()

    def _start(self) -> None:
        self._journal.remember_root(self.watch.root)
        for source, fingerprint in self._journal.stored().items():
            self.watch.mark_uploaded(source, fingerprint)
        self.transfers.start()
        self.watch.start()

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

    @cached_property
    def _upload_results(self) -> "UploadResults":
        import socket
        from importlib.metadata import version

        from core.results_versions import ResultsVersions
        from core.use_cases.create_artifact import ArtifactProducer
        from core.use_cases.upload_results import UploadResults, Writer

        return UploadResults(
            get_job=self.get_job,
            get_run=self.get_run,
            find_results=self.find_results,
            versions=ResultsVersions(self.store, self._catalog),
            producer=ArtifactProducer(self.store, self._journal, self.clock, self._throttle),
            packager=self._packager,
            store=self.store,
            clock=self.clock,
            writer=Writer(socket.gethostname(), version("runferry")),
        )

    def _prepare(self) -> None:
        if not self._prepared:
            self.places.prepare()
            self._opened.callback(log_to(self.places.logs))
            self._prepared = True

    _prepared = False

    def _closing(self, resource: _C) -> _C:
        self._opened.callback(resource.close)
        return resource


def _open_store(profile: Profile, places: Places) -> "ObjectStore":
    if profile.kind is StoreKind.S3:
        from storage.s3.store import S3Store

        return S3Store(profile)
    from storage.local.store import LocalStore

    return LocalStore(profile.path or places.store)


def _remember_stored(watch: RunWatch) -> EventSink:
    def sink(event: Event) -> None:
        if isinstance(event, TransferSucceeded) and event.fingerprint:
            watch.mark_uploaded(event.transfer.source, event.fingerprint)

    return sink


def _fields(section: object) -> Iterator[tuple[str, object]]:
    for item in fields(section):  # pyright: ignore[reportArgumentType] - a dataclass of settings
        value = getattr(section, item.name)
        if item.name != "name" and value not in {"", None}:
            yield item.name, ", ".join(map(str, value)) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - tuples of any kind
