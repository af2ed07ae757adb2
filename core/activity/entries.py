"""What to keep of an event: how much it matters, what it is about, and what is the same again."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from core.errors import Failure
from core.events import (
    AutoUploadRefused,
    BindingEvent,
    Event,
    ResultsRootBound,
    RootCameBack,
    RootEvent,
    RunDetected,
    RunEvent,
    RunReasonChanged,
    RunStateChanged,
    StoreEvent,
    StoreReachable,
    TransferCancelled,
    TransferEvent,
    TransferFailed,
    TransferQueued,
    TransferStarted,
    TransferSucceeded,
)
from core.finish.run_state import RunState
from core.ports.journal.activity import ActivityEntry, ActivityKind, Level
from core.transfer_view import Direction, TransferView

Words = Callable[[Event], tuple[str, str]]
"""What an event is about, and what happened: both in a few words, not yet redacted."""

_RUN_LEVELS = {
    RunState.DONE: Level.SUCCESS,
    RunState.FAILED: Level.WARNING,
    RunState.STALLED: Level.WARNING,
    RunState.STOPPED: Level.WARNING,
    RunState.CHANGED: Level.WARNING,
    RunState.OFFLINE: Level.WARNING,
}
_CHANGING = re.compile(r"\brequest [^\s,)]+|\bpart \d+|\bafter \d+ s")
"""What two reports of one and the same trouble differ in."""


@dataclass(frozen=True)
class Happened:
    """What is to be kept, without words and moment. `alike` tells what is the same thing again."""

    kind: ActivityKind
    level: Level
    alike: tuple[object, ...] = ()
    failure: Failure | None = None
    path: str = ""
    job_id: int = 0
    run_id: int = 0
    transfer_id: int = 0
    seen: bool = False


def entry_of(
    happened: Happened, words: tuple[str, str], now: datetime, process: str
) -> ActivityEntry:
    """As it is kept. What others may see as well was seen by this `process`."""
    subject, text = words
    failure = happened.failure or Failure("")
    alike = (happened.kind, happened.level, *(happened.alike or (subject, happened.path, text)))
    return ActivityEntry(
        kind=happened.kind,
        level=happened.level,
        subject=subject,
        text=failure.what or text,
        first_at=now,
        last_at=now,
        likeness=_digest(*alike, failure.cause, _CHANGING.sub("", failure.what)),
        kept=failure.kept,
        todo=failure.todo,
        cause=failure.cause,
        path=happened.path,
        job_id=happened.job_id,
        run_id=happened.run_id,
        transfer_id=happened.transfer_id,
        seen_by=process if happened.seen else "",
    )


def once_more(before: ActivityEntry, again: ActivityEntry) -> ActivityEntry:
    """Both as one; the newest has the last word."""
    return replace(again, first_at=before.first_at, count=before.count + again.count)


def happened(event: Event) -> Happened | None:
    """None for what only says how far a run is: that is seen in the run."""
    if isinstance(event, RunEvent):
        return None if isinstance(event, RunReasonChanged) else _of_run(event)
    if isinstance(event, TransferEvent):
        return _of_transfer(event)
    if isinstance(event, BindingEvent):
        return _of_binding(event)
    if isinstance(event, StoreEvent):
        level = Level.INFO if isinstance(event, StoreReachable) else Level.WARNING
        return Happened(ActivityKind.STORE, level, seen=True)
    return _of_root(event)


def _of_run(event: RunEvent) -> Happened:
    """Thousands of runs that were there before are one thing that happened to their root."""
    run = event.run
    level, alike = Level.INFO, (type(event).__name__, run.path, run.state)
    if isinstance(event, RunDetected):
        alike = ("detected", run.root, "")
    elif isinstance(event, RunStateChanged):
        level = Level.INFO if run.old else _RUN_LEVELS.get(run.state, Level.INFO)
        alike = ("old", run.root, run.state) if run.old else alike
    elif isinstance(event, AutoUploadRefused):
        level, alike = Level.ERROR, (*alike, event.reason)
    many = alike[0] in {"detected", "old"}
    return Happened(ActivityKind.RUN, level, alike, path=run.root if many else run.path, seen=True)


def _of_root(event: RootEvent) -> Happened:
    level = Level.INFO if isinstance(event, RootCameBack) else Level.WARNING
    return Happened(ActivityKind.RUN, level, path=event.root, seen=True)


def _of_binding(event: BindingEvent) -> Happened:
    if isinstance(event, ResultsRootBound):
        return Happened(
            ActivityKind.UPLOAD, Level.INFO, path=event.results_root, job_id=event.job_id
        )
    return Happened(ActivityKind.UPLOAD, Level.INFO, path=event.path)


def _of_transfer(event: TransferEvent) -> Happened:
    view = event.transfer
    failure = view.failure if isinstance(event, (TransferFailed, TransferQueued)) else None
    comes_back = view.direction is Direction.DOWNLOAD
    return Happened(
        ActivityKind.DOWNLOAD if comes_back else ActivityKind.UPLOAD,
        _level(event, failure),
        (type(event).__name__, view.source, view.target, view.outcome),
        failure,
        view.path,
        view.job_id,
        view.run_id,
        view.id,
    )


def _level(event: TransferEvent, failure: Failure | None) -> Level:
    """What goes on by itself is no error."""
    match event:
        case TransferSucceeded():
            return Level.SUCCESS
        case TransferFailed(transfer=TransferView(waits_for_store=False)):
            return Level.ERROR
        case TransferFailed():
            return Level.WARNING
        case TransferQueued() | TransferStarted() | TransferCancelled():
            return Level.WARNING if failure else Level.INFO


def _digest(*parts: object) -> str:
    text = "\n".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return sha256(text).hexdigest()[:32]
