"""What a command found, row by row: fitted to a terminal, one plain line each anywhere else.

Scripts read the lines: they are whole, whatever the terminal, and know nothing of rich.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.printable import harmless, shorter
from tui.output import draw, hides_something, on_terminal, say

T = TypeVar("T")
_PAGE = 100
_GAP = 2
_LEAST = 8
_MOST = 3
"""No column but the last one takes more than so small a part of the width."""
_TONES = {
    **dict.fromkeys(("done", "completed", "mended", "yes", "ok"), "green"),
    **dict.fromkeys(("error", "failed", "stopped", "no", "not ok"), "red"),
    **dict.fromkeys(("changed", "offline", "paused", "stalled", "unknown"), "yellow"),
}
"""One state has one word everywhere."""


@dataclass(frozen=True)
class Column:
    """As wide as what is in it, or `width` cells; `right` for numbers; the words of states have colours.

    What does not fit is folded. The last column gets what the others leave.
    """

    title: str
    width: int = 0
    right: bool = False
    state: bool = False


def show_rows(
    found: Iterable[T],
    columns: Sequence[Column],
    cells: Callable[[T], Sequence[str]],
    line: Callable[[T], str],
) -> None:
    """On a terminal the cells of each, elsewhere its line.

    Where all columns but the last have a width each row is drawn as it comes, else a hundred of them
    are measured. A row with a secret in it is a redacted line on a terminal, too.
    """
    if not on_terminal():
        for item in found:
            say(line(item))
        return
    table = _Table(columns)
    try:
        for item in found:
            if hides_something(text := line(item)):
                table.draw()
                say(text)
            else:
                table.add(cells(item))
    finally:
        table.draw()


class _Table:
    """Rows that wait to be drawn; columns are never narrower than they were above."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._page = 1 if all(column.width for column in columns[:-1]) else _PAGE
        self._widths: Sequence[int] = [0] * (len(columns) - 1)
        self._first = True
        self._rows: list[Sequence[str]] = []

    def add(self, cells: Sequence[str]) -> None:
        self._rows.append([shorter(harmless(cell)) for cell in cells])
        if len(self._rows) == self._page:
            self.draw()

    def draw(self) -> None:
        """What waits; above the first rows, the titles."""
        if self._rows:
            first, self._first = self._first, False
            width = shutil.get_terminal_size().columns
            self._widths = [*map(max, self._fitting(width), self._widths)]
            draw(self._drawn(width, titles=first))
            self._rows.clear()

    def _fitting(self, width: int) -> Iterator[int]:
        for number, column in enumerate(self._columns[:-1]):
            yield column.width or min(self._widest(number), max(_LEAST, width // _MOST))

    def _widest(self, number: int) -> int:
        from rich.cells import cell_len

        return max(cell_len(text) for text in (self._columns[number].title, *self._column(number)))

    def _column(self, number: int) -> Iterator[str]:
        return (row[number] for row in self._rows)

    def _drawn(self, width: int, *, titles: bool) -> str:
        from io import StringIO

        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, show_header=titles, pad_edge=False, padding=(0, _GAP, 0, 0))
        left = max(_LEAST, width - sum(self._widths) - _GAP * len(self._widths))
        widths = (*self._widths, min(left, self._widest(len(self._widths))))
        for column, cells in zip(self._columns, widths, strict=True):
            justify = "right" if column.right else "left"
            table.add_column(Text(column.title), width=cells, justify=justify, overflow="fold")
        for row in self._rows:
            pairs = zip(self._columns, row, strict=True)
            table.add_row(*(Text(text, _tone(column, text)) for column, text in pairs))
        out = StringIO()
        Console(file=out, width=width, force_terminal=True, highlight=False).print(table)
        return out.getvalue()


def _tone(column: Column, text: str) -> str:
    return _TONES.get(text.lower(), "") if column.state else ""
