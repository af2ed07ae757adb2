"""What the runs of the lab wrote: a flu that comes and goes, one seed after the other."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from tests.tui.archives import zipped

DAYS = 180
_PEOPLE = 45318
_BEGIN = date(2020, 1, 1)


def files_of(number: int, days: int = DAYS) -> dict[str, bytes]:
    """The files of RUN`number` as far as it is, by path below it."""
    wave = list(islice(_wave(number), days))
    begun = [_BEGIN + timedelta(day) for day in range(days)]
    table = "\n".join(
        f"{day},{when},{_PEOPLE - sum(wave[: day + 1])},{_sick(wave, day)},{new}"
        for day, (when, new) in enumerate(zip(begun, wave, strict=True))
    )
    log = "".join(f"day {day} {when} finished\n" for day, when in enumerate(begun))
    files = {
        "DAILY/Date.txt": "".join(f"{day} {when}\n" for day, when in enumerate(begun)),
        "DAILY/INF.I.txt": "".join(f"{day} {_sick(wave, day)}\n" for day in range(days)),
        "DAILY/INF.newI.txt": "".join(f"{day} {new}\n" for day, new in enumerate(wave)),
        "LOG": f"FRED begins, seed {100 + number}\n{log}",
        "out.csv": f"Day,Date,INF.S,INF.I,INF.newI\n{table}\n",
        "parameters.txt": f"days = {DAYS}\nseed = {100 + number}\n{_told(number)}",
        "health_records.txt": "".join(f"{day},{new},recovered\n" for day, new in enumerate(wave)),
    }
    if days < DAYS:
        del files["out.csv"]
    return {name: text.encode() for name, text in files.items()}


def archive_of(number: int) -> bytes:
    """The same as it is stored."""
    return zipped({f"RUN{number}/{name}": data for name, data in files_of(number).items()})


def _told(number: int) -> str:
    return f"INF.transmissibility = {_contagion(number)}\nschool_closure = {number % 2}\n"


def _contagion(number: int) -> float:
    return (0.26, 0.24, 0.29, 0.25, 0.27)[number % 5]


def _sick(wave: list[int], day: int) -> int:
    """Whoever fell ill within a week."""
    return sum(wave[max(0, day - 6) : day + 1])


def _wave(number: int) -> Iterator[int]:
    """New cases day by day: only sums, products and quotients, which are alike on every machine."""
    healthy, ill = float(_PEOPLE - 10), 10.0
    while True:
        new = _contagion(number) * healthy * ill / _PEOPLE
        healthy, ill = healthy - new, ill + new - ill / 7
        yield round(new)
