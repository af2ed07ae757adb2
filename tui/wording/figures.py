"""Numbers out of files, as short text; and the round ones between two of them."""

import math
from collections.abc import Sequence

_WHOLE = 1e15
_DIGITS = 4
_STEPS = (1, 2, 5, 10)


def figure(value: float) -> str:
    """As in "1 204", "0.0312", "6.02e+23"."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < _WHOLE:
        return f"{int(value):,}".replace(",", " ")
    short = f"{value:.{_DIGITS}g}"
    return short if "e" in short else f"{float(short):,}".replace(",", " ").removesuffix(".0")


def ticks(low: float, high: float, most: int) -> Sequence[float]:
    """Round numbers from `low` to `high`, at most `most` of them and at least one."""
    if most < 2 or not high > low:  # noqa: PLR2004 - between two there is a distance
        return [low]
    raw = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * times for times in _STEPS if power * times >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [step * number for number in range(first, last + 1)] or [low]
