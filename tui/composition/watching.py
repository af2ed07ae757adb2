"""What it takes to watch trees."""

from core.event_bus import EventBus
from core.events import Event, EventSink, TransferSucceeded
from core.finish.profiles import finish_rules
from core.ports.tree import TreeWatcher
from core.watch.assembly import make_run_watch
from core.watch.auto_upload import AutoUpload
from core.watch.judge_run import WatchPolicy
from core.watch.run_watch import RunWatch
from storage.machine.processes_here import processes_here
from storage.watching.polling_watcher import watcher_of
from tui.composition.adapters import Adapters


def run_watch_of(adapters: Adapters, bus: EventBus, auto_upload: AutoUpload) -> RunWatch:
    """The watch engine, not started yet; it hears on the bus what was stored."""
    settings = adapters.settings.watch

    def watcher(root: str) -> TreeWatcher:
        return watcher_of(root, polling=settings.polling)

    watch = make_run_watch(
        scanner=adapters.whole_runs,
        watcher_of=watcher,
        rules=finish_rules(settings),
        processes=processes_here(),
        auto_upload=auto_upload,
        journal=adapters.journal,
        clock=adapters.clock,
        number=adapters.number_runs,
        publish=bus.publish,
        policy=WatchPolicy(settings.quiet_seconds, settings.stall_seconds, settings.quiet_by_rule),
        kind_of=adapters.kind_of,
    )
    bus.subscribe(_remember_stored(watch))
    return watch


def _remember_stored(watch: RunWatch) -> EventSink:
    def sink(event: Event) -> None:
        if isinstance(event, TransferSucceeded) and event.fingerprint:
            watch.mark_uploaded(event.transfer.source, event.fingerprint)

    return sink
