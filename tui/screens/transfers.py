"""The queue: what travels, what waits, what failed and what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.signal import Signal
from textual.widget import Widget

from core.events import Event, TransferState, TransferView
from core.settings import MOST_PARALLEL, TransferSettings
from tui.clipboard import CopyRequested
from tui.formatting import limit, plural
from tui.keys import DO, FIND, SELECT
from tui.notices import Notice
from tui.screens.questions import limit_question
from tui.screens.table_screen import TableScreen
from tui.services import AppServices
from tui.transfer_names import transfer_name
from tui.transfer_summary import summarize
from tui.widgets.cells import Tone
from tui.widgets.error_pane import failure_text
from tui.widgets.row_table import RowTable
from tui.widgets.text_pane import line
from tui.widgets.transfer_counts import counts_line
from tui.widgets.transfer_detail import TransferDetail
from tui.widgets.transfer_rows import TRANSFER_COLUMNS, transfer_rows
from tui.widgets.transfer_strip import TransferStrip


class TransfersScreen(TableScreen):
    """All transfers in one table, the one under the cursor below it."""

    MODE = "transfers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "retry", "Retry", group=DO, tooltip="try this one again"),
        Binding("R", "retry_all", "Retry failed", group=DO, tooltip="try all that failed again"),
        Binding("x", "cancel", "Cancel", group=DO, tooltip="stop this one"),
        Binding("y", "copy", "Copy", group=DO, tooltip="copy the error or path"),
        Binding("c", "clear", "Clear done", group=DO, tooltip="forget what is done"),
        Binding("slash", "filter", "Filter", group=FIND, tooltip="filter as you type"),
        Binding("p", "pause", "Pause", group=DO, tooltip="pause this one, or go on"),
        Binding("b", "limit", "Limit", group=DO, tooltip="the next limit on bytes"),
        Binding("plus", "parallel(1)", "More", group=DO, tooltip="one more at a time"),
        Binding("minus", "parallel(-1)", "Fewer", group=DO, tooltip="one fewer at a time"),
        Binding("escape", "back", "clear", show=False, group=SELECT),
    ]

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        table = RowTable(TRANSFER_COLUMNS, id="transfers", can_open=False)
        super().__init__(services, events, table)
        self._views: tuple[TransferView, ...] | None = None
        self._needle = ""
        self._detail = TransferDetail(id="story")
        self._strip = TransferStrip(id="strip")

    def compose_body(self) -> Iterable[Widget]:
        """Table, the transfer under the cursor, the strip."""
        yield from self.compose_table(self._detail, panes="queue")
        yield self._strip

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """All bars move here, four times a second."""
        summary = summarize(transfers)
        if (transfers, self._filter.needle) != (self._views, self._needle):
            self._views, self._needle = transfers, self._filter.needle
            source = transfer_rows(transfers, self._needle)
            self._table.show(source)
            self._filter.show_count(len(source), len(transfers))
            self._show_emptiness(has_rows=len(source) > 0)
        limited, width = self.services.transfers.limit, self._crumbs.size.width
        self._crumbs.show([counts_line(summary, limited, width)])
        self._strip.show_summary(
            replace(summary, queued=0, failed=0, paused=0, done=0, cancelled=0)
        )
        self._show_detail()

    def action_retry(self) -> None:
        """Queues the transfer under the cursor again."""
        if view := self._current():
            self.work("retry", lambda: self._retry(view))

    def action_retry_all(self) -> None:
        """Queues all that failed again."""
        failed = [v.id for v in self._views or () if v.state is TransferState.FAILED]
        self.work("retry-all", lambda: self._retry_all(failed))

    def action_cancel(self) -> None:
        """Stops the transfer under the cursor."""
        if view := self._current():
            self.work("cancel", lambda: self._cancel(view))

    def action_pause(self) -> None:
        """Pauses the transfer under the cursor, or lets it go on."""
        if view := self._current():
            self.work("pause", lambda: self._pause(view))

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
        """Forgets what is done or cancelled; what failed stays."""
        self.work("clear", self._clear)

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
        """The pane follows the cursor."""
        self._show_detail()

    def _retry(self, view: TransferView) -> Sequence[Notice]:
        if self.services.transfers.retry(view.id):
            return ()
        return [Notice(f"{transfer_name(view)} is {view.state}: nothing to retry", "warning")]

    def _retry_all(self, failed: Sequence[int]) -> Sequence[Notice]:
        count = sum(map(self.services.transfers.retry, failed))
        return [Notice(f"Queued {plural(count, 'transfer')} again" if count else "Nothing failed")]

    def _cancel(self, view: TransferView) -> Sequence[Notice]:
        if self.services.transfers.cancel(view.id):
            return ()
        return [Notice(f"{transfer_name(view)} is {view.state}: nothing to cancel", "warning")]

    def _pause(self, view: TransferView) -> Sequence[Notice]:
        transfers = self.services.transfers
        resumes = view.state is TransferState.PAUSED
        if (transfers.resume if resumes else transfers.pause)(view.id):
            return ()
        return [Notice(f"{transfer_name(view)} is {view.state}: nothing to pause", "warning")]

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

    def _clear(self) -> Sequence[Notice]:
        count = self.services.transfers.clear_ended()
        return [Notice(f"Cleared {plural(count, 'transfer')}" if count else "Nothing to clear")]

    def _current(self) -> TransferView | None:
        key = self._table.cursor_key
        return next((view for view in self._views or () if str(view.id) == key), None)

    def _show_emptiness(self, *, has_rows: bool) -> None:
        self.reveal_table(has_rows=has_rows)
        self._detail.display = has_rows
        self._empty.show(_NO_MATCH if self._needle else _NOTHING)

    def _show_detail(self) -> None:
        if view := self._current():
            self._detail.show_transfer(view)


_LIMITS = (100_000_000, 20_000_000, 5_000_000, 1_000_000)
"""Bytes per second, one after the other; then none again."""
_NOTHING = (
    line("No transfers", Tone.STRONG),
    line("What you upload or download appears here and stays until it is cleared."),
    line("1 shows the runs: u uploads the one under the cursor", Tone.DIM),
    line("2 shows the store: d downloads what is under the cursor", Tone.DIM),
)
_NO_MATCH = (line("No transfer matches", Tone.STRONG), line("esc clears the filter", Tone.DIM))
