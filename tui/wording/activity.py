"""What happened, in the two columns of Activity: what it is about, and what became of that."""

from collections.abc import Sequence
from datetime import datetime
from os.path import expanduser

from core.activity.meanings import meaning_of
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
from core.version import VERSION
from tui.wording.events import describe_binding, root_words, run_words, store_words, transfer_words
from tui.wording.formatting import date_time, number, plural, short_path, size
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


def story(entry: ActivityEntry) -> Sequence[tuple[str, str]]:
    """What there is to say of it, each with its label; what says nothing is left out."""
    told = (
        ("What", entry.text),
        ("Means", meaning_of(entry.cause)),
        ("Kept", entry.kept),
        ("Do", entry.todo),
        ("Where", printable(short_path(entry.path))),
    )
    return [(label, text) for label, text in told if text]


def when(entry: ActivityEntry, now: datetime | None = None) -> str:
    """As in "14:07:12", or "3 times, 14:02:10 to 14:07:12", in local time; without `now` with the date."""
    first, last = _second(entry.first_at, now), _second(entry.last_at, now)
    if entry.count == 1:
        return last
    return f"{number(entry.count)} times, {last if first == last else f'{first} to {last}'}"


def entry_text(entry: ActivityEntry) -> str:
    """All of it, for the clipboard."""
    lines = (f"{label}: {text}" for label, text in story(entry))
    return "\n".join((f"{entry.subject} ({entry.kind}, {entry.level}), {when(entry)}", *lines))


def report(entry: ActivityEntry, others: Sequence[ActivityEntry], now: datetime) -> Sequence[str]:
    """A page for whoever is to help: the entry, and what else happened to the same, newest first."""
    home = expanduser("~")
    lines = [
        f"RunFerry {VERSION}, {date_time(now)}. Names of directories, buckets and hosts are in it,",
        "credentials are not.",
        "",
        *entry_text(entry).splitlines(),
        f"Cause: {entry.cause or 'none'}",
        f"Store: {entry.store}",
        f"Job {entry.job_id or '-'}, run {entry.run_id or '-'}",
    ]
    if others:
        lines += ["", "What else happened to it, newest first:"]
        lines += [f"{when(other)}  {other.level}  {other.text}" for other in others]
    return [line.replace(home, "~") if len(home) > 1 else line for line in lines]


def _second(moment: datetime, now: datetime | None) -> str:
    local = moment.astimezone()
    today = now is not None and local.date() == now.astimezone().date()
    return local.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S")
