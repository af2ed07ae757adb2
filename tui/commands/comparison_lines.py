"""How runs are printed that are compared with each other."""

from collections.abc import Iterator, Sequence

from core.compare.compare_files import CompareFiles, Difference, DifferingFiles
from core.compare.compare_runs import ComparedRun, Comparison
from core.compare.named_run import NamedRun
from core.printable import printable
from core.series import Series
from tui.commands.table import Column, show_rows
from tui.output import emit, note, on_terminal, say
from tui.wording.figures import figure
from tui.wording.formatting import number, plural, size

Row = tuple[str, ...]
_UNKNOWN = "—"
_MOST_NAMES = 8


def show_comparison(comparison: Comparison, compare_files: CompareFiles) -> None:
    """One row for each thing, one column for each run; then which files differ."""
    names = [run.run.name for run in comparison.runs]
    columns = [Column(""), *(Column(name, right=True) for name in names)]
    if not on_terminal():  # where the columns have no titles
        say(_line(("", *names)))
    show_rows(_rows(comparison), columns, lambda row: row, _line)
    _note_unknown(comparison)
    first, *others = comparison.runs
    for other in others:
        files = compare_files(first.run.sources[0], other.run.sources[0])
        _show_files(first.run, other.run, files)


def emit_comparison(comparison: Comparison, compare_files: CompareFiles) -> None:
    """One object for each run, each parameter that differs, and the files of each other run."""
    for run in comparison.runs:
        emit({"kind": "run", **_record(run, comparison.variable)})
    for name, values in comparison.differing.items():
        emit({"kind": "parameter", "name": name, "values": [*values]})
    first, *others = comparison.runs
    for other in others:
        files = compare_files(first.run.sources[0], other.run.sources[0])
        record = {"kind": "files", "first": first.run.name, "second": other.run.name}
        emit({**record, **vars(files)})


def show_difference(
    compare_files: CompareFiles, runs: Sequence[NamedRun], path: str, *, as_json: bool
) -> None:
    """Where a file of each other run differs first from that of the first one."""
    first, *others = runs
    for other in others:
        found = compare_files.lines(first.sources[0], other.sources[0], path)
        if as_json:
            names = {"kind": "difference", "path": path, "first": first.name, "second": other.name}
            emit({**names, "line": found.line, "lines": [found.first, found.second],
                  "text": found.text, "complete": found.complete})  # fmt: skip
        else:
            _show_difference(first, other, path, found)


def _rows(comparison: Comparison) -> Iterator[Row]:
    """What all runs have, then what they were told differently."""
    runs, name = comparison.runs, printable(comparison.variable)
    curves = [run.curve for run in runs]
    yield ("files", *(number(run.files) for run in runs))
    yield ("size", *(size(run.bytes) for run in runs))
    if name:
        yield (f"{name}: days", *(_days(run) for run in runs))
        yield (f"{name}: peak", *(_point(c, c.peak() if c else None) for c in curves))
        yield (f"{name}: last", *(_point(c, c.final() if c else None) for c in curves))
    for parameter, values in comparison.differing.items():
        told = (_UNKNOWN if value is None else printable(value) for value in values)
        yield (printable(parameter), *told)


def _line(row: Row) -> str:
    name, *values = row
    return f"{name:<24}" + "".join(f"  {value:>16}" for value in values)


def _days(run: ComparedRun) -> str:
    if run.curve is None:
        return _UNKNOWN
    return number(run.days) if run.curve.complete else f"{number(run.days)} (first 64 MiB)"


def _point(curve: Series | None, point: tuple[float, float] | None) -> str:
    if curve is None or point is None:
        return _UNKNOWN
    return f"{figure(point[1])}, {printable(curve.x_name).lower()} {figure(point[0])}"


def _note_unknown(comparison: Comparison) -> None:
    """What cannot be said is not taken for equal."""
    silent = [run.run.name for run in comparison.runs if run.parameters is None]
    if silent:
        note(f"No parameters are known of {', '.join(silent)}.")
    elif not comparison.differing:
        note("The parameters that the runs tell are the same.")
    if not comparison.variable:
        note("No curve of any of them is known.")


def _show_files(first: NamedRun, second: NamedRun, files: DifferingFiles) -> None:
    say(f"{first.name} and {second.name}: {plural(files.same, 'file')} of the same content")
    for what, paths in (
        ("differ", files.differing),
        (f"only in {first.name}", files.only_first),
        (f"only in {second.name}", files.only_second),
        ("of the same size, too large to be compared", files.unread),
    ):
        if paths:
            some = ", ".join(map(printable, paths[:_MOST_NAMES]))
            more = " …" if len(paths) > _MOST_NAMES else ""
            say(f"  {number(len(paths))} {what}: {some}{more}")


def _show_difference(first: NamedRun, second: NamedRun, path: str, found: Difference) -> None:
    name = printable(path)
    if not found.text:
        say(f"{name} is no text in {first.name} or {second.name}.")
    elif not found.line:
        part = "" if found.complete else " in the first 64 MiB, which is what was read"
        say(f"{name} has the same lines in {first.name} and {second.name}{part}.")
    else:
        say(f"{name} differs first in line {found.line}:")
        for run, text in ((first, found.first), (second, found.second)):
            say(f"  {run.name}: {'(has ended)' if text is None else text}")


def _record(run: ComparedRun, variable: str) -> dict[str, object]:
    peak = run.curve.peak() if run.curve else None
    final = run.curve.final() if run.curve else None
    return {
        "run": run.run.name,
        "files": run.files,
        "bytes": run.bytes,
        "variable": variable if run.curve else None,
        "days": run.days if run.curve else None,
        "peak": peak and peak[1],
        "peak_day": peak and peak[0],
        "final": final and final[1],
        "final_day": final and final[0],
        "complete": run.curve.complete if run.curve else None,
        "parameters": None if run.parameters is None else dict(run.parameters),
    }
