"""FRED's post-processing: the DAILY files, one table per condition, and out.csv as the last write.

The generators yield after each change that a watcher can see. FRED makes its tables with a shell
pipeline per column, each into X.csv.tmp which then replaces X.csv: short-lived files and half-made
versions are what a watcher has to live with.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from tui.demo.daily_counts import Condition
from tui.demo.plan import DemoPlan


def write_condition(run_dir: Path, condition: Condition) -> Iterator[None]:
    """DAILY/<COND>.*.txt, then <COND>.csv: column after column, the header, the commas."""
    columns = condition.columns()
    for name, values in columns.items():
        _write_daily(run_dir, name, values)
    yield
    table = run_dir / f"{condition.name}.csv"
    first, *others = columns
    yield from _start_table(table, run_dir, first)
    for name in others:
        yield from _replace(table, _joined(table, _daily(run_dir, name)))
    yield from _prepend_header(table, " ".join(["Day", *columns]))
    lines = _with_commas(table)
    yield from _replace(table, [line.replace(",", " ", 1) for line in lines])


def write_calendar(run_dir: Path, plan: DemoPlan) -> None:
    """DAILY/Popsize.txt, Date.txt and EpiWeek.txt, in this order."""
    dates = [plan.date_of(day) for day in range(plan.days)]
    _write_daily(run_dir, "Popsize", [str(plan.population)] * plan.days)
    _write_daily(run_dir, "Date", [str(date) for date in dates])
    _write_daily(run_dir, "EpiWeek", [_epi_week(date) for date in dates])


def write_out_csv(run_dir: Path, conditions: Sequence[Condition]) -> Iterator[None]:
    """out.csv: it exists early, with spaces; the last write of a run turns them into commas."""
    table = run_dir / "out.csv"
    yield from _start_table(table, run_dir, "Date")
    for name in ("EpiWeek", "Popsize"):
        yield from _replace(table, _joined(table, _daily(run_dir, name)))
    yield from _prepend_header(table, "Day Date EpiWeek Popsize ")
    for condition in conditions:
        yield from _replace(table, _joined(table, run_dir / f"{condition.name}.csv"))
    yield from _replace(table, _with_commas(table))


def _daily(run_dir: Path, name: str) -> Path:
    return run_dir / "DAILY" / f"{name}.txt"


def _write_daily(run_dir: Path, name: str, values: Sequence[str]) -> None:
    _write(_daily(run_dir, name), [f"{day} {value}" for day, value in enumerate(values)])


def _epi_week(day: date) -> str:
    """Year and number of the epidemiological week: from Sunday, counted by its Wednesday."""
    sunday = day - timedelta(days=day.isoweekday() % 7)
    wednesday = sunday + timedelta(days=3)
    return f"{wednesday.year}.{(wednesday.timetuple().tm_yday - 1) // 7 + 1:02d}"


def _start_table(table: Path, run_dir: Path, column: str) -> Iterator[None]:
    """The first column is copied in place, without a temporary file."""
    table.write_bytes(_daily(run_dir, column).read_bytes())
    yield


def _joined(table: Path, column: Path) -> list[str]:
    """The table's lines, each with its day's value and, as in FRED, one more space at the end."""
    values = dict(line.split(" ", 1) for line in _lines(column))
    return [f"{line} {values[line.split(' ', 1)[0]]} " for line in _lines(table)]


def _prepend_header(table: Path, header: str) -> Iterator[None]:
    """By way of X.header, which lives until the table has been replaced."""
    header_file = table.with_suffix(".header")
    _write(header_file, [header])
    yield
    yield from _replace(table, [header, *_lines(table)])
    header_file.unlink()
    yield


def _with_commas(table: Path) -> list[str]:
    """Each run of spaces becomes one comma, none at the end of a line."""
    return [re.sub(" +", ",", line).removesuffix(",") for line in _lines(table)]


def _replace(table: Path, lines: Sequence[str]) -> Iterator[None]:
    temporary = table.with_name(f"{table.name}.tmp")
    _write(temporary, lines)
    yield
    temporary.replace(table)
    yield


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines()
