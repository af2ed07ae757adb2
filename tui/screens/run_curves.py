"""The curve of one run that is looked at, as its files are when they are read."""

from collections.abc import Sequence

from core.errors import RunFerryError
from core.finish.rule import DAY
from core.finish.run_state import ENDED, RunState
from core.ports.run_files import RunFiles
from core.run_view import RunView
from core.series import Series
from tui.parts.curves import Curves
from tui.services import AppServices
from tui.widgets.curve import curve_of
from tui.widgets.drawn_curve import Curve
from tui.widgets.run_preview import load_plotting

_POINTS = 400
"""More are not seen in a pane."""
_ALMOST = 0.95


class RunCurves:
    """Read by one thread at a time, told to any.

    Attributes:
        variables: What there is a curve of; empty for a simulator that nobody knows.
        variable: Of which the curve is; "" without one.
        failure: Why there is no curve, though there is something to read; else empty.
    """

    def __init__(self, services: AppServices, path: str) -> None:
        self._services = services
        self._path = path
        self._files: RunFiles | None = None
        self._asked: str | None = None
        self.variables: Sequence[str] = ()
        self.variable = ""
        self.curve: Curve | None = None
        self.failure = ""

    def lacks(self, variable: str) -> bool:
        """Whether it was not read yet, at the look that was made last."""
        return self._asked != variable

    def look_again(self) -> None:
        """What was read may have changed."""
        self._files = self._asked = None

    def read(self, run: RunView, variable: str) -> None:
        """The curve of `variable`, or of what is worth most when there is none of that. Blocks."""
        self._asked = variable
        curves = self._services.part(Curves)
        try:
            files = self._files = self._files or curves.local(self._path)
            variables = curves.read_curves.variables(files)
            chosen = variable if variable in variables else next(iter(variables), "")
            series = curves.read_curves.series(files, chosen) if chosen else None
        except RunFerryError as error:
            self.failure = error.what
            return
        drawn = curve_of(series, chosen, _remark(run, series), _POINTS) if series else None
        if drawn:
            load_plotting()
        self.variables, self.variable, self.curve, self.failure = variables, chosen, drawn, ""


def _remark(run: RunView, series: Series) -> str:
    if not series.complete:
        return "of its beginning only"
    if run.state in ENDED or run.state is RunState.SETTLING:
        return ""
    return "of an earlier run" if _is_of_another(run, series) else "so far"


def _is_of_another(run: RunView, series: Series) -> bool:
    """Whether it ends where the run will end, which is far from there: files of old stay until then."""
    if run.reached is None or run.reached.unit != DAY:
        return False
    done, planned, _ = run.reached
    last, _ = series.final() or (0, 0)
    return 0 < planned <= last + 1 and done < _ALMOST * planned
