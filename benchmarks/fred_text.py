"""Text like that of FRED's output files: labels that repeat, counters that walk, records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_STATES = ("S", "E", "Is", "Ia", "Hosp", "ICU", "R", "Dead")
_CONDITIONS = ("INFLUENZA", "COVID", "STAYHOME", "VACCINE")
_DAYS = 3000
Lines = Callable[[Random], Iterator[str]]


def _date(day: int) -> date:
    return date(2020, 1, 1) + timedelta(days=day % _DAYS)


def summaries(chooser: Random) -> Iterator[str]:
    """A long line a day, with a label before each number."""
    labels = [f"{condition}.{state}" for condition in _CONDITIONS for state in _STATES]
    levels = dict.fromkeys(labels, 1000)
    for day in range(1 << 30):
        when = _date(day)
        fields = [f"Day {day % _DAYS} Date {when} WkDay {when:%a} Week {when:%V} N 1200000"]
        for label in labels:
            level = levels[label] = max(0, levels[label] + chooser.randrange(-40, 45))
            new = chooser.randrange(60) if level else 0
            condition, _, state = label.partition(".")
            fields.append(
                f"{label} {level} {condition}.new{state} {new} {condition}.tot{state} {level * 3}"
            )
        yield " ".join(fields) + "\n"


def health_records(chooser: Random) -> Iterator[str]:
    """A line for each event of a person."""
    hours = 0.0
    while True:
        hours += chooser.random() * 0.2
        day, hour = divmod(int(hours), 24)
        yield (
            f"HEALTH RECORD: {_date(day)} {hour:02}:00 day {day % _DAYS} hour {hour} "
            f"person {chooser.randrange(1_200_000)} age {chooser.randrange(95)} "
            f"sex {chooser.choice('MF')} race {chooser.randrange(9)} "
            f"income {chooser.randrange(20) * 1000} CONDITION {chooser.choice(_CONDITIONS)} "
            f"CHANGES from {chooser.choice(_STATES)} to {chooser.choice(_STATES)} "
            f"household H{chooser.randrange(400_000):07} "
            f"latitude 40.{chooser.randrange(1_000_000):06} "
            f"longitude -79.{chooser.randrange(1_000_000):06}\n"
        )


def time_series(chooser: Random) -> Iterator[str]:
    """CSV with means and deviations; nearly half of them are zero."""
    columns = [f"{c}_{s}" for c in _CONDITIONS[:2] for s in _STATES]
    yield "day,date," + ",".join(f"{column}_mean,{column}_std" for column in columns) + "\n"
    for day in range(1 << 30):
        values = [
            f"{chooser.randrange(20_000) / 8:.6f},{chooser.randrange(400) / 4:.6f}"
            if chooser.random() > 0.45  # noqa: PLR2004
            else "0.000000,0.000000"
            for _ in columns
        ]
        yield f"{day},{_date(day)},{','.join(values)}\n"


def counts(chooser: Random) -> Iterator[str]:
    """Columns of fixed width."""
    level = 0
    for day in range(1 << 30):
        level = max(0, level + chooser.randrange(-9, 11))
        yield f"{day:8} {level:8} {level // 3:8} {0:8} {level / 1200:10.4f}\n"


@dataclass(frozen=True)
class Kind:
    """Files of one sort: how they are called, and how many of a hundred they are."""

    name: str
    suffix: str
    lines: Lines
    share: int


KINDS = (
    Kind("out", "txt", summaries, 35),
    Kind("health_records", "txt", health_records, 35),
    Kind("daily", "csv", time_series, 15),
    Kind("counts", "txt", counts, 15),
)


class TextPool:
    """Some MB of every kind, of which files are cut: quicker than to invent each of them."""

    def __init__(self, seed: int, kind_bytes: int) -> None:
        self._texts = {kind: _text(kind.lines, Random(seed), kind_bytes) for kind in KINDS}

    def choose(self, chooser: Random) -> Kind:
        """One of the kinds, according to their shares."""
        return chooser.choices(KINDS, [kind.share for kind in KINDS])[0]

    def cut(self, kind: Kind, size: int, chooser: Random) -> bytes:
        """`size` bytes from the beginning of some line on."""
        text = self._texts[kind]
        start = text.find(b"\n", chooser.randrange(len(text))) + 1
        piece = text[start : start + size]
        return piece + text[: size - len(piece)]


def _text(lines: Lines, chooser: Random, size: int) -> bytes:
    text = bytearray()
    for line in lines(chooser):
        text += line.encode()
        if len(text) >= size:
            return bytes(text)
    raise AssertionError  # lines have no end
