"""A variable over time."""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter


@dataclass(frozen=True)
class Series:
    """One column against what the first one counts (days, weeks), or against the row number.

    `x` and `values` are as long as each other; gaps in `values` are NaN. When it is not `complete`,
    more may stand behind what was read.
    """

    name: str
    x_name: str
    x: "array[float]"
    values: "array[float]"
    complete: bool = True

    def peak(self) -> tuple[float, float] | None:
        """(x, value) where it is largest; None when there is no number."""
        return max(self._known(), key=itemgetter(1), default=None)

    def final(self) -> tuple[float, float] | None:
        """(x, value) of the last number; None when there is none."""
        return next(iter(reversed([*self._known()])), None)

    def _known(self) -> Iterator[tuple[float, float]]:
        points = zip(self.x, self.values, strict=True)
        return (point for point in points if not math.isnan(point[1]))
