"""One file out of the store: what it is; as text, table, chart or bytes; how far it was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from tui.widgets.cells import Tone
from tui.widgets.curve import Curve
from tui.widgets.grid_view import Grid, GridView
from tui.widgets.line_window import LineWindow
from tui.widgets.panes import Line, TextPane, line
from tui.widgets.text_view import Lines, TextView

_ROOM_FOR_BOTH = 22
"""Lines from which on there is a chart below a table."""


class Offer(StrEnum):
    """A way to look at a file; the word for it."""

    TABLE = "table"
    CHART = "chart"
    JSON = "json"
    TEXT = "text"
    HEX = "hex"
    IMAGE = "image"


@dataclass(frozen=True)
class Seen:
    """What is known of a file so far; `offers` are the ways to look at it, the best one first.

    `about` is said behind its name. `charted` are the columns (from 0) of `grid` that can be drawn.
    """

    name: str
    about: str
    offers: Sequence[Offer]
    lines: Mapping[Offer, Lines] = field(default_factory=dict[Offer, Lines])
    grid: Grid | None = None
    charted: Sequence[int] = ()
    words: Sequence[Line] = ()


class MemberView(Vertical, can_focus=True):
    """Shows what it is given, in the way that was chosen last; has the keys while nothing scrolls."""

    DEFAULT_CSS = """
        #member-head, #member-status, #member-peak {
            height: 1;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        #member-head {
            background: $surface;
        }
        #member-said {
            height: 1fr;
        }
        #member-text, #member-grid, #member-chart, #member-plot {
            width: 1fr;
            height: 1fr;
        }
        #member-chart.-below {
            height: 40%;
            border-top: solid $surface-lighten-2;
        }
        .text-view--text, .grid-view--row { color: $foreground; }
        .text-view--number { color: $foreground 40%; }
        .text-view--match { color: $foreground; background: $warning-muted; text-style: $match-style; }
        .text-view--found { color: $foreground; background: $primary-muted; text-style: $found-style; }
        .grid-view--header { color: $foreground 60%; text-style: bold; }
        .grid-view--chosen { color: $text-primary; }
        .grid-view--chosen-header { color: $text-primary; text-style: bold; }
    """

    class Asked(Message):
        """Another way to look at it, or another column, was chosen."""

    def __init__(self) -> None:
        super().__init__(id="member")
        self._head = TextPane(id="member-head")
        self._said = TextPane(id="member-said")
        self._status = TextPane(id="member-status")
        self._text = TextView(id="member-text")
        self._grid = GridView(id="member-grid")
        self._peak = TextPane(id="member-peak")
        self._chart_box = Vertical(self._peak, id="member-chart")
        self._seen: Seen | None = None
        self.offer = Offer.TEXT
        self.column = 0

    def compose(self) -> ComposeResult:
        """What it is; its content; how far it was read."""
        yield self._head
        yield self._said
        yield self._text
        yield self._grid
        yield self._chart_box
        yield self._status

    def on_mount(self) -> None:
        """Nothing yet."""
        self._arrange()

    @property
    def seen(self) -> Seen | None:
        """What is shown; None while nothing is."""
        return self._seen

    @property
    def window(self) -> LineWindow | None:
        """What scrolls, if anything does."""
        if self._seen is None or self.offer in {Offer.CHART, Offer.IMAGE}:
            return None
        return self._grid if self.offer is Offer.TABLE else self._text

    @property
    def text(self) -> TextView:
        """The lines, for what searches them."""
        return self._text

    @property
    def charted(self) -> bool:
        """Whether there is a chart on the screen: by itself, or below a table with room for both."""
        seen = self._seen
        if seen is None or Offer.CHART not in seen.offers:
            return False
        below = self.offer is Offer.TABLE and self.size.height >= _ROOM_FOR_BOTH
        return below or self.offer is Offer.CHART

    def say(self, lines: Sequence[Line]) -> None:
        """Words instead of a file."""
        if self._seen is not None:
            self._seen = None
            self._arrange()
        self._said.show(lines)

    def show(self, seen: Seen) -> None:
        """A file, or more of it. Another one is shown in the way that suits it best."""
        known, self._seen = self._seen, seen
        if known is None or (known.name, known.offers) != (seen.name, seen.offers):
            self.offer = seen.offers[0]
            self.column = next(iter(seen.charted), 0)
            self._peak.show(())
            self._arrange()
        self._fill(seen)

    def show_status(self, lines: Sequence[Line]) -> None:
        """How far it was read, what was found."""
        self._status.display = bool(lines)
        self._status.show(lines)

    def show_curve(self, curve: Curve | None) -> None:
        """What is drawn of the chosen column; None when there is no number in it."""
        if not self.charted:
            return
        self._chart.display = curve is not None
        if curve is None:
            self._peak.show([line(" There is no number in this column", Tone.DIM)])
        else:
            self._peak.show([_curve_line(curve)])
            self._chart.draw(curve)

    def choose(self, offer: Offer) -> None:
        """Shows it in this way."""
        if self._seen and offer is not self.offer:
            self.offer = offer
            if offer is Offer.CHART:
                self.move_column(0)
            had_focus = self.has_focus_within
            self._arrange()
            self._fill(self._seen)
            if had_focus:
                self.take_focus()
            self.post_message(self.Asked())

    def next_offer(self) -> None:
        """The next way to look at it."""
        if self._seen:
            offers = self._seen.offers
            self.choose(offers[(offers.index(self.offer) + 1) % len(offers)])

    def column_after(self, step: int) -> int:
        """The number of the column so many further; in a chart only those that can be drawn count."""
        seen = self._seen
        if seen is None or seen.grid is None:
            return self.column
        columns = seen.charted if self.offer is Offer.CHART else range(len(seen.grid.names))
        nearest = min(range(len(columns)), key=lambda at: abs(columns[at] - self.column))
        return columns[max(0, min(nearest + step, len(columns) - 1))]

    def move_column(self, step: int) -> None:
        """The next or previous one."""
        column = self.column_after(step)
        if self._seen and column != self.column:
            self.column = column
            self._fill(self._seen)
            self.post_message(self.Asked())

    def take_focus(self) -> None:
        """The keys belong to what is shown."""
        (self.window or self).focus()

    def on_resize(self) -> None:
        """There may be room for a chart below the table, or none any more."""
        self._arrange()
        self.post_message(self.Asked())

    @cached_property
    def _chart(self):
        """Loads the plotting library."""
        from tui.widgets.chart_view import ChartView

        chart = ChartView(id="member-plot")
        self._chart_box.mount(chart)
        return chart

    def _arrange(self) -> None:
        seen, window = self._seen, self.window
        self._head.display = seen is not None
        self._said.display = seen is None or self.offer is Offer.IMAGE
        self._text.display = window is self._text
        self._grid.display = window is self._grid
        self._chart_box.display = self.charted
        self._chart_box.set_class(window is self._grid, "-below")

    def _fill(self, seen: Seen) -> None:
        wrapped = self.window is self._text and self._text.wrapped
        self._head.show([_heading(seen, self.offer, wrapped=wrapped)])
        if self.offer is Offer.TABLE and seen.grid is not None:
            self._grid.show(seen.grid, self.column)
        elif self.offer in seen.lines:
            self._text.show(seen.lines[self.offer])
        elif self.offer is Offer.IMAGE:
            self._said.show(seen.words)


def _heading(seen: Seen, offer: Offer, *, wrapped: bool) -> Line:
    parts = [(f" {seen.name}", Tone.STRONG), (f"   {seen.about}   ", Tone.DIM)]
    if len(seen.offers) > 1:
        for other in seen.offers:
            chosen = other is offer
            parts.append(
                (f"[{other}]" if chosen else f" {other} ", Tone.BUSY if chosen else Tone.DIM)
            )
    return [*parts, ("   wrapped" if wrapped else "", Tone.DIM)]


def _curve_line(curve: Curve) -> Line:
    return [
        (f" {curve.title}", Tone.STRONG),
        (f"   {curve.peak}", Tone.PLAIN),
        (f"   {curve.remark}" if curve.remark else "", Tone.WARN),
    ]
