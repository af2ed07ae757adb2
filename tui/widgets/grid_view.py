"""A table of a file: its columns aligned, one of them chosen; rows are drawn when they are seen."""

from collections.abc import Collection, Iterator, Sequence
from typing import ClassVar, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from tui.widgets.cells import fit
from tui.widgets.line_window import LineWindow

_WIDEST = 24
_LOOKED_AT = 100
_GAP = "  "


class Grid(Protocol):
    """Rows of text, which may become more while they are shown."""

    @property
    def names(self) -> Sequence[str]:
        """Of the columns."""
        ...

    @property
    def numeric(self) -> Collection[int]:
        """The numbers (from 0) of the columns that hold numbers."""
        ...

    @property
    def row_count(self) -> int:
        """How many rows there are so far."""
        ...

    def rows(self, start: int, count: int) -> Sequence[Sequence[str]]:
        """Cells; a row may have fewer or more than there are names. Fewer rows at the end."""
        ...


class GridView(LineWindow):
    """The chosen column is always on the screen."""

    HEADER_LINES = 1
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid-view--header",
        "grid-view--row",
        "grid-view--chosen-header",
        "grid-view--chosen",
    }

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._grid: Grid | None = None
        self._count = self._left = self._chosen = 0
        self._widths: list[int] = []
        self._page: tuple[object, Sequence[Sequence[str]]] = (None, ())

    @property
    def line_count(self) -> int:
        """Rows there are so far."""
        return self._count

    def show(self, grid: Grid, chosen: int) -> None:
        """Another table, or more rows of it; `chosen` is the number of a column, from 0."""
        count = grid.row_count
        if grid is not self._grid:
            self.top = self._left = 0
            self._widths = []
        elif (count, chosen) == (self._count, self._chosen):
            return
        self._grid, self._count, self._chosen = grid, count, chosen
        self._widen(grid)
        self._reveal_chosen()
        self.refresh()

    def on_resize(self) -> None:
        """As much as there is room for."""
        self._reveal_chosen()

    def render_line(self, y: int) -> Strip:
        """The titles, a row, or an empty line."""
        width, plain = self.size.width, self.style_of("grid-view--row")
        grid = self._grid
        shown = self._visible(grid) if grid else ()
        if grid is None or y > len(shown):
            return Strip.blank(width, plain)
        cells = shown[y - 1] if y else grid.names
        return Strip(self._segments(cells, heading=y == 0)).adjust_cell_length(width, plain)

    def _segments(self, cells: Sequence[str], *, heading: bool) -> Iterator[Segment]:
        plain = self.style_of("grid-view--header" if heading else "grid-view--row")
        chosen = self.style_of("grid-view--chosen-header" if heading else "grid-view--chosen")
        numeric = self._grid.numeric if self._grid else ()
        yield Segment(" ", plain)
        for column in self._shown():
            text = cells[column] if column < len(cells) else ""
            cell = fit(text, self._widths[column], right=column in numeric)
            yield Segment(cell, chosen if column == self._chosen else plain)
            yield Segment(_GAP, plain)

    def _visible(self, grid: Grid) -> Sequence[Sequence[str]]:
        """The rows of the screen, asked for once."""
        which = (grid, self._count, self.top, self.room)
        if self._page[0] != which:
            self._page = (which, grid.rows(self.top, self.room))
        return self._page[1]

    def _shown(self) -> Iterator[int]:
        """Columns from the left one on, as many as fit; the last one may be cut."""
        room = self.size.width
        for column in range(self._left, len(self._widths)):
            if room <= 0:
                return
            yield column
            room -= self._widths[column] + len(_GAP)

    def _widen(self, grid: Grid) -> None:
        if not self._widths:
            self._widths = [min(_WIDEST, max(1, cell_len(title))) for title in grid.names]
        for row in grid.rows(0, _LOOKED_AT):
            for column, text in enumerate(row[: len(self._widths)]):
                needed = min(_WIDEST, cell_len(text))
                self._widths[column] = max(self._widths[column], needed)

    def _reveal_chosen(self) -> None:
        self._left = min(self._left, self._chosen)
        while self._left < self._chosen and self._end_of_chosen() > self.size.width > 0:
            self._left += 1

    def _end_of_chosen(self) -> int:
        shown = self._widths[self._left : self._chosen + 1]
        return 1 + sum(shown) + len(_GAP) * (len(shown) - 1)
