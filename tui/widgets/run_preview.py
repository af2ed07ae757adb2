"""The pane beside or below the runs: the run under the cursor, as far as there is room."""

from collections.abc import Sequence
from functools import cached_property

from textual.containers import Vertical
from textual.widget import Widget

from tui.widgets.drawn_curve import Curve
from tui.widgets.panes import Line, TextPane
from tui.widgets.run_detail import RunFacts, run_sections, short_lines
from tui.widgets.sections import Fitted, fitted

_SHORT = 3
_EVERYTHING = 10_000


class RunPreview(Vertical):
    """Lines, a chart when there is a curve, and lines below it."""

    def __init__(self, *, id: str, whole: bool = False) -> None:  # noqa: A002 - Textual's name
        """As high as it is, or, `whole`, as high as all that there is to show."""
        super().__init__(id=id)
        self._whole = whole
        self._above = TextPane(classes="preview-text")
        self._plot = Vertical(classes="preview-plot")
        self._below = TextPane(classes="preview-text")

    def compose(self) -> Sequence[Widget]:
        """Nothing in it yet."""
        return (self._above, self._plot, self._below)

    def on_mount(self) -> None:
        """Without a chart."""
        self._plot.display = self._below.display = False

    @property
    def text(self) -> str:
        """What is said, without tones."""
        return (
            f"{self._above.text}\n{self._below.text}" if self._below.display else self._above.text
        )

    @property
    def has_room(self) -> bool:
        """Whether there is room for more than two lines."""
        return self._whole or (self.display and self.size.height >= _SHORT)

    def show_run(self, facts: RunFacts) -> None:
        """Two lines where there is room for no more."""
        if not self.has_room:
            self._arrange(Fitted(short_lines(facts)), None)
            return
        width = max(0, self.size.width - 1)
        height = _EVERYTHING if self._whole else self.size.height
        self._arrange(fitted(run_sections(facts, width), height), facts.preview.curve)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """What is no run."""
        self._arrange(Fitted(lines), None)

    def _arrange(self, shown: Fitted, curve: Curve | None) -> None:
        """Lays out anew only when heights changed."""
        self._above.show(shown.above)
        self._below.show(shown.below)
        _set_height(self._above, len(shown.above))
        _set_height(self._plot, shown.picture if curve else 0)
        _set_height(self._below, len(shown.below))
        if curve and shown.picture:
            self._chart.draw(curve)

    @cached_property
    def _chart(self):
        chart = load_plotting()(id=f"{self.id}-chart")
        self._plot.mount(chart)
        return chart


def load_plotting():
    """What draws charts. Takes its time when it is called first: on the thread that reads the curve."""
    from tui.widgets.chart_view import ChartView

    return ChartView


def _set_height(widget: Widget, lines: int) -> None:
    if widget.display != bool(lines):
        widget.display = bool(lines)
    height = widget.styles.height
    if lines and (height is None or height.value != lines):
        widget.styles.height = lines
