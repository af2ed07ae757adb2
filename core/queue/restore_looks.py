"""When it is looked again whether an archived object has been restored."""

from collections.abc import Callable

_FIRST_SECONDS, _MOST_SECONDS, _DOUBLINGS = 60.0, 1800.0, 5

RestoreLooks = Callable[[int], float]
"""Seconds to wait after so many looks."""


def restore_looks(looks: int) -> float:
    """A minute at first, in the end half an hour: what takes minutes is seen soon, what takes days costs little."""
    return min(_MOST_SECONDS, _FIRST_SECONDS * 2 ** min(max(looks, 1) - 1, _DOUBLINGS))
