"""FRED: `out.csv` when it has its final header, `DAILY/` before that, health records while it simulates."""

import re
from collections.abc import Mapping, Sequence

from core.curves.fred_parameters import LOG, parameters_in
from core.curves.fred_variables import by_worth
from core.curves.health_records import RECORDS, exposed_to, exposures
from core.curves.points import Points
from core.curves.run_reader import RunReader
from core.curves.run_text import RunText, first_line
from core.ports.run_files import RunFiles
from core.series import Series

_OUT = "out.csv"
_HEADER = "Day,Date,EpiWeek,Popsize"
_DAILY = re.compile(r"DAILY/(\w[\w.-]*)\.txt")
_FIRST_OF_LOG = "FRED "
_DAY = "Day"


class Fred(RunReader):
    """Of any version that writes `DAILY/` or `out.csv`."""

    def knows(self, run: RunFiles) -> bool:
        """By `DAILY/` or health records, else by how `out.csv` or LOG begin."""
        files = run.files()
        if RECORDS in files or any(map(_DAILY.fullmatch, files)):
            return True
        return bool(_out_columns(run)) or _begins_as_fred(run)

    def variables(self, run: RunFiles) -> Sequence[str]:
        """Of what is there; while FRED simulates, exposures to what is in its health records."""
        return by_worth(_out_columns(run) or _daily(run)) or exposed_to(run)

    def series(self, run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
        """From the same file as `variables`."""
        return _from_out(run, variables) or _from_daily(run, variables) or exposures(run, variables)

    def parameters(self, run: RunFiles) -> Mapping[str, str] | None:
        """From `parameters.txt` or LOG; the model itself lies outside of the RUN directory."""
        return parameters_in(run)


def _begins_as_fred(run: RunFiles) -> bool:
    return first_line(run, LOG).startswith(_FIRST_OF_LOG)


def _out_columns(run: RunFiles) -> Sequence[str]:
    """None before the last write: until then it is rewritten, and its cells are parted by spaces."""
    return _columns(first_line(run, _OUT))


def _columns(first: str) -> Sequence[str]:
    return first.split(",") if first.startswith(_HEADER) else ()


def _daily(run: RunFiles) -> Sequence[str]:
    return [found[1] for found in map(_DAILY.fullmatch, run.files()) if found]


def _from_out(run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
    if _OUT not in run.files():
        return {}
    text = RunText(run, _OUT)
    lines = text.lines()
    names = _columns(next(lines, ""))
    columns = {name: names.index(name) for name in variables if name in names}
    points = Points.of((line.split(",") for line in lines), 0, columns)
    return points.series(_DAY, complete=text.complete)


def _from_daily(run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
    found: dict[str, Series] = {}
    for name in variables:
        if f"DAILY/{name}.txt" in run.files():
            text = RunText(run, f"DAILY/{name}.txt")
            points = Points.of((line.split() for line in text.lines()), 0, {name: 1})
            found |= points.series(_DAY, complete=text.complete)
    return found
