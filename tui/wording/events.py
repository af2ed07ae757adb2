"""Events in words and as plain values: the lines of the headless commands and of the log."""

from collections.abc import Sequence

from core.events import (
    AutoUploadAnnounced,
    AutoUploadHeld,
    AutoUploadRefused,
    BindingEvent,
    BoundHow,
    Event,
    ResultsRootBound,
    RootCameBack,
    RootEvent,
    RootWentOffline,
    RunDetected,
    RunEvent,
    RunVanished,
    StoreEvent,
    StoreUnreachable,
    TransferEvent,
    TransferFailed,
    TransferQueued,
    TransferStarted,
    TransferSucceeded,
    UploadAwaited,
)
from core.finish.run_state import RunState
from core.printable import printable
from core.transfer_view import Direction, TransferView
from tui.wording.measures import as_plain
from tui.wording.restores import state_word
from tui.wording.titles import id_beside


def describe(event: Event, roots: Sequence[str] = ()) -> str:
    """One line about `event`, not yet redacted.

    Runs are named by their paths below one of `roots`, or by their directories alone.
    """
    if isinstance(event, RunEvent):
        return f"{_name(event.run.path, roots):<8} {run_words(event)}"
    if isinstance(event, TransferEvent):
        return f"{_name(event.transfer.source, roots):<8} {transfer_words(event)}"
    if isinstance(event, BindingEvent):
        return describe_binding(event)
    return store_words(event) if isinstance(event, StoreEvent) else root_words(event)


def as_record(event: Event) -> dict[str, object]:
    """The event as one flat JSON object; `event` names its kind."""
    record: dict[str, object] = {"event": _snake(type(event).__name__)}
    if isinstance(event, RunEvent):
        run = event.run
        reason = event.reason if isinstance(event, AutoUploadRefused) else run.reason
        record |= {
            "path": run.path,
            "run_id": run.number,
            "state": run.state.value,
            "reason": reason,
            "files": run.files,
            "bytes": run.bytes,
            "stored": run.stored,
        }
        record |= as_plain(run.reached)
        counting = isinstance(event, AutoUploadAnnounced)
        return record | ({"uploads_in": round(run.uploads_in or 0.0, 1)} if counting else {})
    if isinstance(event, TransferEvent):
        return record | _transfer_record(event.transfer)
    if isinstance(event, UploadAwaited):
        return record | {"path": event.path, "doing": event.doing}
    if isinstance(event, ResultsRootBound):
        return record | {
            "results_root": event.results_root,
            "job_id": event.job_id,
            "job_name": event.job_name,
            "how": event.how,
        }
    if isinstance(event, StoreEvent):
        return record | ({"reason": event.reason} if isinstance(event, StoreUnreachable) else {})
    reason = "" if isinstance(event, RootCameBack) else event.reason
    return record | {"root": event.root, "reason": reason}


def run_words(event: RunEvent) -> str:
    """What happened to a run, without its name; not yet redacted, like all words here."""
    if isinstance(event, RunVanished):
        return "is gone from the tree"
    if isinstance(event, AutoUploadRefused):
        return f"could not be queued for upload: {event.reason}"
    run = event.run
    if isinstance(event, RunDetected):
        stored = "; stored already" if run.stored else ""
        which = id_beside(run.number, printable(run.name))
        return f"detected{which}, {run.state}: {run.reason}{stored}"
    if isinstance(event, AutoUploadHeld):
        return "is held: it is uploaded when it is released"
    if isinstance(event, AutoUploadAnnounced):
        again = "changed since it was stored; " if run.state is RunState.CHANGED else ""
        return f"{again}uploads in {run.uploads_in or 0.0:.0f} s"
    return f"{run.state}: {run.reason}"


def root_words(event: RootEvent) -> str:
    """Which root it is, and what happened to it."""
    if isinstance(event, RootCameBack):
        return f"{printable(event.root)} can be read again"
    if isinstance(event, RootWentOffline):
        return f"{printable(event.root)} is offline: {event.reason}"
    return f"{printable(event.root)}: {event.reason}"


def store_words(event: StoreEvent) -> str:
    """Whether the store answers."""
    if isinstance(event, StoreUnreachable):
        return (
            f"the store does not answer: {event.reason} Transfers go on by themselves when it does"
        )
    return "the store answers again"


def transfer_words(event: TransferEvent) -> str:
    """What became of a transfer, without its name."""
    transfer = event.transfer
    if isinstance(event, TransferStarted):
        return f"{transfer.direction} started"
    if isinstance(event, TransferSucceeded):
        return _success(transfer)
    if isinstance(event, TransferFailed) and (failure := transfer.failure):
        undone = "not downloaded:" if _comes_back(transfer) else "not stored:"
        return " ".join(p for p in (undone, failure.what, failure.kept, failure.todo) if p)
    words = f"{transfer.direction} {state_word(transfer)}"
    if isinstance(event, TransferQueued) and (failure := transfer.failure):
        return f"{words}: {failure.what} {failure.todo}"
    return words


def _success(transfer: TransferView) -> str:
    if _comes_back(transfer):
        return f"{transfer.outcome} (job {transfer.job_id}): {printable(transfer.target)}"
    return f"{transfer.outcome} (job {transfer.job_id}, run {transfer.run_id})"


def _comes_back(transfer: TransferView) -> bool:
    return transfer.direction is Direction.DOWNLOAD


def _transfer_record(transfer: TransferView) -> dict[str, object]:
    key = {"key": transfer.source} if _comes_back(transfer) else {}
    return {
        "direction": transfer.direction.value,
        "path": transfer.path,
        **key,
        "job_id": transfer.job_id,
        "run_id": transfer.run_id,
        "state": state_word(transfer),
        "outcome": transfer.outcome,
        "sent_bytes": transfer.sent,
        "error": transfer.failure.what if transfer.failure else "",
    }


def _name(path: str, roots: Sequence[str]) -> str:
    below = (path.removeprefix(f"{root.rstrip('/')}/") for root in roots if path != root)
    return printable(next((name for name in below if name != path), path.rpartition("/")[2]))


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


_SHOWN = 5


def describe_binding(event: BindingEvent) -> str:
    """As in `OUT is stored as new job 3 "flu": RUN1 -> run 1`, not yet redacted."""
    if isinstance(event, UploadAwaited):
        name = event.path.rpartition("/")[2] or event.path
        return f"{printable(name)} waits for another upload, which is {event.doing}"
    root = event.results_root.rpartition("/")[2] or event.results_root
    job = f'job {event.job_id} "{printable(event.job_name)}"'
    where = f"as new {job}" if event.how is BoundHow.NEW_JOB else f"in {job} ({event.how})"
    return f"{printable(root)} is stored {where}{_runs(event.results_root, event.runs)}"


def _runs(root: str, runs: tuple[tuple[str, int], ...]) -> str:
    below = f"{root.rstrip('/')}/"
    shown = [
        f"{printable(path.removeprefix(below))} -> run {run_id}" for path, run_id in runs[:_SHOWN]
    ]
    if len(runs) > _SHOWN:
        shown.append(f"and {len(runs) - _SHOWN} more")
    return f": {', '.join(shown)}" if shown else ""
