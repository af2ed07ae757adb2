"""One run of a command or of the app: the one place where parts are imported when they are asked for.

A part is a module with ordinary imports. Here it is imported by the property that makes it, whose
type is what it returns: written out, it would have to be imported first.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from types import TracebackType
from typing import Self

from core.download.download_request import DownloadRequest
from core.errors import StateError
from core.pace.throttle import Throttle
from core.ports.mfa_prompt import MfaPrompt
from core.ports.object_store import ObjectStore
from core.settings import Settings
from core.threads import Deadline, begin_thread
from core.upload.upload_request import UploadRequest
from tui.composition.options import Options, Pauses
from tui.output import note

_log = logging.getLogger(__name__)
_LATE_SECONDS = 86_400.0


class Session:
    """Its use cases, by what they are about; closes what was made for them, the last first."""

    def __init__(
        self,
        options: Options,
        environ: Mapping[str, str] | None = None,
        throttle: Throttle | None = None,
        pauses: Pauses | None = None,
        prompt: MfaPrompt | None = None,
        command: str = "",
    ) -> None:
        """`command` is what is said of it where it failed."""
        from tui.composition.adapters import Adapters

        self._options = options
        self._command = command
        self._known: BaseException | None = None
        self._closing = ExitStack()
        self._adapters = Adapters(options, environ, throttle, pauses or Pauses(), prompt)
        self._closing.callback(self._adapters.close)
        self._closing.callback(self._adapters.prompt.close)
        self.clock = self._adapters.clock
        self.quitting = self._adapters.quitting
        self.store_waits = self._adapters.store_waits

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # That nobody reads any more what is printed, as `head` does, is no error of the command.
        told = error if isinstance(error, Exception) else None
        if told and not isinstance(told, BrokenPipeError) and self._adapters.logging:
            _log.warning("the command ended with an error", exc_info=error)
            self._record(told)
        self._closing.close()
        if found_out := self._adapters.store_remark():
            note(found_out)
        remark = self._adapters.unsaved.remark()
        if remark and not isinstance(error, StateError):  # which says the same, and what to do
            note(remark)

    @property
    def settings(self) -> Settings:
        """Validated; raises SettingsError."""
        return self._adapters.settings

    @property
    def places(self):
        """Where local files are."""
        return self._adapters.places

    @property
    def batch_tags(self) -> str:
        """Those of the batch job that this is, for what it stores; empty outside of one."""
        from core.upload.batch_job import batch_tags

        return batch_tags(self._adapters.environ)

    @property
    def limit(self) -> int:
        """Bytes per second of all transfers of this process together; 0 for none."""
        return self._adapters.throttle.limit

    @property
    def store(self) -> ObjectStore:
        """The store of the chosen profile."""
        return self._adapters.store

    @cached_property
    def bus(self):
        """What happens, for who wants to hear it."""
        from core.event_bus import EventBus

        bus = EventBus()
        bus.subscribe(self.activity.overhear)
        return bus

    @cached_property
    def activity(self):
        """Write down what is done and what fails."""
        from tui.composition.recording import make_recorder

        recorder = make_recorder(self._adapters)
        self._closing.callback(recorder.close, self.quitting)
        return recorder

    @property
    def activity_log(self):
        """What was written down, by every process on this state."""
        return self._adapters.activity_log

    @cached_property
    def trees(self):
        """Use cases on trees of this machine."""
        from tui.composition.trees import Trees

        return Trees(self._adapters)

    @cached_property
    def foreseeing(self):
        """Tell what an upload would do."""
        from tui.composition.foreseeing import Foreseeing

        return Foreseeing(self._adapters, self.trees)

    @cached_property
    def jobs(self):
        """Use cases on jobs and their runs."""
        from tui.composition.jobs import Jobs

        return Jobs(self._adapters)

    @cached_property
    def register_job(self):
        """Make a new job."""
        from tui.composition.registering import make_register_job

        return make_register_job(self._adapters)

    @cached_property
    def artifacts(self):
        """Use cases on what is stored of a job."""
        from tui.composition.artifacts import Artifacts

        return Artifacts(self._adapters, self.jobs)

    @cached_property
    def previews(self):
        """Look into archives and files."""
        from tui.composition.previewing import make_previews

        return make_previews(self._adapters, self.artifacts)

    @cached_property
    def curves(self):
        """Read what runs say over time, and compare them."""
        from tui.composition.comparing import make_curves

        return make_curves(self._adapters, self.previews, self.jobs.list_artifacts)

    @cached_property
    def run_previews(self):
        """Preview watched runs, and how full their disks are."""
        from tui.composition.run_previewing import make_run_previews

        return make_run_previews(self._adapters)

    @cached_property
    def addresses(self):
        """What is stored, as others name it."""
        from tui.composition.addressing import make_addresses

        return make_addresses(self._adapters, self._options.store_option)

    @cached_property
    def archives(self):
        """What has to be restored before it is read."""
        from tui.parts.archives import Archives

        return Archives(self.artifacts.archived)

    @cached_property
    def targets(self):
        """Where downloads can come to."""
        from tui.composition.downloading import make_targets

        return make_targets()

    @cached_property
    def links(self):
        """Make links to what is stored, or to store it."""
        from tui.composition.links import Links

        return Links(self._adapters, self.jobs)

    @cached_property
    def left_out_tags(self):
        """Which tags of a job its objects do not get."""
        from tui.composition.jobs import find_left_out

        return find_left_out(self.settings.profile)

    @cached_property
    def submit_artifact(self):
        """Store a configuration, an input or logs, on the calling thread."""
        from tui.composition.submitting import make_submit_artifact

        return make_submit_artifact(self._adapters, self.jobs)

    @cached_property
    def fetch_artifact(self):
        """Bring one artifact back, on the calling thread."""
        from tui.composition.downloading import make_fetch_artifact

        return make_fetch_artifact(self._adapters, self.jobs)

    @property
    def uploads(self):
        """Store runs. Callable from any thread: the first one makes them, once for all."""
        with self._adapters.making:
            return self._uploads

    @cached_property
    def store_care(self):
        """Keep the store and its catalog in order."""
        from tui.composition.store_care import care_for

        return care_for(self._adapters, self.jobs.refresh_catalog)

    @cached_property
    def care(self):
        """What a user deletes, archives, changes or adopts in the app."""
        from tui.composition.caring import make_care

        return make_care(self.store_care, self.jobs, self.left_out_tags)

    @cached_property
    def cleaning(self):
        """Free the room of runs here that are in the store."""
        from tui.composition.cleaning import make_cleaning

        return make_cleaning(self._adapters, self.jobs, self.trees)

    def _finish_cleanings(self) -> None:
        from tui.cleaning_activity import record_ended

        for ended in self.cleaning.finish():
            record_ended(self.activity, ended)

    @cached_property
    def proofs_of_job(self):
        """What was last proven of the artifacts of a job."""
        from core.stored.proofs_of_job import ProofsOfJob

        return ProofsOfJob(self._adapters.journal, self._adapters.catalog)

    @cached_property
    def proofs(self):
        """What is known of stored content."""
        from tui.composition.proving import make_proofs

        return make_proofs(self._adapters, self._live.watch.views)

    def copying_to(self, options: Options):
        """Copy jobs to another store, which `options` name. Closed with this session."""
        from tui.composition.copying import make_store_copying

        return make_store_copying(self._adapters, self._adapters.of_another(options))

    @cached_property
    def apply_lifecycle(self):
        """Give the bucket of the chosen profile lifecycle rules."""
        from core.care.apply_lifecycle import ApplyLifecycle

        lifecycle = self._adapters.closing(self._adapters.of_store.lifecycle())
        return ApplyLifecycle(lifecycle, self._adapters.settings.profile.prefix)

    @cached_property
    def probe_store(self):
        """What the store of the chosen profile guarantees."""
        from core.care.probe_store import ProbeStore

        return ProbeStore(self._adapters.of_store.probe())

    @property
    def access_policies(self):
        """What rights people need in the store of the chosen profile."""
        return self._adapters.of_store.access_policies()

    @cached_property
    def examine(self):
        """Look at everything that RunFerry needs, one thing at a time."""
        from tui.composition.examining import make_examine

        return make_examine(self._adapters)

    @property
    def settings_file(self):
        """The file that the settings are read of."""
        from tui.composition.configuring import make_settings_file

        return make_settings_file(self._adapters)

    @property
    def set_setting(self):
        """Change one setting in it."""
        from tui.composition.configuring import make_set_setting

        return make_set_setting(self._adapters)

    @cached_property
    def configuration(self):
        """The settings as they are in use and in the file, and what changes them."""
        from tui.composition.configuring import make_configuration

        return make_configuration(self._adapters, self._options)

    @cached_property
    def first_run(self):
        """Begin without a settings file."""
        from tui.composition.beginning import make_first_run

        return make_first_run(self._adapters, self._options)

    def let_go(self) -> None:
        """After the end, where the process goes on: what did not end in time is waited for aside.

        Only then may another session, of this process or of another one, lead the same queue.
        """
        live = vars(self).get("_live")
        if live and live.transfers.running:
            patience = Deadline(_LATE_SECONDS, self.clock)
            begin_thread(lambda: live.transfers.close(patience), "late-end")

    @property
    def transfers(self):
        """The queue, or what another process has of it; `start` makes its threads."""
        return self._live.transfers

    def kept_uploads(self, requests: Sequence[UploadRequest]):
        """`ferry_run` for these requests of a command, which are queued without an answer."""
        from tui.composition.kept_transfers import KeptTransfers
        from tui.composition.recording import RecordedCarry

        ferry = RecordedCarry(self.uploads.ferry_run, self.activity.take, self._note_recorded)
        return KeptTransfers(ferry, self._queued, self._keep, requests)

    def restore_looks(self, looks: int) -> float:
        """Seconds until it is looked again whether something was restored, after so many looks."""
        from core.queue.restore_looks import restore_looks

        return restore_looks(looks) * self._adapters.pauses.share

    def kept_downloads(self, requests: Sequence[DownloadRequest]):
        """`fetch_artifact` for these requests of a command that has just read the store.

        They are queued likewise.
        """
        from tui.composition.kept_transfers import KeptTransfers
        from tui.composition.recording import RecordedCarry

        fetch = RecordedCarry(
            partial(self.fetch_artifact, fresh=True), self.activity.take, self._note_recorded
        )
        return KeptTransfers(fetch, self._queued, self._keep, requests)

    def last_roots(self) -> tuple[str, ...]:
        """The trees that were watched last."""
        return self._adapters.journal.last_roots()

    def app_services(self, roots: Iterable[str], request: UploadRequest | None = None):
        """What the app and the headless watch are given, for the trees at `roots`.

        Runs that are uploaded by themselves go where `request` says; its source counts for nothing.
        """
        from tui.composition.app import AppComposition
        from tui.composition.late_parts import LateParts

        app = AppComposition(
            adapters=self._adapters,
            bus=self.bus,
            live=self._live,
            arrange_downloads=lambda: self.artifacts.arrange_downloads,
            part=LateParts(
                {
                    "ReadActivity": lambda: self._read_activity,
                    "Addresses": lambda: self.addresses,
                    "Archives": lambda: self.archives,
                    "Care": lambda: self.care,
                    "Cleaning": lambda: self.cleaning,
                    "Configuration": lambda: self.configuration,
                    "Curves": lambda: self.curves,
                    "FirstRun": lambda: self.first_run,
                    "Previews": lambda: self.previews,
                    "Proofs": lambda: self.proofs,
                    "RunPreviews": lambda: self.run_previews,
                    "Targets": lambda: self.targets,
                }
            ),
            activity=self.activity,
            uploads=lambda: self.uploads,
            finish_cleanings=self._finish_cleanings,
        )
        return app.services(roots, request)

    @cached_property
    def _uploads(self):
        from tui.composition.uploads import Uploads

        return Uploads(self._adapters, self.jobs, self.bus.publish)

    @cached_property
    def https_urls(self):
        """Where objects are for programs that know no `s3://`."""
        from core.stored.https_urls import HttpsUrls

        return HttpsUrls(self._adapters.store)

    @cached_property
    def _live(self):
        from core.queue.read_store import StoreReaders
        from tui.composition.live import Live

        readers = StoreReaders(
            everything=self._sync,
            job_list=self._read_job_list,
            job=self._read_job,
        )
        live = Live(self._adapters, self.bus, self._carriers, readers, self._record_carried())
        self._closing.callback(live.close)  # before what it works with
        return live

    def _record_carried(self):
        """Takes what becomes of transfers that are carried here; and tells the user's program, if there is one."""
        if self._adapters.read_only or not self.settings.notify.command:
            return self.activity.take
        from tui.composition.notifying import make_notify, to_both

        notify = make_notify(self._adapters, self.activity)
        self.bus.subscribe(notify.overhear)
        self._closing.callback(notify.close, self.quitting)
        return to_both(self.activity.take, notify.take)

    # What these call is made when they are called, on threads of the queue or of the app.

    def _carriers(self):
        from core.queue.carry_transfer import Carriers

        with self._adapters.making:
            uploads, sidecars = self.uploads, self.settings.watch.sidecars
            return Carriers(uploads.ferry_run, self.fetch_artifact, uploads.free_sent, sidecars)

    @cached_property
    def _read_activity(self):
        from tui.parts.activity import ReadActivity

        here = self.places.store_location(self.settings.profile)
        return ReadActivity(self.activity_log.after, here)

    def _sync(self) -> None:
        from tui.composition.recording import record_sync

        record_sync(self.activity, self.store_care.sync())

    def _note_recorded(self, error: BaseException) -> None:
        self._known = error

    def _record(self, error: Exception) -> None:
        """What ended the command, unless that is what became of a transfer."""
        from tui.composition.recording import record_error

        if error is not self._known:
            record_error(self.activity, self._command, error)

    def _read_job_list(self) -> None:
        self._part_readers.job_list()

    def _read_job(self, job_id: int) -> None:
        self._part_readers.job(job_id)

    @cached_property
    def _part_readers(self):
        from tui.composition.part_readers import PartReaders

        return PartReaders(self._adapters)

    def _queued(self) -> bool:
        journal = self._adapters.journal
        return bool(journal.transfers() or journal.commands())

    def _keep(
        self,
        done: Sequence[UploadRequest | DownloadRequest],
        kept: Sequence[UploadRequest | DownloadRequest],
        *,
        interrupted: bool,
    ) -> str:
        from tui.composition.keeping import keep_in_queue

        option = self._options.store_option
        return keep_in_queue(self.transfers, done, kept, option, interrupted=interrupted)
