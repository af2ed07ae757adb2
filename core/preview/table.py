"""Text as a table of columns, and columns as series."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from core.preview.text import TextReading


@dataclass(frozen=True)
class Series:
    """One column against the days (or whatever the first column counts), or against its row number.

    Both as long; gaps in `values` are NaN.
    """

    name: str
    x_name: str
    x: "array[float]"
    values: "array[float]"

    def peak(self) -> tuple[float, float] | None:
        """(x, value) of the largest; None when there is no number."""
        raise NotImplementedError


class Table:
    """A view of a reading that has read something; grows with it. Safe for several threads.

    A line is a row: line breaks within quotes are not understood. Rows may have more or fewer
    cells than there are columns.
    """

    def __init__(self, text: TextReading) -> None:
        raise NotImplementedError

    @property
    def names(self) -> Sequence[str]:
        """Of the columns, printable; from the header, or "1", "2" … without one."""
        raise NotImplementedError

    @property
    def row_count(self) -> int:
        """Rows that are whole, the header not counted."""
        raise NotImplementedError

    @property
    def numeric(self) -> Sequence[int]:
        """Columns that hold numbers, judged by the first rows."""
        raise NotImplementedError

    @property
    def charted(self) -> Sequence[int]:
        """Those that are worth a chart: numeric, and not what is counted."""
        raise NotImplementedError

    def rows(self, start: int, count: int) -> list[list[str]]:
        """Cells, printable; very long ones are cut."""
        raise NotImplementedError

    def column(self, number: int) -> "array[float]":
        """Of all rows so far; NaN where there is no number. May take a second or two."""
        raise NotImplementedError

    def series(self, number: int) -> Series:
        """The column as a series."""
        raise NotImplementedError
