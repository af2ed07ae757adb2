"""The queue: what travels, what waits, what failed and what to do about it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.signal import Signal
from textual.widget import Widget

from core.events import Event
from core.queue.queued_transfer import CLEARABLE
from core.settings import MOST_PARALLEL, TransferSettings
from core.transfer_view import Direction, TransferState, TransferView
from tui.clipboard import CopyRequested
from tui.screens.mode_screen import JobChosen, ModeScreen, RunChosen
from tui.screens.questions import cancel_question, limit_question
from tui.screens.subject import Subject
from tui.screens.table_screen import NO_ROWS, TableScreen, nothing_to_close
from tui.screens.transfer_keys import (
    loses_bytes,
    why_no_cancel,
    why_no_clearing,
    why_no_pause,
    why_no_retry,
    why_no_retry_of_all,
)
from tui.screens.undo import NOTHING, Undo
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.keys import DO, FIND, SELECT, bind
from tui.widgets.panes import Line, failure_text, line
from tui.widgets.row_table import RowTable
from tui.widgets.transfer_counts import counts_line
from tui.widgets.transfer_detail import TransferDetail
from tui.widgets.transfer_rows import TRANSFER_COLUMNS, transfer_rows
from tui.widgets.transfer_strip import TransferStrip
from tui.wording.action_keys import key, keyed_lines
from tui.wording.formatting import limit, plural
from tui.wording.notices import Notice
from tui.wording.transfers import summarize, transfer_name


class TransfersScreen(TableScreen):
    """All transfers in one table, the one under the cursor below it."""

    MODE = "transfers"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("pause", "Pause", group=DO, tooltip="pause this one"),
        bind("pause", "Go on", action="resume", group=DO, tooltip="let this one go on"),
        bind("cancel", "Cancel", group=DO, tooltip="give this one up"),
        bind("retry", "Retry", group=DO, tooltip="try this one again"),
        bind("retry_all", "Retry all", group=DO, tooltip="try all that failed again"),
        bind("clear", "Clear", group=DO, tooltip="forget what is done"),
        bind("undo", "Undo", show=False, group=DO, tooltip="take clearing back, for 5 s"),
        bind("limit", "Limit", group=DO, tooltip="the next limit on bytes"),
        bind("filter", "Filter", group=FIND, tooltip="filter as you type"),
        bind("copy", "Copy", group=DO, tooltip="copy the error or path"),
        bind(
            "more_at_a_time", "More", action="parallel(1)", group=DO, tooltip="one more at a time"
        ),
        bind(
            "fewer_at_a_time",
            "Fewer",
            action="parallel(-1)",
            group=DO,
            tooltip="one fewer at a time",
        ),
        bind("back", "clear", show=False, group=SELECT),
    ]

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        table = RowTable(TRANSFER_COLUMNS, id="transfers")
        super().__init__(services, events, table)
        table.why_closed = self._why_closed
        self._views: tuple[TransferView, ...] | None = None
        self._needle = ""
        self._undo = Undo(services.clock)
        self._cleared: frozenset[int] = frozenset()
        """What is to be forgotten unless that is taken back."""
        self._clearing: frozenset[int] = frozenset()
        self._detail = TransferDetail(id="story")
        self._strip = TransferStrip(id="strip")

    def compose_body(self) -> Iterable[Widget]:
        """Table, the transfer under the cursor, the strip."""
        yield from self.compose_table(self._detail, panes="queue")
        yield self._strip

    def on_mount(self) -> None:
        """What was cleared goes when it cannot be taken back any more, also behind other screens."""
        self.set_interval(_DUE_SECONDS, self._clear_if_due)

    def hints(self) -> Sequence[Line]:
        """And what can be taken back."""
        if not self._cleared:
            return super().hints()
        told = f" {plural(len(self._cleared), 'transfer')} cleared; {key('undo')} takes it back"
        return [*super().hints(), line(told, Tone.DIM)]

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """All bars move here, four times a second."""
        hidden = self._cleared | self._clearing
        transfers = tuple(view for view in transfers if view.id not in hidden)
        summary = summarize(transfers)
        if (transfers, self._filter.needle) != (self._views, self._needle):
            self._views, self._needle = transfers, self._filter.needle
            source = transfer_rows(transfers, self._needle)
            self._table.show(source)
            self._filter.show_count(len(source), len(transfers))
            self._show_emptiness(has_rows=len(source) > 0)
        self.refresh_bindings()
        limited, width = self.services.transfers.limit, self._crumbs.size.width
        self._crumbs.show([counts_line(summary, limited, width)])
        self._strip.show_summary(
            replace(summary, queued=0, failed=0, paused=0, done=0, cancelled=0)
        )
        self._show_detail()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of the two meanings of one key the one that counts for the row is shown, and pressed."""
        if action in {"pause", "resume"} and (action == "resume") is not self._is_paused():
            return False
        return super().check_action(action, parameters)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs a transfer in a certain state."""
        of_one: dict[str, Callable[[TransferView], str]] = {
            "pause": why_no_pause,
            "resume": lambda _: "",
            "cancel": why_no_cancel,
            "retry": why_no_retry,
            "copy": lambda _: "",
        }
        of_all = {"retry_all": why_no_retry_of_all, "clear": why_no_clearing}
        if reason := of_one.get(action):
            view = self._current()
            return reason(view) if view else NO_ROWS
        if reason := of_all.get(action):
            return reason(self._views or ())
        if action == "undo":
            return "" if self._cleared and self._undo.is_possible else NOTHING
        if action == "parallel":
            return self._why_not_as_many(parameters[0] == 1)
        if action == "back":
            return "" if self._filter.display else nothing_to_close()
        return super().why_not(action, parameters)

    def subject(self) -> Subject | None:
        """The run of the transfer under the cursor, if it was put there."""
        view = self._current()
        if view is None or not self._table.steered:
            return None
        path = view.source if view.direction is Direction.UPLOAD else ""
        ids = (view.job_id, view.run_id) if view.job_id and view.run_id else (0, 0)
        return Subject(transfer_name(view), path, *ids)

    def show_subject(self, subject: Subject) -> str:
        """Its newest transfer."""
        views = self.services.transfers.views()
        found = [view for view in views if _is_of(view, subject)]
        if not found:
            return f"{subject.name} has no transfer"
        self.close_filter()
        self.look_now()
        self._table.move_to(str(found[-1].id))
        return ""

    def action_retry(self) -> None:
        """Queues the transfer under the cursor again."""
        if view := self._current():
            self.work("retry", lambda: self._retry(view))

    def action_retry_all(self) -> None:
        """Queues all that failed again."""
        failed = [v.id for v in self._views or () if v.state is TransferState.FAILED]
        self.work("retry-all", lambda: self._retry_all(failed))

    def action_cancel(self) -> None:
        """Gives up the transfer under the cursor; asks where that throws away what was sent."""
        view = self._current()
        if view is None:
            return

        def cancel() -> None:
            self.work("cancel", lambda: self._cancel(view))

        if loses_bytes(view):
            self.confirm(cancel_question(view), "Cancel it", cancel)
        else:
            cancel()

    def action_pause(self) -> None:
        """Pauses the transfer under the cursor."""
        if view := self._current():
            self.work("pause", lambda: self._pause(view))

    def action_resume(self) -> None:
        """Lets the transfer under the cursor go on."""
        if view := self._current():
            self.work("resume", lambda: self._resume(view))

    def action_limit(self) -> None:
        """The next of some limits on bytes per second, for all transfers together.

        The first is confirmed: one stray key makes nothing slow.
        """
        now = self.services.transfers.limit or 0
        wanted = next((rate for rate in _LIMITS if not now or rate < now), 0)
        if now or not wanted:
            self._set_limit(wanted)
        else:
            question = limit_question(_LIMITS)
            self.confirm(question, "Limit", lambda: self._set_limit(wanted))

    def action_parallel(self, more: int) -> None:
        """More or fewer transfers at a time."""
        self.work("parallel", lambda: self._parallel(more))

    def action_clear(self) -> None:
        """Forgets what is done or cancelled, unless that is taken back; what failed stays."""
        self._clear_now()
        ended = {view.id for view in self._views or () if view.state in CLEARABLE}
        self._cleared = frozenset(ended)
        self._undo.offer(self._show_again)
        self.look_now()

    def action_undo(self) -> None:
        """What was cleared is there again."""
        self._undo.take_back()

    def action_copy(self) -> None:
        """The redacted error, else the source."""
        view = self._current()
        if view is None:
            return
        if view.failure:
            text = failure_text(f"{transfer_name(view)} {view.source}", view.failure)
            self.post_message(CopyRequested(text, "error text"))
        else:
            self.post_message(CopyRequested(view.path, "path"))

    def action_back(self) -> None:
        """Clears the filter. Never quits."""
        self.close_filter()
        self.look_now()

    def on_row_table_row_highlighted(self) -> None:
        """The pane and the keys follow the cursor."""
        self._show_detail()
        self.refresh_bindings()

    def on_row_table_row_selected(self) -> None:
        """Goes to what is sent or fetched: the run that is watched, else the job in the store."""
        view = self._current()
        if view is None:
            return
        if self._is_watched(view):
            self.post_message(RunChosen(view.source))
        elif job := self.services.list_jobs.find(view.job_id):
            self.post_message(JobChosen(job))
        else:
            self.toast(
                f"Job {view.job_id} is not known here yet: {key('sync')} in Browse reads the store"
            )

    def _is_watched(self, view: TransferView) -> bool:
        return any(run.path == view.source for run in self.services.watch.views())

    def _why_closed(self, key: str) -> str:
        view = self._current()
        known = view and (view.job_id or self._is_watched(view))
        return "" if known else "It belongs to no job yet, and to no tree that is watched"

    def _why_not_as_many(self, more: bool) -> str:
        now = self.services.transfers.parallel or TransferSettings.parallel
        if more:
            return "" if now < MOST_PARALLEL else f"{MOST_PARALLEL} at a time is the most"
        return "" if now > 1 else "One at a time is the least"

    def _retry(self, view: TransferView) -> Sequence[Notice]:
        if self.services.transfers.retry(view.id):
            return ()
        return [Notice(f"{transfer_name(view)} is {view.state}: nothing to retry", "warning")]

    def _retry_all(self, failed: Sequence[int]) -> Sequence[Notice]:
        count = sum(map(self.services.transfers.retry, failed))
        return [Notice(f"Queued {plural(count, 'transfer')} again" if count else "Nothing failed")]

    def _cancel(self, view: TransferView) -> Sequence[Notice]:
        if self.services.transfers.cancel(view.id):
            return _at_its_next_step(view, "stops")
        return [Notice(f"{transfer_name(view)} is {view.state}: nothing to cancel", "warning")]

    def _pause(self, view: TransferView) -> Sequence[Notice]:
        if self.services.transfers.pause(view.id):
            return _at_its_next_step(view, "pauses")
        return [Notice(f"{transfer_name(view)} is {view.state}: nothing to pause", "warning")]

    def _resume(self, view: TransferView) -> Sequence[Notice]:
        if self.services.transfers.resume(view.id):
            return ()
        return [Notice(f"{transfer_name(view)} is not paused any more", "warning")]

    def _set_limit(self, wanted: int) -> None:
        self.work("limit", lambda: self._limit(wanted))

    def _limit(self, wanted: int) -> Sequence[Notice]:
        self.services.transfers.set_limit(wanted)
        text = f"Limit: {limit(wanted)} for all transfers together" if wanted else "No limit"
        return [Notice(text)]

    def _parallel(self, more: int) -> Sequence[Notice]:
        transfers = self.services.transfers
        known = transfers.parallel or TransferSettings.parallel
        count = max(1, min(known + more, MOST_PARALLEL))
        transfers.set_parallel(count)
        return [Notice(f"{plural(count, 'transfer')} at a time")]

    def on_mode_screen_work_done(self, message: ModeScreen.WorkDone) -> None:
        """Whatever came of it, the list is what there is."""
        self._clearing = frozenset()

    def _show_again(self) -> None:
        self._cleared = frozenset()
        self.look_now()

    def _clear_if_due(self) -> None:
        if not self._undo.is_possible:
            self._clear_now()

    def _clear_now(self) -> None:
        """What nobody took back."""
        if cleared := self._cleared:
            self._cleared, self._clearing = frozenset(), self._clearing | cleared
            self.work("clear", lambda: self._clear(cleared))

    def _clear(self, ids: frozenset[int]) -> Sequence[Notice]:
        count = self.services.transfers.clear_ended(ids)
        return [Notice(f"Cleared {plural(count, 'transfer')}" if count else "Nothing to clear")]

    def _current(self) -> TransferView | None:
        key = self._table.cursor_key
        return next((view for view in self._views or () if str(view.id) == key), None)

    def _is_paused(self) -> bool:
        view = self._current()
        return view is not None and view.state is TransferState.PAUSED

    def _show_emptiness(self, *, has_rows: bool) -> None:
        self.reveal_table(has_rows=has_rows)
        self._detail.display = has_rows
        self._empty.show(keyed_lines(_NO_MATCH if self._needle else _NOTHING))

    def _show_detail(self) -> None:
        if view := self._current():
            self._detail.show_transfer(view)


def _is_of(view: TransferView, subject: Subject) -> bool:
    if view.source == subject.path:
        return True
    return (view.job_id, view.run_id) == (subject.job_id, subject.run_id) != (0, 0)


def _at_its_next_step(view: TransferView, does: str) -> Sequence[Notice]:
    """What travels needs a moment; of what does not, the row says it at once."""
    if view.state is not TransferState.ACTIVE:
        return ()
    return [Notice(f"{transfer_name(view)} {does} at its next step")]


_DUE_SECONDS = 1.0
_LIMITS = (100_000_000, 20_000_000, 5_000_000, 1_000_000)
"""Bytes per second, one after the other; then none again."""
_NOTHING = (
    line("No transfers", Tone.STRONG),
    line("What you upload or download appears here and stays until it is cleared."),
    line("{watch} shows the runs: {upload} uploads the one under the cursor", Tone.DIM),
    line("{browse} shows the store: {download} downloads what is under the cursor", Tone.DIM),
)
_NO_MATCH = (line("No transfer matches", Tone.STRONG), line("{back} clears the filter", Tone.DIM))
