"""Tables whose columns are known by name, wherever in a text the names stand."""

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.curves.points import Points
from core.kinds.run_kind import Curve
from core.preview.columns import Columns

ROW = "row"
_DELIMITERS = (",", "\t", ";", "|", " ")


@dataclass(frozen=True)
class _Header:
    """The names of columns, as one line has them."""

    columns: Columns

    def there(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that it has."""
        return [name for name in names if name in self.columns.names]

    def number(self, cells: Sequence[str], name: str) -> float:
        """What a row has in this column; NaN for no number."""
        names = self.columns.names
        return self.columns.number(cells, names.index(name)) if name in names else math.nan

    def row(self, line: str) -> Sequence[str]:
        """Its cells; none of a line between tables, which has another number of words."""
        cells = self.columns.cells(line)
        is_row = len(cells) == self.columns.count or self.columns.delimiter != " "
        return cells if is_row else ()


def columns_there(lines: Iterable[str], curve: Curve) -> Sequence[str]:
    """Those that are named, and that headers in these lines have."""
    headers = filter(None, (_header(line, curve) for line in lines))
    there = {name for header in headers for name in header.there(curve.y)}
    return [name for name in curve.y if name in there]


def points_in(lines: Iterable[str], curve: Curve, names: Sequence[str]) -> tuple[str, Points]:
    """What the columns of `names` are over, and their values. Where that is no number, as a date, it is the row."""
    x, *values = columns = [array("d") for _ in ("x", *names)]
    for row in _rows(lines, curve, names):
        for column, number in zip(columns, row, strict=True):
            column.append(number)
    if all(map(math.isnan, x)):
        return ROW, Points(array("d", range(1, len(x) + 1)), dict(zip(names, values, strict=True)))
    rising, kept = _rising(x), dict(zip(names, values, strict=True))
    chosen = {name: array("d", map(kept[name].__getitem__, rising)) for name in names}
    return curve.x, Points(array("d", map(x.__getitem__, rising)), chosen)


def _header(line: str, curve: Curve) -> _Header | None:
    """What a line says of columns, if it names those that are asked for."""
    if curve.x not in line:
        return None
    told = line.lstrip("\ufeff# ")
    for delimiter in _DELIMITERS:
        names = tuple(map(str.strip, Columns(delimiter, 0, (), ()).cells(told)))
        if curve.x in names and any(name in names for name in curve.y):
            return _Header(Columns(delimiter, len(names), names, ()))
    return None


def _rows(lines: Iterable[str], curve: Curve, names: Sequence[str]) -> Iterator[Sequence[float]]:
    """Of each row the value of x, then those of `names`; at least one of those is a number."""
    header: _Header | None = None
    for line in lines:
        if begun := _header(line, curve):
            header = begun
        elif header and (cells := header.row(line)):
            values = [header.number(cells, name) for name in names]
            if not all(map(math.isnan, values)):
                yield header.number(cells, curve.x), *values


def _rising(x: Sequence[float]) -> Sequence[int]:
    """The rows by their x: what was written again, as by a run that was gone on with, counts as it was last."""
    if all(before < after for before, after in pairwise(x)):
        return range(len(x))
    last = {at: row for row, at in enumerate(x) if not math.isnan(at)}
    return [last[at] for at in sorted(last)]
