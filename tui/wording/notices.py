"""Which events are worth a toast, with repeats merged: thirty uploads end in one line. Errors are not: Activity keeps them."""

from collections import Counter
from dataclasses import dataclass
from math import ceil
from os.path import basename
from typing import Literal

from core.events import (
    AutoUploadAnnounced,
    BoundHow,
    Event,
    ResultsRootBound,
    RootCameBack,
    RootWentOffline,
    RunEvent,
    RunStateChanged,
    StoreReachable,
    StoreUnreachable,
    TransferFailed,
    TransferSucceeded,
    UploadAwaited,
    WatchTroubled,
)
from core.finish.run_state import RunState
from core.run_view import RunView
from core.transfer_view import Direction, TransferView
from tui.wording.action_keys import keyed
from tui.wording.events import describe_binding
from tui.wording.formatting import plural, short_path
from tui.wording.transfers import uploaded_name

Severity = Literal["information", "warning", "error"]
TOAST_SECONDS: dict[Severity, float] = {"information": 3.0, "warning": 6.0, "error": 6.0}
"""An error of somebody's own key; it stays in Activity, and so does the number in its tab."""


@dataclass(frozen=True)
class Notice:
    """One toast."""

    text: str
    severity: Severity = "information"


@dataclass(frozen=True)
class _News:
    """What one event says; `many` what several of one `kind` say after their number."""

    notice: Notice
    many: str = ""

    @property
    def kind(self) -> tuple[Severity, str]:
        return self.notice.severity, self.many


class Notices:
    """Collects events between two looks of the app. UI thread only."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, object], _News] = {}
        self._counts: Counter[tuple[str, object]] = Counter()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self._last

    def add(self, event: Event) -> bool:
        """Whether there is something new to say."""
        news = _run_news(event) if isinstance(event, RunEvent) else _news(event)
        if news is None:
            return False
        kind = (type(event).__name__, news.kind)
        self._last[kind] = news
        self._counts[kind] += 1
        return True

    def take(self) -> list[Notice]:
        """What to say now, warnings last; forgets it."""
        notices = [_merged(news, self._counts[kind]) for kind, news in self._last.items()]
        self._last.clear()
        self._counts.clear()
        return sorted(notices, key=lambda notice: notice.severity == "warning")


def _merged(news: _News, count: int) -> Notice:
    notice = news.notice
    if count == 1:
        return notice
    if news.many:
        return Notice(f"{plural(count, 'run')} {news.many}", notice.severity)
    return Notice(f"{notice.text} (and {count - 1} more)", notice.severity)


def _run_news(event: RunEvent) -> _News | None:
    match event:
        case RunStateChanged(run=run):
            return None if run.old else _state_news(run)
        case AutoUploadAnnounced(run=run):
            when = f"in {ceil(run.uploads_in or 0)} s, h holds"
            uploads = "changed, uploads again" if run.state is RunState.CHANGED else "uploads"
            return _News(Notice(f"{run.name} {uploads} {when}"), f"upload {when}")
        case _:
            return None


def _state_news(run: RunView) -> _News | None:
    match run.state:
        case RunState.DONE:
            return _News(Notice(f"{run.name} is done"), "are done")
        case RunState.FAILED:
            return _News(Notice(f"{run.name} failed: {run.reason}", "warning"), "have failed")
        case RunState.STALLED:
            text = keyed(
                "has written nothing for long and is not done: {upload} uploads it as it is"
            )
            return _News(Notice(f"{run.name} {text}", "warning"), "have stalled")
        case RunState.STOPPED:
            text = f"{run.name} stopped before it was done: {run.reason}"
            return _News(Notice(text, "warning"), "have stopped")
        case _:
            return None


def _news(event: Event) -> _News | None:
    match event:
        case TransferSucceeded(transfer=transfer):
            notice = _success_notice(transfer)
        case TransferFailed(transfer=transfer) if transfer.waits_for_store:
            notice = Notice(f"{_name(transfer)} goes on when the store answers", "warning")
        case UploadAwaited():
            notice = Notice(describe_binding(event))
        case ResultsRootBound(root, job_id, name, how):
            notice = Notice(f'{basename(root)} is now job {job_id} "{name}"{_found(how)}')
        case StoreUnreachable(reason=reason):
            notice = Notice(f"The store does not answer: {reason}", "warning")
        case StoreReachable():
            notice = Notice("The store answers again")
        case RootWentOffline(root=root, reason=reason):
            notice = Notice(f"{short_path(root)} is offline: {reason}", "warning")
        case RootCameBack(root=root):
            notice = Notice(f"{short_path(root)} is back")
        case WatchTroubled(root=root, reason=reason):
            notice = Notice(f"{short_path(root)}: {reason}. Rescans go on.", "warning")
        case _:
            return None
    return _News(notice)


def _success_notice(transfer: TransferView) -> Notice:
    name = _name(transfer)
    if transfer.direction is Direction.DOWNLOAD:
        return Notice(f"{name} {transfer.outcome}: {short_path(transfer.target)}")
    return Notice(f"{name} {transfer.outcome or 'uploaded'}")


def _name(transfer: TransferView) -> str:
    if transfer.direction is Direction.DOWNLOAD:
        return basename(transfer.source)
    return uploaded_name(transfer)


def _found(how: BoundHow) -> str:
    return f" ({how})" if how is BoundHow.BY_CONTENT else ""
