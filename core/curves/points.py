"""Values by day, collected row by row."""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.series import Series


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
        places = (day, *columns.values())
        found = [array("d") for _ in places]
        for cells in rows:
            numbers = _numbers(cells, places)
            if not math.isnan(numbers[0]):
                for column, number in zip(found, numbers, strict=True):
                    column.append(number)
        return cls(found[0], dict(zip(columns, found[1:], strict=True)))

    def series(self, day_name: str, *, complete: bool) -> dict[str, Series]:
        """By variable; `complete` as of a series."""
        return {
            name: Series(name, day_name, self.days, values, complete)
            for name, values in self.values.items()
        }


def _numbers(cells: Sequence[str], places: Sequence[int]) -> list[float]:
    """Most rows have nothing else: they cost one step each."""
    try:
        numbers = [float(cells[place]) for place in places]
    except (ValueError, IndexError):
        return [_number(cells, place) for place in places]
    if math.isfinite(sum(numbers)):
        return numbers
    return [_number(cells, place) for place in places]


def _number(cells: Sequence[str], place: int) -> float:
    """NaN for what is no finite number, or not there."""
    try:
        value = float(cells[place])
    except (ValueError, IndexError):
        return math.nan
    return value if math.isfinite(value) else math.nan
