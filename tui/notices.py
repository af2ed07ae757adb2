"""Which events are worth a toast, with repeats merged: thirty uploads end in one line."""

from collections import Counter
from dataclasses import dataclass
from os.path import basename
from typing import Literal

from core.events import (
    AutoUploadRefused,
    Event,
    RootCameBack,
    RootWentOffline,
    RunStateChanged,
    TransferFailed,
    TransferSucceeded,
    WatchTroubled,
)
from core.run_state import RunState
from tui.formatting import plural, short_path

Severity = Literal["information", "warning", "error"]
TOAST_SECONDS: dict[Severity, float] = {"information": 3.0, "warning": 6.0, "error": 10.0}
"""Errors stay visible elsewhere: as a counter in the tab, as a row of the queue."""


@dataclass(frozen=True)
class Notice:
    """One toast."""

    text: str
    severity: Severity = "information"


class Notices:
    """Collects events between two looks of the app. UI thread only."""

    def __init__(self) -> None:
        self._last: dict[str, Notice] = {}
        self._counts: Counter[str] = Counter()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self._last

    def add(self, event: Event) -> bool:
        """Whether there is something new to say."""
        notice = _notice(event)
        if notice is None:
            return False
        kind = f"{type(event).__name__}{notice.severity}"
        self._last[kind] = notice
        self._counts[kind] += 1
        return True

    def take(self) -> list[Notice]:
        """What to say now, the worst last; forgets it."""
        notices = [self._merged(kind) for kind in self._last]
        self._last.clear()
        self._counts.clear()
        return sorted(notices, key=lambda notice: notice.severity == "error")

    def _merged(self, kind: str) -> Notice:
        notice, count = self._last[kind], self._counts[kind]
        if count == 1:
            return notice
        if kind.startswith(RunStateChanged.__name__):
            what = "are finished" if notice.severity == "information" else "have failed"
            return Notice(f"{plural(count, 'run')} {what}", notice.severity)
        return Notice(f"{notice.text} (and {count - 1} more)", notice.severity)


def _notice(event: Event) -> Notice | None:
    match event:
        case TransferSucceeded(transfer=transfer):
            notice = Notice(f"{basename(transfer.source)} {transfer.outcome or 'uploaded'}")
        case TransferFailed(transfer=transfer):
            why = transfer.failure.what if transfer.failure else "stopped"
            notice = Notice(f"{basename(transfer.source)} was not uploaded: {why}", "error")
        case RunStateChanged(run=run) if run.state is RunState.FINISHED:
            notice = Notice(f"{run.name} is finished")
        case RunStateChanged(run=run) if run.state is RunState.FAILED:
            notice = Notice(f"{run.name} failed: {run.reason}", "warning")
        case RootWentOffline(root=root, reason=reason):
            notice = Notice(f"{short_path(root)} is offline: {reason}", "error")
        case RootCameBack(root=root):
            notice = Notice(f"{short_path(root)} is back")
        case AutoUploadRefused(run=run, reason=reason):
            notice = Notice(f"{run.name} could not be queued for upload: {reason}", "error")
        case WatchTroubled(reason=reason):
            notice = Notice(f"{reason} Rescans go on.", "warning")
        case _:
            notice = None
    return notice
