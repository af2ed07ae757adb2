"""Curves and bands in a chart. Loads the plotting library: to be imported at the first chart."""

from collections.abc import Iterator, Sequence

from textual.color import Color
from textual_plotext import PlotextPlot

from tui.widgets.drawn_curve import Curve
from tui.widgets.layers import Band, Layer, Stroke
from tui.wording.figures import figure, ticks
from tui.wording.signs import Tone

_CELLS_A_TICK = 14
_LINES_A_TICK = 3
_CELLS_A_SIGN = 12
_VARIABLES = {
    Tone.BUSY: "text-primary",
    Tone.WARN: "text-warning",
    Tone.GOOD: "text-success",
    Tone.BAD: "text-error",
}


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
        strokes = [layer for layer in self._layers if isinstance(layer, Stroke)]
        for layer in self._layers:
            if isinstance(layer, Band):
                self._fill(layer)
            else:
                self._stroke(layer)
        for number, stroke in enumerate(strokes):  # on top, so that no curve hides another one's
            self._sign(stroke, number)
        if self._layers:
            self._mark_axes()
        self.refresh()

    def _stroke(self, stroke: Stroke) -> None:
        across, up = list(stroke.across), list(stroke.up)
        self.plt.plot(across, up, marker=stroke.pen, color=self._colour(stroke))

    def _sign(self, stroke: Stroke, number: int) -> None:
        if not stroke.sign:
            return
        across, up = list(stroke.across), list(stroke.up)
        step = max(1, len(across) * _CELLS_A_SIGN // max(1, self.size.width))
        some = slice(number * step // 4, None, step)  # not where those of the others are
        self.plt.scatter(across[some], up[some], marker=stroke.sign, color=self._colour(stroke))

    def _fill(self, band: Band) -> None:
        """With a point in each cell, at least."""
        points = list(_between(band, self._top - self._bottom, self.size.height))
        self.plt.scatter(
            [x for x, _ in points],
            [y for _, y in points],
            marker=band.pen,
            color=self._of_theme("band"),
        )

    def _colour(self, stroke: Stroke) -> int | tuple[int, int, int]:
        """That of its tone in the theme, as panes have it."""
        if stroke.tone is None:
            return self._of_theme("curve")
        return self._of_theme(_VARIABLES.get(stroke.tone, "foreground"))

    def _of_theme(self, name: str) -> int | tuple[int, int, int]:
        """Where that has the terminal's own colours, the number of one."""
        colour = Color.parse(self.app.theme_variables[name])  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        return colour.rgb if colour.ansi is None else max(0, colour.ansi)

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
