"""Time spans as people write them: 45s, 90m, 36h, 7d."""

import re

_SPAN = re.compile(r"([0-9]{1,9})([smhd])", re.ASCII)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds_of(text: str) -> int | None:
    """Its seconds; None for what is no time span."""
    found = _SPAN.fullmatch(text)
    return int(found[1]) * _UNITS[found[2]] if found else None


def span(seconds: int) -> str:
    """As in "7 days", "36 h", "90 min"; in the largest unit that leaves nothing over."""
    for length, unit in ((86_400, "day"), (3600, "h"), (60, "min")):
        count, left = divmod(seconds, length)
        if count and not left:
            plural = "s" if unit == "day" and count > 1 else ""
            return f"{count} {unit}{plural}"
    return f"{seconds} s"
