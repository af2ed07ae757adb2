"""What happened as a letter: ready for `sendmail`, and the same as variables for a script."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from core.events import Event, RunStateChanged, TransferFailed
from core.finish.run_state import RunState
from core.notify.notify import Letter, kind_of
from core.printable import printable
from core.redaction import redact
from core.run_view import RunView
from core.settings import NotifyEvent
from core.transfer_view import TransferView
from core.version import VERSION
from tui.wording.activity import run_name
from tui.wording.formatting import date_time, plural, size
from tui.wording.transfers import transfer_name

_DOES = {
    RunState.DONE: "is done",
    RunState.FAILED: "has failed",
    RunState.STOPPED: "stopped before it was done",
    RunState.STALLED: "has written nothing for long, and is not done",
}
_MANY = {
    NotifyEvent.DONE: "done",
    NotifyEvent.FAILED: "failed",
    NotifyEvent.STALLED: "stalled",
    NotifyEvent.UPLOAD_FAILED: "not uploaded",
}


def letter_of(
    events: Sequence[Event], left_out: int, host: str, store: str, now: datetime
) -> Letter:
    """Of what somebody wants to be told; `store` is where uploads go. Redacted."""
    told = [told_of for event in events if (told_of := _told(event, store))]
    kinds = Counter(kind for kind in map(kind_of, events) if kind)
    subject = redact(f"RunFerry on {printable(host)}: {_subject(told, kinds, left_out)}")
    lines = [line for title, facts, _ in told for line in (title, *facts, "")]
    if left_out:
        lines += [f"{left_out} more things happened at once.", ""]
    lines += [f"RunFerry {VERSION} on {printable(host)}, {date_time(now)}"]
    text = "\n".join(redact(line) for line in lines)
    return Letter(
        f"Subject: {subject}\n\n{text}\n",
        {
            "RUNFERRY_EVENT": next(iter(kinds)).value if len(kinds) == 1 else "several",
            "RUNFERRY_COUNT": str(len(events) + left_out),
            "RUNFERRY_SUBJECT": subject,
            "RUNFERRY_PATH": redact(told[0][2]) if len(told) == 1 else "",
            "RUNFERRY_HOST": host,
        },
    )


_Told = tuple[str, Sequence[str], str]
"""What happened, what there is to say of it, and where it is."""


def _subject(told: Sequence[_Told], kinds: Counter[NotifyEvent], left_out: int) -> str:
    if len(told) == 1 and not left_out:
        return told[0][0]
    counts = ", ".join(f"{count} {_MANY[kind]}" for kind, count in kinds.items())
    return f"{counts}, {left_out} more" if left_out else counts


def _told(event: Event, store: str) -> _Told | None:
    if isinstance(event, RunStateChanged):
        return _of_run(event.run)
    return _of_upload(event.transfer, store) if isinstance(event, TransferFailed) else None


def _of_run(run: RunView) -> _Told:
    facts = [f"  Where: {printable(run.path)}"]
    if run.files is not None and run.bytes is not None:
        facts.append(f"  Size:  {size(run.bytes)} in {plural(run.files, 'file')}")
    facts.append(f"  Why:   {printable(run.reason)}")
    return f"{run_name(run)} {_DOES[run.state]}", facts, run.path


def _of_upload(transfer: TransferView, store: str) -> _Told:
    failure = transfer.failure
    facts = [f"  Where: {printable(transfer.path)}", f"  To:    {printable(store)}"]
    if transfer.total:
        facts.append(f"  Size:  {size(transfer.total)}")
    if failure:
        labelled = (("Cause", failure.what), ("Kept ", failure.kept), ("Do   ", failure.todo))
        facts += [f"  {label}: {printable(text)}" for label, text in labelled if text]
    return f"{printable(transfer_name(transfer))} was not uploaded", facts, transfer.path
