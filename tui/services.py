"""What commands and screens are given: use cases and models, never adapters."""

from collections.abc import Callable
from dataclasses import dataclass

from core.event_bus import EventBus
from core.ports.clock import Clock
from core.run_watch import RunWatch
from core.transfer_queue import TransferQueue
from core.use_cases.list_jobs import ListArtifacts, ListJobs, ListRuns
from core.use_cases.stored_runs import StoredRuns


@dataclass(frozen=True)
class AppServices:
    """For the app and the headless watch.

    `sync` reads the store and may take long: never call it on the UI thread. `start` begins to
    watch and to ferry; it is called once, after the first frame.
    """

    bus: EventBus
    clock: Clock
    watch: RunWatch
    transfers: TransferQueue
    list_jobs: ListJobs
    list_runs: ListRuns
    list_artifacts: ListArtifacts
    stored_runs: StoredRuns
    sync: Callable[[], None]
    store_location: str
    profile: str
    start: Callable[[], None] = lambda: None
