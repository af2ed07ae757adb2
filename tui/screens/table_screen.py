"""What the main screens show alike: one table below a line, which a filter takes the place of."""

from collections.abc import Iterable

from textual.containers import Container
from textual.signal import Signal
from textual.widget import Widget

from core.events import Event
from tui.screens.mode_screen import ModeScreen
from tui.screens.subject import Subject
from tui.services import AppServices
from tui.widgets.filter_bar import FILTERED_BY, FilterBar
from tui.widgets.panes import TextPane
from tui.widgets.row_table import RowTable
from tui.wording.action_keys import keyed

NO_ROWS = "There is nothing in this list"


def nothing_to_close() -> str:
    """What the key says that would go one step back, where there is none."""
    return keyed("Nothing is open here that could be closed; {quit} quits")


class TableScreen(ModeScreen):
    """The keys that open and close the filter are the subclass's."""

    AUTO_FOCUS = "RowTable"

    def __init__(
        self,
        services: AppServices,
        events: Signal[Event],
        table: RowTable,
        placeholder: str = FILTERED_BY,
    ) -> None:
        """`placeholder` says what can be typed to filter."""
        super().__init__(services, events)
        self._crumbs = TextPane(id="crumbs")
        self._filter = FilterBar(placeholder)
        self._table = table
        self._empty = TextPane(id="empty")

    @property
    def table(self) -> RowTable:
        """The one that keys are about."""
        return self._table

    def compose_table(self, beside: Widget, *, panes: str) -> Iterable[Widget]:
        """Crumbs or filter; below them in a container with the id `panes` all others."""
        yield self._crumbs
        yield self._filter
        yield Container(self._table, self._empty, beside, id=panes)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of the filter, and of what needs a row; other keys are the subclass's."""
        if action == "filter":
            return "" if self._filter.display or self._table.row_count else NO_ROWS
        return super().why_not(action, parameters)

    def follow(self, subject: Subject | None) -> str:
        """Until the cursor is moved it is nobody's choice, unless one came here for its row."""
        reason = (
            self.show_subject(subject) if subject and not subject.is_same(self.subject()) else ""
        )
        self.table.steered = bool(subject) and not reason
        return reason

    def show_subject(self, subject: Subject) -> str:
        """Puts the cursor on its row; else says why there is none."""
        return ""

    def action_filter(self) -> None:
        """Filter as you type."""
        self._crumbs.display = False
        self._filter.open()

    def close_filter(self) -> bool:
        """All rows again, and the keys to the table; False when there was no filter."""
        was_open = self._filter.close()
        self._crumbs.display = True
        self._table.focus()
        return was_open

    def apply_filter(self, needle: str) -> None:
        """As you type."""
        self.look_now()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """As you type."""
        self.apply_filter(message.needle)

    def on_filter_bar_left(self) -> None:
        """The filter stays."""
        if not self._filter.needle:
            self.close_filter()
        self._table.focus()

    def reveal_table(self, *, has_rows: bool) -> None:
        """Shows the table, or why there is none; a table that appears takes the keys."""
        self._table.display, self._empty.display = has_rows, not has_rows
        if has_rows and self.focused is None:
            self._table.focus()
