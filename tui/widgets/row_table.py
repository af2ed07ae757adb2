"""A table that draws the lines which are visible and knows no others."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.cells import Column, Order, Row, Tone, fit
from tui.widgets.keys import MOVE, SELECT, Explained, bind
from tui.widgets.row_source import ListSource, PageCache, RowSource, keys_of, lost_of
from tui.wording.action_keys import keyed

_GUTTER = 3
_CURSOR, _MARK = "▌", "◆"
_GAP = " "
_RISES, _FALLS = "↑", "↓"
_MARKING = frozenset({"mark", "mark_range"})


def _no_rows() -> RowSource:
    return ListSource[Row]((), lambda row: row.key, lambda row: row)


class RowTable(Explained, ScrollView, can_focus=True):
    """Rows by index page from a source; text is literal, never markup.

    `show` compares with what is on the screen and repaints the lines that differ. The cursor stays
    on its row, and that row on its line, when rows are added or removed above it.
    """

    DEFAULT_CSS = """
        RowTable {
            width: 1fr;
            height: 1fr;
            overflow-x: hidden;
            scrollbar-gutter: stable;
            scrollbar-size-vertical: 1;
            scrollbar-color: $surface-lighten-3;
            scrollbar-color-hover: $primary;
            scrollbar-color-active: $primary;
            scrollbar-background: $background;
            scrollbar-background-hover: $background;
            scrollbar-background-active: $background;
        }
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--header",
        "row-table--row",
        "row-table--heading",
        "row-table--cursor",
        "row-table--gutter",
        *(f"row-table--{tone}" for tone in Tone),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("open", "Open", action="select", group=SELECT, tooltip="open, fold"),
        bind("mark", "Mark", group=SELECT, tooltip="mark, move down"),
        bind(
            "mark_range",
            "mark range",
            show=False,
            group=SELECT,
            tooltip="mark from the last mark on",
        ),
        bind("row_up", "row", action="move(-1)", show=False, group=MOVE),
        bind("row_down", "row", action="move(1)", show=False, group=MOVE),
        bind("top", "top", action="first", show=False, group=MOVE),
        bind("bottom", "bottom", action="last", show=False, group=MOVE),
        bind("half_page_down", "half page", action="half_page(1)", show=False, group=MOVE),
        bind("half_page_up", "half page", action="half_page(-1)", show=False, group=MOVE),
        bind("page_down", "page", action="page(1)", show=False, group=MOVE),
        bind("page_up", "page", action="page(-1)", show=False, group=MOVE),
    ]

    cursor = reactive(0, repaint=False)

    class RowHighlighted(Message):
        """The cursor is on another row; `key` is empty in a table without rows."""

        def __init__(self, key: str, table: str) -> None:
            super().__init__()
            self.key = key
            self.table = table

    class RowSelected(Message):
        """Enter or a double click on a row."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class OrderChosen(Message):
        """The head of a column that rows can be sorted by was clicked."""

        def __init__(self, order: Order) -> None:
            super().__init__()
            self.order = order

    class MarksChanged(Message):
        """`marks` are the keys of the rows marked now."""

        def __init__(self, marks: frozenset[str]) -> None:
            super().__init__()
            self.marks = marks

    def __init__(
        self,
        columns: tuple[Column, ...],
        *,
        id: str,  # noqa: A002 - Textual's name
        can_mark: bool = False,
        idle_cursor: bool = True,
    ) -> None:
        """With `idle_cursor` the cursor is seen also while the keys go elsewhere.

        `why_closed` may be set to what tells of a key why its row cannot be opened, or "".
        """
        super().__init__(id=id)
        self._columns = columns
        self.why_closed: Callable[[str], str] = lambda _: ""
        self._can_mark = can_mark
        self._idle_cursor = idle_cursor
        self._rows = PageCache(_no_rows())
        self._cursor_key = ""
        self._marks: frozenset[str] = frozenset()
        self._marked_last: int | None = None
        self._order: Order | None = None
        self.steered = False
        """Whether somebody put the cursor where it is; whoever shows a row may say so, too."""
        self._styles: dict[tuple[str, Tone], Style] = {}

    @property
    def cursor_key(self) -> str:
        """The key of the row under the cursor; empty when there is none."""
        return self._cursor_key

    @property
    def marks(self) -> frozenset[str]:
        """Keys of the marked rows."""
        return self._marks

    @property
    def row_count(self) -> int:
        """Rows of the source, headings included."""
        return len(self._rows.source)

    def show(self, source: RowSource, columns: tuple[Column, ...] | None = None) -> None:
        """Replaces the rows (and columns), keeping cursor and marks by key."""
        before, was_at = self._visible_rows(), self.cursor
        grown = len(source) != self.row_count or columns not in {None, self._columns}
        self._columns = columns or self._columns
        self._rows = PageCache(source)
        self._forget_lost_marks()
        if grown:
            self._marked_last = None
            self._resize()
        self._follow_cursor_key(was_at)
        for line, (old, new) in enumerate(zip(before, self._visible_rows(), strict=False), 1):
            if old != new:
                self._refresh_line(line)

    def mark(self, keys: frozenset[str]) -> None:
        """Marks exactly these rows."""
        if keys != self._marks:
            self._marks = keys
            self.refresh()
            self.post_message(self.MarksChanged(keys))

    @property
    def orders(self) -> Sequence[Order]:
        """How the rows can be sorted, by columns that are seen."""
        return [column.order for column, _ in self._shown(self._width) if column.order]

    def show_order(self, order: Order | None) -> None:
        """Says at the head of its column how the rows are sorted; None says nothing."""
        if order != self._order:
            self._order = order
            self.refresh(Region(0, 0, self.size.width, 1))

    def clear(self) -> None:
        """No rows; those that come next are others, and the cursor begins at the first of them."""
        self._rows = PageCache(_no_rows())
        self._cursor_key = ""
        self.cursor = 0
        self._resize()

    def move_to(self, key: str) -> bool:
        """Puts the cursor on a row, if the source can find it."""
        at = self._rows.source.find(key)
        if at is not None:
            self.cursor = at
        return at is not None

    def render_line(self, y: int) -> Strip:
        """The header, a row, or an empty line."""
        width = self._width
        if y == 0:
            return self._header_strip(width)
        index = self.scroll_offset.y + y - 1
        row = self._rows.row(index)
        if row is None:
            return Strip.blank(width, self._style("row", Tone.PLAIN))
        seen = self._idle_cursor or self.has_focus
        return self._row_strip(row, width, at_cursor=seen and index == self.cursor)

    def notify_style_update(self) -> None:
        """The theme changed."""
        self._styles.clear()
        super().notify_style_update()

    def validate_cursor(self, cursor: int) -> int:
        """Stays on a row."""
        return max(0, min(cursor, self.row_count - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Repaints two lines and scrolls when the cursor left the screen."""
        for index in (before, now):
            self._refresh_line(index - self.scroll_offset.y + 1)
        self._scroll_to_cursor()
        self._announce_cursor()

    def on_resize(self) -> None:
        """Columns take the new width."""
        self._resize()
        self._scroll_to_cursor()

    def on_focus(self) -> None:
        """The cursor is drawn stronger."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is drawn weaker."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Once puts the cursor there, twice opens; at the head of a column it sorts."""
        index = self.scroll_offset.y + event.y - 1
        if event.y == 0:
            self._click_head(event.x)
        if event.y == 0 or index >= self.row_count:
            return
        self.steered = True
        self.cursor = index
        if event.chain == 2:  # noqa: PLR2004 - a double click
            self.action_select()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """No key does anything in an empty table."""
        if not self.row_count:
            return "There is nothing in this list"
        if action == "select":
            return self.why_closed(self._cursor_key)
        return self._why_no_mark() if action in _MARKING else ""

    def action_move(self, rows: int) -> None:
        """Up or down."""
        self.steered = True
        self.cursor += rows

    def action_first(self) -> None:
        """To the first row."""
        self.steered = True
        self.cursor = 0

    def action_last(self) -> None:
        """To the last row."""
        self.steered = True
        self.cursor = self.row_count - 1

    def action_page(self, direction: int) -> None:
        """By what is visible."""
        self.steered = True
        self.cursor += direction * max(1, self._lines - 1)

    def action_half_page(self, direction: int) -> None:
        """By half of what is visible."""
        self.steered = True
        self.cursor += direction * max(1, self._lines // 2)

    def action_select(self) -> None:
        """Opens the row."""
        if self._cursor_key and not self.why_closed(self._cursor_key):
            self.post_message(self.RowSelected(self._cursor_key))

    def action_mark(self) -> None:
        """Marks or unmarks the row and moves on."""
        self._marked_last = self.cursor
        self.mark(self._marks ^ {self._cursor_key})
        self.cursor += 1

    def action_mark_range(self) -> None:
        """Marks all from the row that was marked last to this one; unmarks them when all are.

        Without a mark before, this row alone: the range begins here.
        """
        last = self.cursor if self._marked_last is None or not self._marks else self._marked_last
        first, last = sorted((self.validate_cursor(last), self.cursor))
        meant = frozenset(keys_of(self._rows.source, first, last - first + 1))
        self._marked_last = self.cursor
        self.mark(self._marks - meant if meant <= self._marks else self._marks | meant)

    def action_mark_all(self) -> None:
        """Marks all rows; none when all are marked."""
        every = frozenset(keys_of(self._rows.source, 0, self.row_count))
        self.mark(frozenset() if every <= self._marks else every)

    def _why_no_mark(self) -> str:
        if not self._can_mark:
            return "Nothing is marked here: keys act on the row under the cursor"
        row = self._rows.row(self.cursor)
        reason = keyed("A folder is not marked, its runs are: {mark_all} marks all")
        return reason if row and row.heading else ""

    @property
    def _width(self) -> int:
        return max(1, self.scrollable_content_region.width)

    @property
    def cursor_region(self) -> Region:
        """Where the row under the cursor is on the screen; empty when that is not to be seen."""
        line = self.cursor - self.scroll_offset.y + 1
        x, y, width, height = self.content_region
        seen = self.row_count and 0 < line < height
        return Region(x, y + line, width, 1) if seen else Region()

    @property
    def _lines(self) -> int:
        return max(0, self.scrollable_content_region.height - 1)

    def _visible_rows(self) -> list[Row | None]:
        top = self.scroll_offset.y
        return [self._rows.row(top + line) for line in range(self._lines)]

    def _forget_lost_marks(self) -> None:
        if lost := lost_of(self._rows.source, self._marks):
            self.mark(self._marks - lost)

    def _resize(self) -> None:
        self.virtual_size = Size(self._width, self.row_count + 1)
        self.refresh()

    def _follow_cursor_key(self, was_at: int) -> None:
        at = self._rows.source.find(self._cursor_key) if self._cursor_key else None
        if at is None:
            self.cursor = self.validate_cursor(was_at)
        elif at != was_at:
            line = was_at - self.scroll_offset.y
            self.cursor = at
            self.scroll_to(y=at - line, animate=False, force=True)
        self._announce_cursor()

    def _announce_cursor(self) -> None:
        row = self._rows.row(self.cursor)
        key = row.key if row else ""
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.RowHighlighted(key, self.id or ""))

    def _scroll_to_cursor(self) -> None:
        top, lines = self.scroll_offset.y, self._lines
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif lines and self.cursor >= top + lines:
            self.scroll_to(y=self.cursor - lines + 1, animate=False, force=True)

    def _refresh_line(self, line: int) -> None:
        if 1 <= line <= self._lines:
            self.refresh(Region(0, line, self.size.width, 1))

    def _shown(self, width: int) -> list[tuple[Column, int]]:
        columns = [column for column in self._columns if width >= column.from_width]
        rest = max(0, width - _GUTTER - sum(c.width for c in columns) - len(columns) + 1)
        bounded = {c: min(c.most - c.width, rest // 3) for c in columns if c.most}
        rest -= sum(bounded.values())
        return [(c, c.width + bounded.get(c, rest if c.flexible else 0)) for c in columns]

    def _head(self, column: Column) -> str:
        if column.order is None or self._order is None or column.order.by != self._order.by:
            return column.title
        return f"{column.title}{_FALLS if self._order.descending else _RISES}"

    def _click_head(self, x: int) -> None:
        """The same column once more sorts the other way."""
        at = _GUTTER
        for column, width in self._shown(self._width):
            if at <= x < at + width and (order := column.order):
                again = self._order and self._order.by == order.by
                self.post_message(
                    self.OrderChosen(self._order.reversed() if self._order and again else order)
                )
            at += width + len(_GAP)

    def _header_strip(self, width: int) -> Strip:
        style = self._style("header", Tone.PLAIN)
        cells = (fit(self._head(c), w, right=c.right) for c, w in self._shown(width))
        text = " " * _GUTTER + _GAP.join(cells)
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def _row_strip(self, row: Row, width: int, *, at_cursor: bool) -> Strip:
        kind = "cursor" if at_cursor else "heading" if row.heading else "row"
        plain = self._style(kind, Tone.PLAIN)
        segments = [
            Segment(_CURSOR if at_cursor else " ", self._style(kind, Tone.BUSY)),
            Segment(_MARK if row.key in self._marks else " ", self._style(kind, Tone.WARN)),
            Segment(" " * (_GUTTER - 2), plain),
        ]
        for number, (parts, gap) in enumerate(self._cells(row, width)):
            indent = " " * row.indent if number == 0 else ""
            segments.append(Segment(indent, plain))
            segments += [Segment(text, self._style(kind, tone)) for text, tone in parts]
            segments.append(Segment(gap, plain))
        return Strip(segments).adjust_cell_length(width, plain)

    def _cells(self, row: Row, width: int):
        shown = self._shown(width)
        visible = {id(column) for column, _ in shown}
        widths = {id(column): w for column, w in shown}
        at = 0
        for cell in row.cells:
            under = [c for c in self._columns[at : at + cell.span] if id(c) in visible]
            if under:
                taken = sum(widths[id(c)] for c in under) + len(under) - 1
                taken -= row.indent if at == 0 else 0
                yield cell.parts(taken, right=under[0].right), _GAP
            at += cell.span

    def _style(self, kind: str, tone: Tone) -> Style:
        if kind == "cursor" and not self.has_focus:
            kind = "heading"
        style = self._styles.get((kind, tone))
        if style is None:
            base = self.get_component_rich_style(f"row-table--{kind}")
            over = self.get_component_rich_style(f"row-table--{tone}")
            # The background is that of the row, whatever the tone; that of a reversed one its colour.
            over = Style(color=None if base.reverse else over.color, bold=over.bold)
            style = self._styles[kind, tone] = base if tone is Tone.PLAIN else base + over
        return style
