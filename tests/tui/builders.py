"""The real app on the real watch and queue, driven through fakes of their ports."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.widgets import Input

from core.activity.recorder import ActivityRecorder
from core.binding.known_ids import KnownIds
from core.binding.number_runs import NumberRuns
from core.binding.stored_runs import StoredRuns
from core.compare.compare_files import CompareFiles
from core.compare.compare_runs import CompareRuns
from core.compare.job_runs import JobRuns, Looks
from core.compare.read_ensemble import ReadEnsemble
from core.curves.local_run import LocalRun
from core.curves.read_curves import ReadCurves
from core.curves.readers import READERS
from core.curves.recall_curves import RecallCurves
from core.curves.stored_run import StoredRun
from core.download.arrange_downloads import ArrangeDownloads
from core.download.look_at_target import LookAtTarget
from core.download.read_members import ReadMembers
from core.errors import ObjectNotFoundError
from core.event_bus import EventBus
from core.finish.finish_rules import FinishRules
from core.finish.rule import Check, Outcome
from core.jobs.change_job import ChangeJob
from core.jobs.list_jobs import ListArtifacts, ListJobs, ListRuns
from core.model import Artifact, Job
from core.pace.paced import as_it_comes
from core.ports.packaging import OpenArchive
from core.ports.presigned_url import PresignedUrl
from core.ports.run_files import RunFiles
from core.preview.contents import LocalContent, StoredContent
from core.preview.glance_at_run import GlanceAtRun
from core.preview.look_inside import LookInside
from core.preview.save_members import SaveMembers
from core.queue.carry_transfer import Carriers
from core.queue.catalog_news import CatalogNews
from core.queue.outages import Outages
from core.queue.read_store import ReadStore, StoreReaders
from core.queue.store_state import StoreStates
from core.queue.store_watch import StoreWatch
from core.queue.transfer_list import TransferList
from core.queue.transfer_queue import QueueLimits, TransferQueue
from core.settings import AppearanceSettings
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces
from core.stored.archived import Archived, archived_below
from core.stored.job_s3_prefix import job_root
from core.stored.links import Link, LinkMaker
from core.stored.proofs_of_job import ProofsOfJob
from core.stored.refresh_catalog import RefreshCatalog
from core.upload.commit_version import Writer
from core.version import VERSION
from core.waiting.store_waits import StoreWaits
from core.watch.assembly import make_run_watch
from core.watch.auto_upload import AutoUpload
from core.watch.auto_upload_choices import AutoUploadChoices
from core.watch.disks import Disks
from core.watch.judge_run import WatchPolicy
from core.watch.local_copies import LocalCopies
from storage.files.local_files import LocalFileSystem
from storage.machine.volumes import MountedVolumes
from storage.packing.plain_files import PlainFiles
from storage.packing.zip_hasher import ZipArchiveHasher
from storage.packing.zip_reader import ZipArchiveReader
from storage.tree.folders import LocalFolders
from storage.tree.tree_scanner import FileTreeScanner
from tests.builders import MIB, ROOT, a_job, a_run, an_artifact
from tests.fakes.activity import FakeActivityLog
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock, within
from tests.fakes.curves_cache import FakeCurvesCache
from tests.fakes.journal import FakeJournal
from tests.fakes.members_cache import FakeMembersCache
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.run_files import FakeRunFiles
from tests.fakes.tree import (
    FakeRunDirectory,
    FakeTree,
    FakeTreeScanner,
    FakeTreeWatcher,
    ToldRule,
)
from tests.fakes.turns import FakeTurns
from tests.fakes.volumes import FakeVolumes
from tests.tui.beginning import Beginning
from tests.tui.configured import a_configuration
from tests.tui.fakes import FakeJobs, NoProcesses, ScriptedFerry
from tui.app import RunFerryApp
from tui.composition.late_parts import LateParts
from tui.composition.store_care import make_store_care
from tui.dialog_prompt import DialogMfaPrompt
from tui.look import IN_UNICODE
from tui.parts.activity import ReadActivity
from tui.parts.addresses import Addresses
from tui.parts.archives import Archives
from tui.parts.care import Care
from tui.parts.configuration import Configuration
from tui.parts.curves import Curves
from tui.parts.previews import Previews
from tui.parts.proofs import Proofs
from tui.parts.run_previews import RunPreviews
from tui.parts.targets import Targets
from tui.reopening import Reopening
from tui.screens.download import DownloadScreen
from tui.services import AppServices
from tui.wording.activity import event_words
from tui.wording.store_commands import StoreCommands

if TYPE_CHECKING:
    from core.queue.transfers import Transfers

QUIET, STALL, COUNTDOWN = 30.0, 3600.0, 10.0
FLU, MEASLES = f"{ROOT}/simpleflu/OUT", f"{ROOT}/measles/OUT"
_VAIN = 90.0  # seconds; before the time limit of a test, which ends it without a picture

NOT_THERE_YET = "out.csv is not there yet"
RUNNING_CHECKS = (
    Check("log ended", False, "LOG has not ended"),
    Check("no temporary files", True, "no temporary file"),
    Check("final header", False, NOT_THERE_YET),
)


class HeardApp(RunFerryApp):
    """Keeps what it said, a toast goes as soon as there is news, and what the terminal was told."""

    def __init__(
        self,
        services: AppServices,
        prompt: DialogMfaPrompt | None = None,
        reopening: Reopening | None = None,
        *,
        appearance: AppearanceSettings = IN_UNICODE,
        first_run: bool = False,
    ) -> None:
        super().__init__(
            services, prompt, reopening=reopening, appearance=appearance, first_run=first_run
        )
        self.services = services
        self.said: list[str] = []
        self.written: list[str] = []
        self.titles: list[str] = []

    def _show_title(self, title: str) -> None:
        self.titles.append(title)
        super()._show_title(title)

    def _write(self, sequence: str) -> None:
        self.written.append(sequence)
        super()._write(sequence)

    def notify(self, message: str, **how: Any) -> None:
        self.said.append(message)
        super().notify(message, **how)


@dataclass
class Stage:
    """Everything behind the app, and the hands to move it; the store was read, and held nothing."""

    clock: FixedClock = field(default_factory=FixedClock)
    tree: FakeTree = field(default_factory=FakeTree)
    journal: FakeJournal = field(default_factory=FakeJournal)
    catalog: FakeCatalog = field(default_factory=FakeCatalog)
    store: FakeObjectStore = field(default_factory=FakeObjectStore)
    volumes: FakeVolumes = field(default_factory=FakeVolumes)
    seen: FakeMembersCache = field(default_factory=FakeMembersCache)
    curves_seen: FakeCurvesCache = field(default_factory=FakeCurvesCache)
    ferry: ScriptedFerry = field(default_factory=ScriptedFerry)
    bus: EventBus = field(default_factory=EventBus)
    activity_log: FakeActivityLog = field(default_factory=FakeActivityLog)
    remote: bool = True
    sync: Callable[[], None] = lambda: None
    check: Callable[[], None] = lambda: None
    read_list: Callable[[], None] = lambda: None
    read_job: Callable[[int], None] = lambda job_id: None
    ask_again_in: float = 3600.0
    roots: Sequence[str] = ()
    configuration: Configuration = field(default_factory=a_configuration)
    beginning: Beginning = field(default_factory=Beginning)
    watchers: dict[str, FakeTreeWatcher] = field(default_factory=dict[str, FakeTreeWatcher])

    def __post_init__(self) -> None:
        self.activity = ActivityRecorder(
            lambda: self.activity_log, self.clock, event_words, "this one"
        )
        if self.catalog.synced_at() is None:
            self.catalog.replace((), (), (), self.clock.now())
        self.scanner = FakeTreeScanner(self.tree)
        self.carriers = Carriers(self.ferry, self.ferry.fetch, lambda _: None)
        self.queue = TransferQueue(
            lambda: self.carriers,
            TransferList(self.journal, self.clock),
            self.bus.publish,
            QueueLimits(parallel=2),
        )
        self.auto_upload = AutoUpload(
            self.queue.submit,
            AutoUploadChoices(self.journal),
            self.clock,
            self.bus.publish,
            countdown_seconds=COUNTDOWN,
        )
        self.watch = make_run_watch(
            scanner=FakeTreeScanner(self.tree),
            watcher_of=lambda root: self.watchers.setdefault(root, FakeTreeWatcher()),
            rules=FinishRules.only(ToldRule(self.tree)),
            processes=NoProcesses(),
            auto_upload=self.auto_upload,
            journal=self.journal,
            clock=self.clock,
            publish=self.bus.publish,
            policy=WatchPolicy(QUIET, STALL),
        )
        self.previews = self._previews()
        self.curves = self._curves()
        self.addresses = self.make_addresses()
        self.targets = Targets(LookAtTarget(LocalFileSystem(), MountedVolumes()))
        self.care = self._care()
        self.proofs = Proofs(
            ProofsOfJob(self.journal, self.catalog), LocalCopies(self.journal, self.watch.views)
        )
        self.run_previews = RunPreviews(
            GlanceAtRun(self.scanner, self.clock), Disks(self.volumes, self.clock)
        )
        self.jobs = FakeJobs(self.tree, self.journal, self.catalog, self.bus.publish)
        self.transfers: Transfers = self.queue
        self.store_waits = StoreWaits(self.clock)
        self.store_watch = StoreWatch(
            self._check_store,
            self.queue.reconnect,
            self.bus.publish,
            Outages(
                self.clock,
                interval=lambda asked: self.ask_again_in,
                silence=self.store_waits.silence,
            ),
        )
        self.bus.subscribe(self.store_watch.take)
        self.news = CatalogNews(self.catalog)
        self.news.look()
        readers = StoreReaders(self._read_everything, self._read_list, self._read_job)
        self.read_store = ReadStore(readers, self.store_watch, self.news, self.clock)
        self.store_state = StoreStates(
            self.store_watch, self.store_waits, self.read_store, self.clock
        )
        self.watch.open(self.roots or [self.tree.root])

    def app(self, appearance: AppearanceSettings = IN_UNICODE) -> RunFerryApp:
        """A new app on this stage."""
        return HeardApp(self.services(), appearance=appearance)

    def services(self) -> AppServices:
        """What an app is given."""
        return AppServices(
            bus=self.bus,
            clock=self.clock,
            watch=self.watch,
            auto_upload=self.auto_upload,
            transfers=self.transfers,
            store_watch=self.store_watch,
            store_state=self.store_state,
            read_store=self.read_store,
            list_jobs=ListJobs(self.catalog),
            list_runs=ListRuns(self.catalog),
            list_artifacts=ListArtifacts(self.catalog),
            stored_runs=StoredRuns(self.journal, self.catalog),
            arrange_downloads=lambda: ArrangeDownloads(self._look),
            part=LateParts(
                {
                    "ReadActivity": lambda: ReadActivity(self.activity_log.after, "fake-store"),
                    "Addresses": lambda: self.addresses,
                    "Care": lambda: self.care,
                    "Configuration": lambda: self.configuration,
                    "Curves": lambda: self.curves,
                    "FirstRun": self.beginning.part,
                    "Previews": lambda: self.previews,
                    "Archives": lambda: Archives(self._archived),
                    "Proofs": lambda: self.proofs,
                    "RunPreviews": lambda: self.run_previews,
                    "Targets": lambda: self.targets,
                }
            ),
            activity=self.activity,
            plan_upload=self.jobs.plan_upload,
            look_for_job=self.jobs.look_for_job,
            bind=self.jobs.bind,
            hold=self._hold,
            set_auto_upload=self._set_auto_upload,
            store_location="~/store",
            profile="local",
            start=self.news.start,
            stop=self.stop,
        )

    def make_addresses(self) -> Addresses:
        """Of a bucket or, when it is not `remote`, of a directory."""
        commands = StoreCommands("--profile lab", ("--region", "eu"))
        return Addresses(self._link, self.store, commands, self.remote)

    def _previews(self) -> Previews:
        members = ReadMembers(self.store, self.catalog, ZipArchiveReader(), lambda: None)
        return Previews(
            LookInside(members, self.seen, self.clock),
            partial(StoredContent, self.store),
            partial(LocalContent, PlainFiles()),
            SaveMembers(LocalFileSystem(), as_it_comes),
        )

    def _curves(self) -> Curves:
        def local(path: str) -> RunFiles:
            if (run := self.tree.runs.get(path)) and run.contents:
                return FakeRunFiles(run.contents, path)
            return LocalRun(path, FileTreeScanner(), PlainFiles())

        def stored(artifact: Artifact) -> RunFiles:
            return StoredRun(artifact, self.previews.look_inside)

        read_curves = ReadCurves(READERS)
        recall_curves = RecallCurves(read_curves, self.curves_seen, self.clock)
        directories = RunDirectories(LocalFolders())
        known = KnownIds(self.journal, directories.exists)
        number_runs = NumberRuns(RunPlaces(), directories, known, self.journal.give_ids)
        job_runs = JobRuns(
            ListArtifacts(self.catalog), number_runs, self.journal, Looks(local, stored)
        )
        return Curves(
            local,
            stored,
            read_curves,
            job_runs,
            CompareRuns(recall_curves),
            CompareFiles(),
            ReadEnsemble(job_runs, recall_curves),
        )

    def _care(self) -> Care:
        store_care = make_store_care(
            store=self.store,
            catalog=self.catalog,
            journal=self.journal,
            clock=self.clock,
            turns=FakeTurns(),
            writer=Writer("here", VERSION),
            hasher=ZipArchiveHasher(),
            reader=ZipArchiveReader(),
            refresh_catalog=RefreshCatalog(self.catalog, self.store, self.clock),
            archive_class="GLACIER_IR",
        )
        return Care(
            delete_job=store_care.delete_job,
            delete_run=store_care.delete_run,
            move_run=store_care.move_run,
            archive=store_care.archive,
            change_job=ChangeJob(self.catalog, self.store),
            adopt=store_care.adopt,
        )

    def _archived(self, job: Job) -> Mapping[str, Archived]:
        return archived_below(self.store, job_root(job.id))

    def _look(self, artifact: Artifact) -> OpenArchive:
        raise ObjectNotFoundError(f"There is no object {artifact.key}.")

    def _link(self, artifact: Artifact, seconds: int) -> Link:
        link = LinkMaker(self.store, self.clock).to(artifact, seconds)
        url = PresignedUrl(link.url.reveal(), expires=self.remote)
        return replace(link, url=url, expires_at=link.expires_at if self.remote else None)

    def _check_store(self) -> None:
        self.check()
        self.read_store.answer()

    def _read_everything(self) -> None:
        self.sync()

    def _read_list(self) -> None:
        self.read_list()
        self.catalog.replace_job_list((), (), self.clock.now())

    def _read_job(self, job_id: int) -> None:
        self.read_job(job_id)
        if job := self.catalog.job(job_id):
            of_job = self.catalog.runs(job_id), self.catalog.artifacts(job_id)
            self.catalog.replace_job(job, *of_job, self.clock.now())

    def _hold(self, path: str, held: bool) -> None:
        (self.auto_upload.hold if held else self.auto_upload.release)(path)

    def _set_auto_upload(self, root: str, on: bool, changed: bool | None) -> None:
        self.auto_upload.set_on(root, on=on, changed=changed)

    def settle(self) -> None:
        """Everything that has ended is proved to have ended."""
        self.watch.tick()
        self.clock.advance(QUIET)
        self.watch.rescan()
        self.watch.tick()

    def end(self) -> None:
        """Lets the threads go."""
        self.ferry.release()
        self.stop()

    def stop(self) -> None:
        """As a session does."""
        self.store_watch.close()
        self.news.close(within(10))
        self.watch.close(within(10))
        self.queue.close(within(10))
        self.activity.close(within(10))


def a_stage() -> Stage:
    """Two jobs: four finished runs and a running one, and a failed one."""
    stage = Stage()
    runs = stage.tree.runs
    for number in range(1, 5):
        runs[f"{FLU}/RUN{number}"] = FakeRunDirectory(bytes=(808 + number) * MIB)
    runs[f"{FLU}/RUN10"] = FakeRunDirectory(
        121, 441 * MIB, Outcome.RUNNING, NOT_THERE_YET, (97, 180), RUNNING_CHECKS
    )
    runs[f"{MEASLES}/RUN1"] = FakeRunDirectory(
        31, 410 * MIB, Outcome.FAILED, "err.txt: FRED ERROR: no such place", (12, 365)
    )
    for run in runs.values():
        run.written = stage.clock.now()
    return stage


def stored(stage: Stage) -> None:
    """RUN1 and RUN2 of the flu are in the store and in the catalog, as they are now."""
    stage.journal.bind_root(FLU, 12)
    stage.catalog.put_job(a_job())
    for run_id in (1, 2):
        stage.catalog.put_run(a_run(12, run_id))
        stage.catalog.put_artifact(an_artifact(f"jobs/12/run_{run_id}_results.zip", run_id=run_id))
        stage.watch.mark_uploaded(
            f"{FLU}/RUN{run_id}", stage.tree.fingerprint(f"{FLU}/RUN{run_id}")
        )
    stage.watch.tick()


def bound(stage: Stage) -> Stage:
    """Both results roots belong to jobs: nothing is asked before an upload."""
    stage.journal.bind_root(FLU, 12)
    stage.journal.bind_root(MEASLES, 13)
    return stage


def _on_screen(pilot: Pilot[int]) -> str:
    strips = pilot.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage] - Textual has no other text of it
    return "\n".join(strip.text.rstrip() for strip in strips)


async def until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    """Waits for a condition on the UI thread; a vain wait ends with what was on the screen instead.

    Looks without asking every widget each time whether it is done: only when it holds.
    """
    deadline = time.monotonic() + _VAIN
    while not condition():
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"Waited in vain; on the screen was\n{_on_screen(pilot)}")
            await asyncio.sleep(0.01)
            assert pilot.app.screen  # raises when the app has ended
        with suppress(WaitForScreenTimeout):  # a widget that goes meanwhile never answers it
            await pilot.pause(0)


async def palette(pilot: Pilot[int], words: str) -> None:
    """Opens it and types: what is typed before its field is there goes to the screen below, or nowhere."""
    await pilot.press("ctrl+p")
    await until(
        pilot,
        lambda: (
            isinstance(pilot.app.screen, CommandPalette) and isinstance(pilot.app.focused, Input)
        ),
    )
    await pilot.press(*words)


async def download(pilot: Pilot[int], directory: str, *, extract: bool = False) -> None:
    """`d` on the row under the cursor, and what is asked then."""
    await pilot.press("d")
    await until(pilot, lambda: isinstance(pilot.app.screen, DownloadScreen))
    await until(pilot, lambda: isinstance(pilot.app.focused, Input))  # keys before that go nowhere
    screen = pilot.app.screen
    screen.query_one(Input).value = directory
    if directory.strip():
        await until(pilot, lambda: isinstance(screen, DownloadScreen) and bool(screen.directory))
    await pilot.press(*(("tab", "space") if extract else ()), "enter")
