"""What tables and panes are made of: literal text with a tone, measured in terminal cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.cells import cell_len, set_cell_size

from core.printable import harmless
from tui.wording.signs import Tone

Part = tuple[str, Tone]


def fit(text: str, width: int, *, right: bool = False, keep_end: bool = False) -> str:
    """`text` made printable and exactly `width` cells wide, with "…" where it was cut."""
    text = harmless(text)
    length = cell_len(text)
    if length > width and keep_end:
        return fit(text[::-1], width)[::-1] if width > 0 else ""
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    padding = " " * (width - length)
    return padding + text if right else text + padding


class Drawn(Protocol):
    """Something that fills part of a row."""

    @property
    def span(self) -> int:
        """How many columns it takes."""
        ...

    def parts(self, width: int, *, right: bool) -> Sequence[Part]:
        """Exactly `width` cells."""
        ...


@dataclass(frozen=True, slots=True)
class Cell:
    """Literal text in one tone. A cell that spans columns is left-aligned.

    With `keep_end` it is cut at its beginning: of paths, the ends differ.
    """

    text: str = ""
    tone: Tone = Tone.PLAIN
    span: int = 1
    keep_end: bool = False

    def parts(self, width: int, *, right: bool) -> Sequence[Part]:
        """The text, cut or padded."""
        right = right and self.span == 1
        return ((fit(self.text, width, right=right, keep_end=self.keep_end), self.tone),)


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar as wide as its column; `fraction` between 0 and 1."""

    fraction: float
    tone: Tone = Tone.BUSY
    span: int = 1

    def parts(self, width: int, *, right: bool) -> Sequence[Part]:
        """A heavy line for what is done, a light one for the rest."""
        return bar_parts(self.fraction, width, self.tone)


def bar_parts(fraction: float, width: int, tone: Tone = Tone.BUSY) -> Sequence[Part]:
    """A bar of `width` cells in steps of half a cell."""
    halves = int(max(0.0, min(1.0, fraction)) * width * 2)
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    return ((done, tone), ("─" * (width - len(done)), Tone.DIM))


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are sorted by, and which way."""

    by: str
    descending: bool = False

    def reversed(self) -> "Order":
        """The other way."""
        return Order(self.by, not self.descending)


@dataclass(frozen=True, slots=True)
class Column:
    """Title and width in cells. What is left goes to the `flexible` column.

    A second flexible one that has a bound, `most` cells, gets a third of it until then. A column is shown from a table width of `from_width` on.
    `order` is how rows are sorted first when somebody asks for it; without it they cannot be.
    """

    title: str
    width: int
    right: bool = False
    flexible: bool = False
    most: int = 0
    from_width: int = 0
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `key` is its identity; headings are styled apart and cannot be marked.

    `indent` cells are left free before the first cell.
    """

    key: str
    cells: tuple[Drawn, ...]
    heading: bool = False
    indent: int = 0


def row_text(row: Row) -> str:
    """What a filter looks at."""
    return "\n".join(cell.text for cell in row.cells if isinstance(cell, Cell))
