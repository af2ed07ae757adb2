"""What a chart shows, and how it is said in words."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.preview.table import Series
from tui.wording.figures import figure

_MOST_POINTS = 2000
_A_PIECE = 2
"""Points that stand for a piece of the curve: its lowest and its highest."""


@dataclass(frozen=True)
class Curve:
    """`across` and `up` are equally many finite numbers, at least one; `peak` says the largest.

    `remark` is what has to be known of it, as that it is of a part only.
    """

    title: str
    across: Sequence[float]
    up: Sequence[float]
    peak: str
    remark: str = ""


def curve_of(series: Series, nameless: str, remark: str) -> Curve | None:
    """As many points of it as can be seen; None without a number. Takes its time when it is long.

    A column without a name, which is called by its number, is `nameless`.
    """
    points = [
        (x, value)
        for x, value in zip(series.x, series.values, strict=True)
        if math.isfinite(x) and math.isfinite(value)
    ]
    if not points:
        return None
    at, top = max(points, key=lambda point: point[1])
    where = " at" if series.x_name.isdigit() else f", {series.x_name.lower()}"
    peak = f"peak {figure(top)}{where} {figure(at)}"
    title = nameless if series.name.isdigit() else series.name
    drawn = list(_drawn(points))
    return Curve(title, [x for x, _ in drawn], [y for _, y in drawn], peak, remark)


def _drawn(points: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    length = max(1, -(-len(points) * _A_PIECE // _MOST_POINTS))
    if length <= _A_PIECE:
        yield from points
        return
    for start in range(0, len(points), length):
        piece = points[start : start + length]
        ends = min(piece, key=lambda point: point[1]), max(piece, key=lambda point: point[1])
        yield from sorted(ends)
