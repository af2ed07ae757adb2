"""What lies one over the other in a chart."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.wording.signs import Tone


@dataclass(frozen=True)
class Stroke:
    """A curve through finite points, at least one; drawn in dots, or with a `pen` of its own.

    With a `tone` it is in the colour that words have in it. `sign` stands on it here and there, to tell
    it from others also where there are no colours.
    """

    across: Sequence[float]
    up: Sequence[float]
    tone: Tone | None = None
    sign: str = ""
    pen: str = "braille"


@dataclass(frozen=True)
class Band:
    """All between `low` and `high`, filled with a `pen`; as many of each as `across`, at least one."""

    across: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    pen: str


Layer = Stroke | Band
