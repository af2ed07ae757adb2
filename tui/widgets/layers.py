"""What lies one over the other in a chart."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Stroke:
    """A curve through finite points, at least one; drawn in dots, or with a `pen` of its own.

    `sign` stands on it here and there, to tell it from others also where there are no colours.
    """

    across: Sequence[float]
    up: Sequence[float]
    colour: str = "cyan"
    sign: str = ""
    pen: str = "braille"


@dataclass(frozen=True)
class Band:
    """All between `low` and `high`, filled with a `pen`; as many of each as `across`, at least one."""

    across: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    pen: str
    colour: str = "blue"


Layer = Stroke | Band
