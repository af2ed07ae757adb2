"""A curve in braille. Loads the plotting library: to be imported at the first chart."""

from textual_plotext import PlotextPlot

from tui.widgets.drawn_curve import Curve
from tui.wording.figures import figure, ticks

_CELLS_A_TICK = 14
_LINES_A_TICK = 3
_COLOUR = "cyan"


class ChartView(PlotextPlot):
    """One curve at a time, on the background of the theme."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.theme = "clear"
        self._curve: Curve | None = None

    def draw(self, curve: Curve) -> None:
        """Draws it, unless it is drawn already."""
        if curve != self._curve:
            self._curve = curve
            self._plot_curve(curve)

    def on_resize(self) -> None:
        """Other ticks fit."""
        if self._curve:
            self._plot_curve(self._curve)

    def _plot_curve(self, curve: Curve) -> None:
        plot, width, height = self.plt, self.size.width, self.size.height
        plot.clear_figure()
        plot.plot(list(curve.across), list(curve.up), marker="braille", color=_COLOUR)
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        upward = ticks(min(curve.up), max(curve.up), max(3, height // _LINES_A_TICK))
        along = ticks(min(curve.across), max(curve.across), max(2, width // _CELLS_A_TICK))
        plot.yticks(list(upward), [figure(tick) for tick in upward])
        plot.xticks(list(along), [figure(tick) for tick in along])
        self.refresh()
