"""What the app and the headless watch are given."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol

from core.activity.recorder import ActivityRecorder
from core.binding.job_choice import JobChoice
from core.binding.stored_runs import StoredRuns
from core.download.arrange_downloads import ArrangeDownloads
from core.errors import RunFerryError, StateError
from core.event_bus import EventBus
from core.jobs.list_jobs import ListArtifacts, ListJobs, ListRuns
from core.model import Job
from core.progress import Progress
from core.threads import begin_thread
from core.upload.upload_plan import UploadPlan
from core.upload.upload_request import UploadRequest
from tui.composition.adapters import Adapters
from tui.composition.live import Live
from tui.services import AppServices, Parts

_log = logging.getLogger(__name__)


class Bindings(Protocol):
    """What the app asks of the uploads: where one would go, and that it goes there."""

    @property
    def plan_upload(self) -> Callable[[str], UploadPlan]:
        """For a RUN directory or a results root."""
        ...

    @property
    def look_for_job(self) -> Callable[[str, Progress], tuple[int, str] | None]:
        """The job that holds the content of a RUN directory of the results root, and which one."""
        ...

    def bind(self, results_root: str, choice: JobChoice, progress: Progress) -> Job:
        """Asks the store until the progress is cancelled."""
        ...


class AppComposition:
    """Makes the services; use cases behind them are made when they are called."""

    def __init__(
        self,
        *,
        adapters: Adapters,
        bus: EventBus,
        live: Live,
        arrange_downloads: Callable[[], ArrangeDownloads],
        part: Parts,
        activity: ActivityRecorder,
        uploads: Callable[[], Bindings],
        finish_cleanings: Callable[[], object],
    ) -> None:
        """What makes its part when it is called is called when that is wanted, on any thread."""
        self._adapters = adapters
        self._bus = bus
        self._arrange_downloads = arrange_downloads
        self._part = part
        self._activity = activity
        self._uploads = uploads
        self._live = live
        self._finish_cleanings = finish_cleanings

    def services(self, roots: Iterable[str], request: UploadRequest | None) -> AppServices:
        """For the trees at `roots`; runs that are uploaded by themselves go where `request` says."""
        live, settings, catalog = self._live, self._adapters.settings, self._adapters.catalog
        self._adapters.own_names(*map(self._adapters.scanner.resolve, named := [*roots]))
        live.watch.open(named)
        if request:
            live.auto_upload.template = request
        return AppServices(
            bus=self._bus,
            clock=self._adapters.clock,
            watch=live.watch,
            auto_upload=live.auto_upload,
            transfers=live.transfers,
            store_watch=live.store_watch,
            store_state=live.store_state,
            read_store=live.read_store,
            list_jobs=ListJobs(catalog),
            list_runs=ListRuns(catalog),
            list_artifacts=ListArtifacts(catalog),
            stored_runs=StoredRuns(self._adapters.journal, catalog, self._adapters.places_of_runs),
            arrange_downloads=self._arrange_downloads,
            part=self._part,
            activity=self._activity,
            plan_upload=self._plan_upload,
            look_for_job=self._look_for_job,
            bind=self._bind,
            hold=self._hold,
            set_auto_upload=self._set_auto_upload,
            store_location=self._adapters.store.location,
            profile=settings.profile.name,
            keys=settings.keys,
            uploads_failed=settings.watch.upload_failed,
            start=self._start,
            stop=live.close,
            read_only=self._adapters.read_only,
        )

    def _plan_upload(self, path: str) -> UploadPlan:
        return self._uploads().plan_upload(path)

    def _look_for_job(self, results_root: str, progress: Progress) -> tuple[int, str] | None:
        return self._uploads().look_for_job(results_root, progress)

    def _bind(self, results_root: str, choice: JobChoice, progress: Progress) -> Job:
        uploads = self._uploads()
        return self._live.store_watch.noted(lambda: uploads.bind(results_root, choice, progress))

    def _hold(self, path: str, held: bool) -> None:
        transfers = self._live.transfers
        (transfers.hold if held else transfers.release)(path)

    def _set_auto_upload(self, root: str, on: bool, changed: bool | None) -> None:
        self._live.transfers.auto_upload(root, on=on, changed=changed)

    def _start(self) -> None:
        live = self._live
        if not self._adapters.read_only:
            self._remember_roots([root.path for root in live.watch.roots()])
        live.catalog_news.start()
        live.transfers.start()
        live.watch.start()
        if not self._adapters.read_only:
            self._end_cleanings()

    def _remember_roots(self, roots: Sequence[str]) -> None:
        try:
            self._adapters.journal.remember_roots(roots)
        except StateError:
            _log.warning("the roots are not known at the next start", exc_info=True)

    def _end_cleanings(self) -> None:
        with suppress(StateError):
            if self._adapters.journal.cleanings():
                begin_thread(self._go_on, "clean-up")

    def _go_on(self) -> None:
        """With runs that were on their way out when a process was killed."""
        try:
            self._finish_cleanings()
        except RunFerryError:
            _log.warning("what was being deleted is not gone on with", exc_info=True)
