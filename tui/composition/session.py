"""One run of a command or of the app."""

import logging
from contextlib import ExitStack
from functools import cached_property, partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from core.errors import StateError
from core.event_bus import EventBus
from core.pace.throttle import Throttle
from tui.commands.output import note
from tui.composition.adapters import Adapters
from tui.composition.artifacts import Artifacts
from tui.composition.by_kind import open_lifecycle, store_probe
from tui.composition.jobs import Jobs
from tui.composition.options import Options
from tui.composition.pauses import Pauses
from tui.composition.trees import Trees

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.care.apply_lifecycle import ApplyLifecycle
    from core.care.probe_store import ProbeStore
    from core.download.download_request import DownloadRequest
    from core.download.wanted import Downloaded
    from core.ports.object_store import ObjectStore
    from core.queue.agent import Agent
    from core.settings import Settings
    from core.upload.upload_request import UploadRequest
    from core.upload.upload_result import UploadResult
    from storage.settings.places import Places
    from tui.composition.kept_transfers import KeptTransfers
    from tui.composition.live import Live
    from tui.composition.store_care import StoreCare
    from tui.composition.uploads import Uploads
    from tui.services import AppServices

_log = logging.getLogger(__name__)


class Session:
    """Its use cases, by what they are about; closes what was made for them, the last first."""

    def __init__(
        self,
        options: Options,
        environ: "Mapping[str, str] | None" = None,
        throttle: Throttle | None = None,
        pauses: Pauses | None = None,
    ) -> None:
        self._options = options
        self._closing = ExitStack()
        self._adapters = Adapters(options, environ, throttle, pauses or Pauses())
        self._closing.callback(self._adapters.close)
        self.clock = self._adapters.clock
        self.quitting = self._adapters.quitting
        self.store_waits = self._adapters.store_waits
        self.bus = EventBus()
        self.trees = Trees(self._adapters)
        self.jobs = Jobs(self._adapters)
        self.artifacts = Artifacts(self._adapters, self.jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._adapters.logging and isinstance(error, Exception):
            _log.warning("the command ended with an error", exc_info=error)
        self._closing.close()
        remark = self._adapters.unsaved.remark()
        if remark and not isinstance(error, StateError):  # which says the same, and what to do
            note(remark)

    @property
    def settings(self) -> "Settings":
        """Validated; raises SettingsError."""
        return self._adapters.settings

    @property
    def places(self) -> "Places":
        """Where local files are."""
        return self._adapters.places

    @property
    def limit(self) -> int:
        """Bytes per second of all transfers of this process together; 0 for none."""
        return self._adapters.throttle.limit

    @property
    def store(self) -> "ObjectStore":
        """The store of the chosen profile."""
        return self._adapters.store

    @property
    def uploads(self) -> "Uploads":
        """Store runs. Callable from any thread: the first one makes them, once for all."""
        with self._adapters.making:
            return self._uploads

    @cached_property
    def store_care(self) -> "StoreCare":
        """Keep the store and its catalog in order."""
        from storage.packing.zip_hasher import ZipArchiveHasher
        from tui.composition.store_care import make_store_care

        return make_store_care(
            store=self._adapters.store,
            catalog=self._adapters.catalog,
            journal=self._adapters.journal,
            clock=self.clock,
            writer=self._adapters.writer,
            hasher=ZipArchiveHasher(),
            refresh_catalog=self.jobs.refresh_catalog,
        )

    @cached_property
    def apply_lifecycle(self) -> "ApplyLifecycle":
        """Give the bucket of the chosen profile lifecycle rules."""
        from core.care.apply_lifecycle import ApplyLifecycle

        lifecycle = open_lifecycle(self.settings.profile, self.places)
        return ApplyLifecycle(self._adapters.closing(lifecycle))

    @cached_property
    def probe_store(self) -> "ProbeStore":
        """What the store of the chosen profile guarantees."""
        from core.care.probe_store import ProbeStore

        return ProbeStore(store_probe(self.settings.profile, self.places))

    @property
    def transfers(self) -> "Agent":
        """The queue, or what another process has of it; `start` makes its threads."""
        return self._live.transfers

    def kept_uploads(
        self, requests: "Sequence[UploadRequest]"
    ) -> "KeptTransfers[UploadRequest, UploadResult]":
        """`ferry_run` for these requests of a command, which are queued without an answer."""
        from tui.composition.kept_transfers import KeptTransfers

        ferry, option = self.uploads.ferry_run, self._options.store_option
        return KeptTransfers(ferry, self._queued, lambda: self.transfers, requests, option)

    def kept_downloads(
        self, requests: "Sequence[DownloadRequest]"
    ) -> "KeptTransfers[DownloadRequest, Downloaded]":
        """`fetch_artifact` for these requests of a command that has just read the store.

        They are queued likewise.
        """
        from tui.composition.kept_transfers import KeptTransfers

        fetch = partial(self.artifacts.fetch_artifact, fresh=True)
        option = self._options.store_option
        return KeptTransfers(fetch, self._queued, lambda: self.transfers, requests, option)

    def last_roots(self) -> tuple[str, ...]:
        """The trees that were watched last."""
        return self._adapters.journal.last_roots()

    def app_services(
        self, roots: "Iterable[str]", request: "UploadRequest | None" = None
    ) -> "AppServices":
        """What the app and the headless watch are given, for the trees at `roots`.

        Runs that are uploaded by themselves go where `request` says; its source counts for nothing.
        """
        from tui.composition.app import AppComposition

        app = AppComposition(
            adapters=self._adapters,
            bus=self.bus,
            jobs=self.jobs,
            artifacts=self.artifacts,
            uploads=lambda: self.uploads,
            live=self._live,
            sync=self._sync,
        )
        return app.services(roots, request)

    @cached_property
    def _uploads(self) -> "Uploads":
        from tui.composition.uploads import Uploads

        return Uploads(self._adapters, self.jobs, self.bus.publish)

    @cached_property
    def _live(self) -> "Live":
        from tui.composition.live import Live

        live = Live(self._adapters, self.bus, lambda: self.uploads, self.artifacts, self._sync)
        self._closing.callback(live.close)  # before what it works with
        return live

    def _sync(self) -> None:
        self.store_care.sync()

    def _queued(self) -> bool:
        journal = self._adapters.journal
        return bool(journal.transfers() or journal.commands())
