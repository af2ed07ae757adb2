"""Values by day, collected row by row."""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.preview.table import Series


@dataclass(frozen=True)
class Points:
    """Of several variables of one file: values by variable, beside the days that all of them have.

    A row without a day counts for nothing; what is no number is a gap (NaN).
    """

    days: "array[float]"
    values: Mapping[str, "array[float]"]

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]], day: int, columns: Mapping[str, int]) -> "Points":
        """`day` and `columns` are the numbers of cells, from 0."""
        days = array("d")
        values = {name: array("d") for name in columns}
        places = [(values[name], column) for name, column in columns.items()]
        for cells in rows:
            when = number(cells, day)
            if not math.isnan(when):
                days.append(when)
                for found, column in places:
                    found.append(number(cells, column))
        return cls(days, values)

    def series(self, day_name: str, *, complete: bool) -> dict[str, Series]:
        """By variable; `complete` as of a series."""
        return {
            name: Series(name, day_name, self.days, values, complete)
            for name, values in self.values.items()
        }


def number(cells: Sequence[str], column: int) -> float:
    """NaN for what is no finite number, or not there."""
    try:
        value = float(cells[column])
    except (ValueError, IndexError):
        return math.nan
    return value if math.isfinite(value) else math.nan
