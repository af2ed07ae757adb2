"""What the app and the headless watch are given."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from core.binding.bind_job import ExistingJob
from core.binding.stored_runs import StoredRuns
from core.errors import StateError
from core.event_bus import EventBus
from core.upload.upload_request import UploadRequest
from tui.composition.adapters import Adapters
from tui.composition.artifacts import Artifacts
from tui.composition.jobs import Jobs
from tui.composition.live import Live
from tui.services import AppServices

if TYPE_CHECKING:
    from core.binding.bind_job import JobChoice
    from core.model import ArtifactKind, Job
    from core.progress import Progress
    from core.stored.links import Link
    from core.upload.plan_upload import UploadPlan
    from tui.composition.uploads import Uploads

_log = logging.getLogger(__name__)


class AppComposition:
    """Makes the services; use cases behind them are made when they are called."""

    def __init__(
        self,
        *,
        adapters: Adapters,
        bus: EventBus,
        jobs: Jobs,
        artifacts: Artifacts,
        uploads: "Callable[[], Uploads]",
        live: Live,
        sync: Callable[[], object],
    ) -> None:
        """`sync` makes catalog and journal equal to the store."""
        self._adapters = adapters
        self._bus = bus
        self._jobs = jobs
        self._artifacts = artifacts
        self._uploads = uploads
        self._live = live
        self._read_store = sync

    def services(self, roots: Iterable[str], request: UploadRequest | None) -> AppServices:
        """For the trees at `roots`; runs that are uploaded by themselves go where `request` says."""
        live, settings = self._live, self._adapters.settings
        live.watch.open(roots)
        if request:
            live.auto_upload.template = request
        return AppServices(
            bus=self._bus,
            clock=self._adapters.clock,
            watch=live.watch,
            auto_upload=live.auto_upload,
            transfers=live.transfers,
            store_watch=live.store_watch,
            store_waits=self._adapters.store_waits,
            list_jobs=self._jobs.list_jobs,
            list_runs=self._jobs.list_runs,
            list_artifacts=self._artifacts.list_artifacts,
            stored_runs=StoredRuns(self._adapters.journal, self._adapters.catalog),
            arrange_downloads=self._artifacts.arrange_downloads,
            links=self._links,
            sync=self._sync,
            plan_upload=self._plan_upload,
            bind=self._bind,
            hold=self._hold,
            set_auto_upload=lambda root, on: live.transfers.auto_upload(root, on=on),
            store_location=self._adapters.store.location,
            profile=settings.profile.name,
            uploads_failed=settings.watch.upload_failed,
            start=self._start,
            stop=live.close,
        )

    def _links(self, job_id: int, run_id: int | None, kind: "ArtifactKind") -> "Sequence[Link]":
        return self._artifacts.link_artifacts.known(job_id, run_id, kind)

    def _sync(self) -> None:
        self._live.store_watch.noted(self._read_store)

    def _plan_upload(self, path: str) -> "UploadPlan":
        return self._uploads().plan_upload(path)

    def _bind(self, results_root: str, choice: "JobChoice", progress: "Progress") -> "Job":
        bind_job = self._uploads().bind_job

        def bind() -> "Job":
            if isinstance(choice, ExistingJob):
                return bind_job(results_root, job_id=choice.id, progress=progress)
            return bind_job(results_root, name=choice.name or None, progress=progress)

        return self._live.store_watch.noted(bind)

    def _hold(self, path: str, held: bool) -> None:
        transfers = self._live.transfers
        (transfers.hold if held else transfers.release)(path)

    def _start(self) -> None:
        live = self._live
        try:
            self._adapters.journal.remember_roots([root.path for root in live.watch.roots()])
        except StateError:
            _log.warning("the roots are not known at the next start", exc_info=True)
        live.transfers.start()
        live.watch.start()
