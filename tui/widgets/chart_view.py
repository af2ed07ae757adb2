"""Curves and bands in a chart. Loads the plotting library: to be imported at the first chart."""

from collections.abc import Iterator, Sequence

from textual_plotext import PlotextPlot

from tui.widgets.drawn_curve import Curve
from tui.widgets.layers import Band, Layer, Stroke
from tui.wording.figures import figure, ticks

_CELLS_A_TICK = 14
_LINES_A_TICK = 3
_CELLS_A_SIGN = 12


class ChartView(PlotextPlot):
    """On the background of the theme; the first layer lies at the bottom."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.theme = "clear"
        self._layers: Sequence[Layer] = ()

    def draw(self, curve: Curve) -> None:
        """Draws one curve, unless it is drawn already."""
        self.draw_layers((Stroke(curve.across, curve.up),))

    def draw_layers(self, layers: Sequence[Layer]) -> None:
        """Draws these, unless they are drawn already."""
        if layers != self._layers:
            self._layers = layers
            self._plot_layers()

    def on_resize(self) -> None:
        """Other ticks fit."""
        self._plot_layers()

    def _plot_layers(self) -> None:
        plot = self.plt
        plot.clear_figure()
        for number, layer in enumerate(self._layers):
            if isinstance(layer, Band):
                self._fill(layer)
            else:
                self._stroke(layer, number)
        if self._layers:
            self._mark_axes()
        self.refresh()

    def _stroke(self, stroke: Stroke, number: int) -> None:
        across, up = list(stroke.across), list(stroke.up)
        self.plt.plot(across, up, marker=stroke.pen, color=stroke.colour)
        if stroke.sign:
            step = max(1, len(across) * _CELLS_A_SIGN // max(1, self.size.width))
            some = slice(number * step // 4, None, step)  # not on those of the others
            self.plt.scatter(across[some], up[some], marker=stroke.sign, color=stroke.colour)

    def _fill(self, band: Band) -> None:
        """With a point in each cell, at least."""
        points = list(_between(band, self._top - self._bottom, self.size.height))
        self.plt.scatter(
            [x for x, _ in points], [y for _, y in points], marker=band.pen, color=band.colour
        )

    def _mark_axes(self) -> None:
        plot, width, height = self.plt, self.size.width, self.size.height
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        left = min(min(layer.across) for layer in self._layers)
        right = max(max(layer.across) for layer in self._layers)
        upward = ticks(self._bottom, self._top, max(3, height // _LINES_A_TICK))
        along = ticks(left, right, max(2, width // _CELLS_A_TICK))
        plot.yticks(list(upward), [figure(tick) for tick in upward])
        plot.xticks(list(along), [figure(tick) for tick in along])

    @property
    def _bottom(self) -> float:
        return min(min(each.low if isinstance(each, Band) else each.up) for each in self._layers)

    @property
    def _top(self) -> float:
        return max(max(each.high if isinstance(each, Band) else each.up) for each in self._layers)


def _between(band: Band, extent: float, lines: int) -> Iterator[tuple[float, float]]:
    for x, low, high in zip(band.across, band.low, band.high, strict=True):
        steps = max(1, int((high - low) / extent * lines)) if extent else 1
        for step in range(steps + 1):
            yield x, low + (high - low) * step / steps
