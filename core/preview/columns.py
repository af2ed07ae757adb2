"""How the lines of a text are made of cells."""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_COLUMNS = 10_000
_LONGEST_LINE = 1 << 20
_DELIMITERS = (",", "\t", ";", "|", " ")
_ALIKE = 0.5
_ALIKE_WORDS = 0.8
"""White space stands in every text."""
_NUMBERS = 0.5
_MOST_CELLS = 200_000
_LONGEST_NUMBER = 100
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Columns:
    """`delimiter` is " " for any white space; `names` are empty for a text without a header."""

    delimiter: str
    count: int
    names: tuple[str, ...]
    numeric: tuple[int, ...]

    def cells(self, line: str) -> list[str]:
        """Of one line; a very long one is cut, and so are very many."""
        return _cells(line[:_LONGEST_LINE], self.delimiter)[:MOST_COLUMNS]

    def value(self, line: str, column: int) -> float:
        """The number in one cell; NaN without one. A decimal comma counts where it can be nothing else."""
        return self.number(self.cells(line), column)

    def number(self, cells: Sequence[str], column: int) -> float:
        """As `value`, of the cells of a line."""
        return _number(cells[column], self.delimiter) if column < len(cells) else math.nan

    def by_worth(self, lines: Sequence[str]) -> Sequence[int]:
        """Those of numbers: what rises and falls first, what never changes last, as these lines tell."""
        few = lines[: 1 + _MOST_CELLS // self.count]
        rows = [self.cells(line) for line in few]
        dull = {
            column: _dullness(self.number(row, column) for row in rows) for column in self.numeric
        }
        return sorted(self.numeric, key=lambda column: (dull[column], column))


def columns_of(lines: Sequence[str]) -> Columns | None:
    """Of the first lines; None for text that is no table. One column is one of numbers."""
    told = [line for line in lines if line.strip()]
    comments = _leading_comments(told)
    if comments:  # some programs write the names as the last of them
        told = [told[comments - 1].lstrip("# "), *told[comments:]]
    rows = told[bool(comments) :] or told
    likely = sorted((_likeness(rows, d), -n, d) for n, d in enumerate(_DELIMITERS)) if told else ()
    tables = (
        _columns(told, delimiter, commented=bool(comments))
        for alike, _, delimiter in reversed(likely)
        if alike
    )
    return next(filter(None, tables), None)


def first_row(lines: Sequence[str], columns: Columns) -> int:
    """The number of the line behind comments, or behind the names."""
    names = next((number for number, line in enumerate(lines) if line.strip()), 0)
    return _leading_comments(lines) or (names + 1) * bool(columns.names)


def _dullness(values: Iterable[float]) -> int:
    """0 for what rises and falls, 1 for what does one of both, 2 for what does not change."""
    known = (value for value in values if not math.isnan(value))
    directions = {after > before for before, after in pairwise(known) if after != before}
    return 2 - len(directions)


def _leading_comments(lines: Sequence[str]) -> int:
    """How many lines there are before the first that is neither blank nor begins with "#"."""
    others = (n for n, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    first = next(others, len(lines))
    return first if any(line.strip() for line in lines[:first]) else 0


def _likeness(lines: Sequence[str], delimiter: str) -> float:
    """The share of lines that have as many cells as most of them; 0 when that is no table."""
    cells = [len(_cells(line[:_LONGEST_LINE], delimiter)) for line in lines]
    count, alike = Counter(cells).most_common(1)[0]
    share = alike / len(lines)
    if delimiter == " ":
        return share if share >= _ALIKE_WORDS else 0
    return share if share >= _ALIKE and count > 1 else 0


def _columns(lines: Sequence[str], delimiter: str, *, commented: bool) -> Columns | None:
    rows = [_cells(line[:_LONGEST_LINE], delimiter)[:MOST_COLUMNS] for line in lines]
    count = Counter(map(len, rows)).most_common(1)[0][0]
    if commented and len(rows[0]) != count:
        rows = rows[1:]
    header = _is_header(rows, delimiter)
    numeric = tuple(_numeric(rows[header:], count, delimiter))
    if delimiter == " " and not (numeric and _is_mostly_numbers(rows[header:], delimiter)):
        return None
    return Columns(delimiter, count, tuple(map(str.strip, rows[0])) if header else (), numeric)


def _is_header(rows: Sequence[list[str]], delimiter: str) -> bool:
    """Names, each once, none of them a number."""
    first = [cell.strip() for cell in rows[0]]
    if len(rows) > 1 and not any(any(map(str.strip, row)) for row in rows[1:]):
        return False
    named = [cell for cell in first if cell]
    return (
        bool(named)
        and len(set(named)) == len(named)
        and not any(_is_number(cell, delimiter) for cell in named)
    )


def _numeric(rows: Sequence[list[str]], count: int, delimiter: str) -> Iterator[int]:
    """Where most of what is there is a number."""
    for column in range(count):
        there = [row[column] for row in rows if len(row) > column and row[column].strip()]
        numbers = sum(_is_number(cell, delimiter) for cell in there)
        if there and numbers > _NUMBERS * len(there):
            yield column


def _is_mostly_numbers(rows: Sequence[list[str]], delimiter: str) -> bool:
    """Prose has as many words in each line now and then; a date beside its day is a table."""
    cells = [cell for row in rows for cell in row]
    return sum(_is_number(cell, delimiter) for cell in cells) >= _NUMBERS * len(cells)


def _is_number(cell: str, delimiter: str) -> bool:
    return not math.isnan(_number(cell, delimiter))


def _number(cell: str, delimiter: str) -> float:
    text = cell.strip()
    if delimiter != ",":
        text = text.replace(",", ".")
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return math.nan
    value = float(text)
    return value if math.isfinite(value) else math.nan


def _cells(line: str, delimiter: str) -> list[str]:
    line = line.removesuffix("\r")
    if delimiter == " ":
        return line.split()
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return line.split(delimiter)
