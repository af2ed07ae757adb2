"""What FRED's health records tell while it simulates and has written nothing else."""

import re
from array import array
from collections.abc import Mapping, Sequence

from core.curves.run_text import RunText
from core.ports.run_files import RunFiles
from core.preview.text import FIRST
from core.series import Series

RECORDS = "health_records.txt"
_EXPOSURE = re.compile(
    r"HEALTH RECORD: \S+ \S+ day (\d{1,9}) .*? is (?:EXPOSED to|an IMPORTED EXPOSURE to) ([\w-]+)"
)
_DAY = re.compile(r"HEALTH RECORD: \S+ \S+ day (\d{1,9}) ")
_LATEST = 10_000_000
_NAME = "{} exposures"


def exposed_to(run: RunFiles) -> Sequence[str]:
    """Variables: new exposures to each condition that the first records name."""
    if RECORDS not in run.files():
        return ()
    found = filter(None, map(_EXPOSURE.match, RunText(run, RECORDS, FIRST).lines()))
    return [*dict.fromkeys(_NAME.format(match[2]) for match in found)]


def exposures(run: RunFiles, variables: Sequence[str]) -> dict[str, Series]:
    """New exposures by day, up to the last day that is known to be over."""
    if RECORDS not in run.files():
        return {}
    text, last = RunText(run, RECORDS), 0
    counts: dict[str, dict[int, int]] = {name: {} for name in variables}
    for line in text.lines():
        if day := _DAY.match(line):
            last = max(last, int(day[1]))
        if found := _EXPOSURE.match(line):
            of_variable = counts.get(_NAME.format(found[2]), {})
            of_variable[int(found[1])] = of_variable.get(int(found[1]), 0) + 1
    days = range(min(last, _LATEST))
    return {
        name: _series(name, days, found, complete=text.complete)
        for name, found in counts.items()
        if found
    }


def _series(name: str, days: range, found: Mapping[int, int], *, complete: bool) -> Series:
    values = array("d", (found.get(day, 0) for day in days))
    return Series(name, "Day", array("d", days), values, complete)
