"""One list of the store in a table: read, sorted and filtered without holding up the keys."""

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from rich.segment import Segment
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from core.errors import Failure, RunFerryError
from tui.background import failure_of, in_background
from tui.bridge import post
from tui.screens.chosen import Chosen
from tui.screens.store_place import StorePlace
from tui.services import AppServices
from tui.widgets.cells import Column, Order, Row, fit
from tui.widgets.keys import MOVE, bind
from tui.widgets.panes import Line
from tui.widgets.row_source import ListSource, Matches, PagedSource, RowSource, filtered
from tui.widgets.row_table import RowTable
from tui.widgets.store_rows import Known

_NO_ROWS = ListSource[Row]((), lambda row: row.key, lambda row: row)


class StoreTable(RowTable):
    """Knows its place in the store. What is slow is read on another thread; until then the old rows stay.

    A filter lasts until it is taken away or another place is opened, an order always.
    """

    # Here, because a table has keys of its own for left and right.
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("list_before", "list before", action="screen.outside", show=False, group=MOVE),
        bind("list_behind", "list behind", action="screen.inside", show=False, group=MOVE),
    ]

    class Listed(Message):
        """All rows of a place, and those of them that are shown; or why there are none."""

        def __init__(
            self, asked: int, rows: RowSource, shown: RowSource, failure: Failure | None = None
        ) -> None:
            super().__init__()
            self.asked = asked
            self.rows = rows
            self.shown = shown
            self.failure = failure

    class Shown(Message):
        """Other rows than before are shown."""

    def __init__(self, services: AppServices, columns: tuple[Column, ...], *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(columns, id=id, can_mark=True)
        self._services = services
        self.place: StorePlace | None = None
        self.needle = ""
        self._known = Known()
        self._nothing: Sequence[Line] = ()
        self.is_reading = False
        self._sorted_by: Order | None = None
        self._all: RowSource = _NO_ROWS
        self._shown_rows: RowSource = _NO_ROWS
        self._asked = 0
        self._stale = True
        self._unfiltered_at = ""
        self._failure: Failure | None = None

    @property
    def total(self) -> int:
        """How many rows there are without a filter."""
        return len(self._all)

    @property
    def order(self) -> Order:
        """How it is sorted."""
        return self._sorted_by or (self.place or StorePlace()).first_order

    @property
    def matches_more(self) -> bool:
        """Whether more rows match than are shown."""
        return isinstance(self._shown_rows, Matches) and not self._shown_rows.all_of_them

    def take_failure(self) -> Failure | None:
        """Why something could not be read since this was asked last."""
        failure, self._failure = self._failure, None
        for source in (self._all, self._shown_rows):
            if isinstance(source, PagedSource) and source.failure:
                failure, source.failure = source.failure, None
        return failure

    def chosen(self) -> Chosen:
        """The marked rows, else the one under the cursor; none in a list without rows."""
        place = self.place or StorePlace()
        if marks := self.marks:
            return Chosen(place, tuple(marks), marked=True)
        key = self.cursor_key if self.row_count else ""
        return Chosen(place, (key,) if key else ())

    def open(self, place: StorePlace | None) -> None:
        """Shows the list of a place; another one than before from its beginning."""
        before, self.place = self.place, place
        if not (place.is_same(before) if place else before is None):
            self._begin()
        if self._stale:
            self.read()

    def expire(self) -> None:
        """What is shown may have changed in the catalog: it is read anew when it is opened."""
        self._stale = True

    def read(self) -> None:
        """Anew, as it is sorted and filtered."""
        self._asked += 1
        place, order, needle, asked = self.place, self.order, self.needle, self._asked
        known = self._known
        self._stale, self.is_reading = False, False
        if place is None:
            self._take(_NO_ROWS, _NO_ROWS)
        elif place.is_quick(order) and not needle:
            self._read_now(place, order)
        else:
            self.is_reading = True

            def read() -> tuple[RowSource, RowSource]:
                rows = place.rows(self._services, order, known)
                wanted = filtered(rows, needle, lambda: asked == self._asked) if needle else rows
                return rows, wanted

            in_background(
                "list",
                read,
                lambda found: post(self, self.Listed(asked, *found)),
                lambda failure: post(self, self.Listed(asked, _NO_ROWS, _NO_ROWS, failure)),
            )

    def learn(self, known: Known) -> None:
        """What is known of the content of artifacts."""
        if known != self._known:
            self._known = known
            if self.place and self.place.run:
                self.read()

    def filter(self, needle: str) -> None:
        """Only rows with `needle` in a cell; empty for all."""
        if needle != self.needle:
            self._unfiltered_at = self._unfiltered_at if self.needle else self.cursor_key
            self.needle = needle
            self.read()

    def sort(self, order: Order) -> None:
        """The cursor stays on its row."""
        if order != self.order:
            self._sorted_by = order
            self.read()

    def sort_by_next(self) -> None:
        """By the column after the one that it is sorted by."""
        orders = self.orders
        if orders:
            by = [order.by for order in orders]
            at = by.index(self.order.by) if self.order.by in by else -1
            self.sort(orders[(at + 1) % len(orders)])

    def sort_reversed(self) -> None:
        """The other way."""
        self.sort(self.order.reversed())

    def explain(self, nothing: Sequence[Line]) -> None:
        """Says why there are no rows, while there are none."""
        if nothing != self._nothing:
            self._nothing = nothing
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Without rows: why there are none."""
        if self.row_count or not 1 <= y <= len(self._nothing):
            return super().render_line(y)
        width = self.size.width
        text = " ".join(text for text, _ in self._nothing[y - 1])
        style = self.get_component_rich_style("row-table--dim")
        return Strip([Segment(fit(f" {text}", width), style)])

    def on_store_table_listed(self, message: Listed) -> None:
        """Unless something else was asked for meanwhile."""
        if message.asked != self._asked:
            return
        self.is_reading = False
        if message.failure:
            self._failure = message.failure
            self.post_message(self.Shown())
        else:
            self._take(message.rows, message.shown)

    def _begin(self) -> None:
        """Nothing of the list before is left, while this one is read."""
        self.mark(frozenset())
        self.needle = self._unfiltered_at = ""
        self._stale = True
        self.can_focus = self.place is not None
        self._all = self._shown_rows = _NO_ROWS
        self.clear()

    def _read_now(self, place: StorePlace, order: Order) -> None:
        try:
            rows = place.rows(self._services, order, self._known)
        except RunFerryError as error:
            self._failure = failure_of(error)
            rows = _NO_ROWS
        self._take(rows, rows)

    def _take(self, rows: RowSource, shown: RowSource) -> None:
        self._all, self._shown_rows = rows, shown
        had_rows = self.row_count > 0
        self.show(shown, self._columns_here())
        self.show_order(self.order)
        if self._unfiltered_at and not (self.needle or had_rows):
            self.move_to(self._unfiltered_at)
        self.post_message(self.Shown())

    def _columns_here(self) -> tuple[Column, ...] | None:
        """Those that suit the rows; None leaves them as they are."""
        with suppress(RunFerryError):  # the rows say that the catalog cannot be read
            return self.place.columns(self._services) if self.place else None
        return None
