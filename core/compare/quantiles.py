"""Quantiles as numpy and pandas have them by default."""

from collections.abc import Sequence


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of sorted values, at least one; `share` from 0 to 1.

    Between two values it is interpolated linearly at position (n - 1) · share, counted from 0: Hyndman
    and Fan's type 7, the default of numpy.quantile and pandas.
    """
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
