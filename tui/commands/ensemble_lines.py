"""How all runs of a job are printed as one picture."""

from collections.abc import Mapping, Sequence

from core.compare.ensemble import Ensemble, EnsembleRun
from core.compare.outliers import Outlier
from core.printable import printable
from tui.commands.table import Column, show_rows
from tui.output import emit, note, say
from tui.wording.comparisons import (
    DAY_COLUMNS,
    csv_lines,
    days_of,
    outlier_text,
    spread_text,
    where,
)
from tui.wording.figures import figure
from tui.wording.formatting import number, plural

_RUNS = (
    Column("RUN"),
    Column("PEAK", right=True),
    Column("DAY", right=True),
    Column("LAST", right=True),
    Column("DAY", right=True),
    Column("WHERE"),
)
_UNKNOWN = "—"


def write_bands(ensemble: Ensemble) -> None:
    """CSV with a header: plain numbers, a row for each day."""
    for row in csv_lines(ensemble.bands):
        say(row)


def emit_ensemble(ensemble: Ensemble) -> None:
    """An object for each run, outlier and day, told apart by their `kind`."""
    for run in ensemble.runs:
        emit({"kind": "run", "variable": ensemble.variable, **_record(run)})
    for outlier in ensemble.outliers:
        emit({"kind": "outlier", **_outlier(outlier)})
    for row in days_of(ensemble.bands):
        emit({"kind": "day", **dict(zip(DAY_COLUMNS, row, strict=True))})


def show_ensemble(ensemble: Ensemble) -> None:
    """For people: what is unlike, and how far the runs are from each other."""
    show_rows(ensemble.runs, _RUNS, _cells, _line)
    counted = f"{number(len(ensemble.curves))} of {plural(len(ensemble.runs), 'run')}"
    say(f"{printable(ensemble.variable) or 'no curve'}: {counted}")
    for what, spread in (
        ("peak", ensemble.peaks),
        ("day of the peak", ensemble.peak_days),
        ("last value", ensemble.finals),
    ):
        if spread:
            say(f"  {what}: {spread_text(spread)}")
    if ensemble.outliers:
        say(f"  outliers: {', '.join(map(outlier_text, ensemble.outliers))}")
    if ensemble.differing:
        say(f"  parameters that differ: {', '.join(map(printable, ensemble.differing))}")


def note_unread(ensemble: Ensemble) -> bool:
    """Says of which runs there is no curve, and why; whether one could not be read."""
    for run in ensemble.runs:
        if run.why:
            note(f"{run.run.name} {'could not be read: ' if run.failed else ''}{run.why}")
    return any(run.failed for run in ensemble.runs)


def _record(run: EnsembleRun) -> Mapping[str, object]:
    peak = run.curve.peak() if run.curve else None
    final = run.curve.final() if run.curve else None
    return {
        "run": run.run.name,
        "run_id": run.run.run_id,
        "version": run.run.version,
        "path": run.run.path or None,
        "days": len(run.curve.x) if run.curve else None,
        "peak": peak and peak[1],
        "peak_day": peak and peak[0],
        "final": final and final[1],
        "final_day": final and final[0],
        "why": run.why or None,
    }


def _outlier(outlier: Outlier) -> Mapping[str, object]:
    return {
        "run": outlier.name,
        "oddity": outlier.oddity.value,
        "value": outlier.value,
        "day": outlier.day,
    }


def _cells(run: EnsembleRun) -> Sequence[str]:
    points = (run.curve.peak(), run.curve.final()) if run.curve else (None, None)
    told = (cell for point in points for cell in _point(point))
    return (run.run.name, *told, where(run.run))


def _line(run: EnsembleRun) -> str:
    name, peak, peak_day, final, final_day, where = _cells(run)
    return f"{name:<10}  {peak:>12} {peak_day:>8}  {final:>12} {final_day:>8}  {where}"


def _point(point: tuple[float, float] | None) -> Sequence[str]:
    return (figure(point[1]), figure(point[0])) if point else (_UNKNOWN, _UNKNOWN)
