"""Numbers and times as short text that does not make a column jump."""

from datetime import datetime
from os.path import expanduser

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_UNKNOWN = "—"
_BLOCKS = "▁▂▃▄▅▆▇█"


def size(count: float) -> str:
    """At most eight characters: "0 B", "2.1 KiB", "811 MiB"."""
    value, unit = float(count), 0
    while round(value) >= 1000 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - never four digits
        value, unit = value / 1024, unit + 1
    precise = unit and round(value, 1) < 10  # noqa: PLR2004 - one digit before the point
    return f"{value:.1f} {_UNITS[unit]}" if precise else f"{value:.0f} {_UNITS[unit]}"


def of_total(done: int, total: int) -> str:
    """As in "1.2 of 3.1 MiB", or "900 KiB of 3.1 MiB"."""
    part, whole = size(done), size(total)
    amount, _, unit = part.partition(" ")
    return f"{amount if unit == whole.partition(' ')[2] else part} of {whole}"


def rate(per_second: float | None) -> str:
    """Bytes per second; a dash while unknown."""
    return _UNKNOWN if per_second is None else f"{size(per_second)}/s"


def limit(per_second: int) -> str:
    """A limit in the unit that it was most likely written in: "3 MB/s", "1.5 MiB/s"."""
    decimal, binary = _scaled(per_second, 1000, "BkMGT"), _scaled(per_second, 1024, "BKMGT")
    return f"{min(decimal, binary, key=len)}/s"


def _scaled(count: int, base: int, prefixes: str) -> str:
    """In the largest unit that leaves at least one, with as many digits as it takes."""
    power = 0
    while count >= base ** (power + 1) and power < len(prefixes) - 1:
        power += 1
    number = f"{count / base**power:.6f}".rstrip("0").rstrip(".")
    if not power:
        return f"{number} B"
    return f"{number} {prefixes[power]}{'B' if base == 1000 else 'iB'}"  # noqa: PLR2004 - decimal


def duration(seconds: float | None) -> str:
    """At most six characters: "0m22s", "1h04m", "12d03h"; a dash while unknown."""
    if seconds is None:
        return _UNKNOWN
    whole = int(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}s"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"
    return f"{whole // _DAY}d{whole % _DAY // _HOUR:02}h"


def age(then: datetime, now: datetime) -> str:
    """How long ago, in one unit: "2 s ago", "3 h ago". A clock that was set back gives "0 s ago"."""
    seconds = max(0, int((now - then).total_seconds()))
    for length, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= length:
            return f"{seconds // length} {unit} ago"
    return f"{seconds} s ago"


def hence(then: datetime, now: datetime) -> str:
    """In how long, in one unit: "in 22 min", "in 3 h", "in 2 d"."""
    seconds = max(0, int((then - now).total_seconds()))
    for length, unit in ((_DAY, "d"), (_HOUR, "h")):
        if seconds >= 2 * length:
            return f"in {round(seconds / length)} {unit}"
    return f"in {-(-seconds // _MINUTE)} min"


def moment(then: datetime, now: datetime) -> str:
    """The clock time, with its date when that is another one than today's."""
    if then.astimezone().date() == now.astimezone().date():
        return clock_time(then)
    return date_time(then)


def clock_time(moment: datetime) -> str:
    """Hours and minutes where the user is."""
    return moment.astimezone().strftime("%H:%M")


def date_time(moment: datetime) -> str:
    """Date, hours and minutes where the user is."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def number(count: int) -> str:
    """Digits in groups of three: "4 016"."""
    return f"{count:,}".replace(",", " ")


def percent(fraction: float) -> str:
    """Four characters, rounded down: 100 % is said only of what is complete."""
    return f"{int(fraction * 100):3}%"


def plural(count: int, noun: str) -> str:
    """As in "1 run" and "4 016 runs"."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def sparkline(values: tuple[int, ...], width: int) -> str:
    """The newest `width` values against the largest of them, right-aligned."""
    shown = values[-width:]
    top = max(shown, default=0)
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[-(-v * steps // top) if top else 0] for v in shown).rjust(width)


def short_path(path: str) -> str:
    """The path with the home directory as `~`."""
    home = expanduser("~")
    if home not in {"/", "~"} and (path == home or path.startswith(home + "/")):
        return "~" + path[len(home) :]
    return path


def headline(text: str, width: int) -> str:
    """`text`, losing its beginning when it is longer than `width`: the end of a path tells most."""
    return text if len(text) <= width else "…" + text[len(text) - width + 1 :]
