"""The runs of an ensemble as rows: what is most about each, and where it is."""

from collections.abc import Sequence

from core.compare.ensemble import Ensemble, EnsembleRun
from core.printable import printable
from core.series import Series
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import ListSource
from tui.wording.comparisons import oddity_text, where
from tui.wording.figures import figure

ENSEMBLE_COLUMNS = (
    Column("RUN", 8),
    Column("PEAK", 8, right=True),
    Column("DAY", 5, right=True),
    Column("LAST", 8, right=True),
    Column("WHERE", 16),
    Column("", 8, flexible=True),
)


def ensemble_rows(ensemble: Ensemble) -> ListSource[EnsembleRun]:
    """In the order of the runs, by name."""
    odd = {outlier.name: oddity_text(outlier) for outlier in ensemble.outliers}

    def row(run: EnsembleRun) -> Row:
        name = run.run.name
        peak, final = _points(run.curve)
        note = odd.get(name, "") or run.why
        return Row(
            name,
            (
                Cell(printable(name), Tone.STRONG if name in odd else Tone.PLAIN, keep_end=True),
                *(Cell(figure(value) if value is not None else "") for value in (*peak, final)),
                Cell(where(run.run), Tone.DIM),
                Cell(note, Tone.BAD if run.failed else Tone.WARN),
            ),
        )

    return ListSource(ensemble.runs, lambda run: run.run.name, row)


def _points(curve: Series | None) -> tuple[Sequence[float | None], float | None]:
    """How high its peak is and when, and its last value."""
    peak = curve.peak() if curve else None
    final = curve.final() if curve else None
    return (peak[1], peak[0]) if peak else (None, None), final[1] if final else None
