"""What a chart shows of a series, and how it is said in words."""

import math
from collections.abc import Iterator, Sequence

from core.series import Series
from tui.widgets.drawn_curve import Curve
from tui.wording.figures import figure

_MOST_POINTS = 2000
_A_PIECE = 2
"""Points that stand for a piece of the curve: its lowest and its highest."""


def curve_of(series: Series, nameless: str, remark: str, most: int = _MOST_POINTS) -> Curve | None:
    """At most about so many points of it; None without a number. Takes its time when it is long.

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
    drawn = list(_drawn(points, most))
    return Curve(title, [x for x, _ in drawn], [y for _, y in drawn], peak, remark)


def _drawn(points: Sequence[tuple[float, float]], most: int) -> Iterator[tuple[float, float]]:
    length = max(1, -(-len(points) * _A_PIECE // most))
    if length <= _A_PIECE:
        yield from points
        return
    for start in range(0, len(points), length):
        piece = points[start : start + length]
        ends = min(piece, key=lambda point: point[1]), max(piece, key=lambda point: point[1])
        yield from sorted(ends)
