"""What happened, in the two columns of Activity: what it is about, and what became of that."""

from core.events import (
    BindingEvent,
    Event,
    RunDetected,
    RunEvent,
    RunStateChanged,
    StoreEvent,
    TransferEvent,
    TransferSucceeded,
)
from core.ports.journal.activity import ActivityEntry
from core.printable import printable
from core.run_view import RunView
from core.stored.refresh_catalog import Refreshed
from tui.wording.events import describe_binding, root_words, run_words, store_words, transfer_words
from tui.wording.formatting import plural, short_path, size
from tui.wording.transfers import telling_folder, transfer_name


def event_words(event: Event) -> tuple[str, str]:
    """Not yet redacted. Runs that were there before are told of together, by their root."""
    if isinstance(event, RunEvent):
        return _run(event)
    if isinstance(event, TransferEvent):
        return printable(transfer_name(event.transfer)), _transfer(event)
    if isinstance(event, BindingEvent):
        return "upload", describe_binding(event)
    if isinstance(event, StoreEvent):
        return "store", store_words(event)
    return printable(short_path(event.root)), root_words(event)


def _transfer(event: TransferEvent) -> str:
    """Which job it was of, the name tells."""
    view = event.transfer
    if not isinstance(event, TransferSucceeded):
        return transfer_words(event)
    much = f", {size(view.total)}" if view.total else ""
    where = f" to {printable(short_path(view.target))}" if view.target else ""
    return f"{view.outcome}{where}{much}"


def run_name(run: RunView) -> str:
    """As in "simpleflu · RUN4"."""
    folder = telling_folder(f"{run.results_root}/")
    return printable(f"{folder} · {run.name}" if folder else run.name)


def _run(event: RunEvent) -> tuple[str, str]:
    run = event.run
    told = run_words(event)
    if isinstance(event, RunDetected) or (isinstance(event, RunStateChanged) and run.old):
        return printable(short_path(run.root)), f"{printable(run.name)} {told}"
    return run_name(run), told


def again(entry: ActivityEntry) -> str:
    """As in " (3 times)"; empty for what happened once."""
    return f" ({entry.count} times)" if entry.count > 1 else ""


def synced_words(counts: Refreshed) -> str:
    """As in "read: 41 jobs, 212 runs, 1840 artifacts"."""
    parts = (
        plural(counts.jobs, "job"),
        plural(counts.runs, "run"),
        plural(counts.artifacts, "artifact"),
    )
    return f"read: {', '.join(parts)}"
