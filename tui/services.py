"""What commands and screens are given: use cases and models, never adapters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from core.activity.recorder import ActivityRecorder
from core.binding.job_choice import JobChoice
from core.binding.stored_runs import StoredRuns
from core.download.arrange_downloads import ArrangeDownloads
from core.event_bus import EventBus
from core.jobs.list_jobs import ListArtifacts, ListJobs, ListRuns
from core.model import Job
from core.ports.clock import Clock
from core.progress import Progress
from core.queue.read_store import ReadStore
from core.queue.store_state import StoreState
from core.queue.store_watch import StoreWatch
from core.queue.transfers import Transfers
from core.upload.upload_plan import UploadPlan
from core.watch.auto_upload import AutoUpload
from core.watch.run_watch import RunWatch

T = TypeVar("T")


class Parts(Protocol):
    """What only some screens need, by its type, which is in `tui.parts`; see there what it does.

    Callable from any thread; the first call may take some time. Who does not need a part does not
    import it: nothing of it counts before the first frame.
    """

    def __call__(self, kind: type[T], /) -> T:
        """The part of this type."""
        ...


@dataclass(frozen=True)
class AppServices:
    """For the app and the headless watch.

    What `arrange_downloads` makes asks the store, `read_store` reads it and may take
    long; `plan_upload` (for a RUN directory or a results root), `look_for_job` (a
    results root: which job holds the content of which of its runs) and `bind` (the same root), which ask
    the store until their progress is cancelled, `hold` (a RUN directory) and
    `set_auto_upload` (a watched root, whether on, whether for changed runs too) block as well: never call them on the UI thread.
    `keys` are the user's own, by the names of `core.actions`. `uploads_failed` says whether auto-upload takes failed runs along. `start` begins to watch and to
    ferry; it is called once, after the first frame. `stop` ends that, and returns within two seconds.
    What is `read_only` refuses to change anything, whoever asks.
    """

    bus: EventBus
    clock: Clock
    watch: RunWatch
    auto_upload: AutoUpload
    transfers: Transfers
    store_watch: StoreWatch
    store_state: Callable[[], StoreState]
    read_store: ReadStore
    list_jobs: ListJobs
    list_runs: ListRuns
    list_artifacts: ListArtifacts
    stored_runs: StoredRuns
    arrange_downloads: Callable[[], ArrangeDownloads]
    part: Parts
    activity: ActivityRecorder
    plan_upload: Callable[[str], UploadPlan]
    look_for_job: Callable[[str, Progress], tuple[int, str] | None]
    bind: Callable[[str, JobChoice, Progress], Job]
    hold: Callable[[str, bool], None]
    set_auto_upload: Callable[[str, bool, bool | None], None]
    store_location: str
    profile: str
    uploads_failed: bool = False
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    start: Callable[[], None] = lambda: None
    stop: Callable[[], None] = lambda: None
    read_only: bool = False
