"""Text as a table of columns, and columns as series."""

import threading
from array import array
from collections.abc import Sequence
from itertools import filterfalse, pairwise

from core.preview.columns import Columns, columns_of, first_row
from core.preview.text import TextReading
from core.printable import harmless
from core.series import Series

_SAMPLE = 200
_LONGEST_CELL = 200
_AT_ONCE = 5000
_LEAST_POINTS = 2


class Table:
    """A view of a reading that has begun; grows with it. Any thread may use it.

    A line is a row: line breaks within quotes are not understood. A row may have more or fewer
    cells than there are columns.
    """

    def __init__(self, text: TextReading) -> None:
        """Delimiter, header and kinds of columns are judged by what was read so far."""
        lines = text.raw_lines(0, min(_SAMPLE, text.whole_lines))
        self._text = text
        self._columns = columns_of(lines) or Columns("\n", 1, (), ())
        self._start = first_row(lines, self._columns)
        self._known: dict[int, array[float]] = {}
        self._reading = threading.Lock()
        self._counting = self._counting_columns()
        worth = self._columns.by_worth(self._raw(0, _SAMPLE))
        self._charted = [*filterfalse(self._counting.__contains__, worth)]

    @property
    def names(self) -> Sequence[str]:
        """Of the columns: from the header, or their numbers."""
        given = [harmless(name[:_LONGEST_CELL]) for name in self._columns.names]
        numbers = (str(number + 1) for number in range(len(given), self._columns.count))
        return [*given, *numbers][: max(self._columns.count, 1)]

    @property
    def row_count(self) -> int:
        """Those that are known to be whole, without the header."""
        return max(0, self._text.whole_lines - self._start)

    @property
    def numeric(self) -> Sequence[int]:
        """The columns of numbers, by number from 0."""
        return self._columns.numeric

    @property
    def charted(self) -> Sequence[int]:
        """Those of them that are worth a chart, not what counts the rows.

        What rises and falls comes first, then what only does one of it, such as weeks, and at the end
        what never changes, as far as the first rows tell.
        """
        return self._charted if self.row_count >= _LEAST_POINTS else ()

    def rows(self, start: int, count: int) -> list[list[str]]:
        """Cells that are harmless to print, cut where they are very long."""
        lines = self._raw(start, count)
        return [[harmless(c[:_LONGEST_CELL]) for c in self._columns.cells(n)] for n in lines]

    def column(self, number: int) -> "array[float]":
        """Of all rows so far; NaN where there is no number. A million rows take seconds."""
        with self._reading:
            known = self._known.setdefault(number, array("d"))
            while lines := self._raw(len(known), _AT_ONCE):
                known.extend(self._columns.value(line, number) for line in lines)
            return known[:]

    def series(self, number: int) -> Series:
        """The column as a series; as slow as `column`."""
        values, name = self.column(number), self.names[number]
        if not self._counting:
            rows = array("d", range(1, len(values) + 1))
            return Series(name, "row", rows, values, self._text.complete)
        x = self.column(0)
        shorter = min(len(x), len(values))
        return Series(name, self.names[0], x[:shorter], values[:shorter], self._text.complete)

    def _raw(self, start: int, count: int) -> list[str]:
        return self._text.raw_lines(start + self._start, min(count, self.row_count - start))

    def _counting_columns(self) -> frozenset[int]:
        """The first, if it does nothing but rise, as days do."""
        if self._columns.count == 1:
            return frozenset()
        values = [self._columns.value(line, 0) for line in self._raw(0, _SAMPLE)]
        return frozenset(range(_rises(values)))


def _rises(values: Sequence[float]) -> bool:
    """Not a NaN among them: those are larger and smaller than nothing."""
    return len(values) > 1 and all(before < after for before, after in pairwise(values))
