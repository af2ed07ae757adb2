"""All runs of a job in one picture: their median, where most of them are, and which are unlike."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.signal import Signal
from textual.widget import Widget

from core.compare.bands import Bands
from core.compare.ensemble import Ensemble
from core.compare.named_run import NamedRun
from core.events import Event
from core.printable import printable
from tui.parts.curves import Curves
from tui.screens.comparison import COMPARISON_KEYS, ComparisonScreen
from tui.screens.opened_run import open_run
from tui.screens.overlay import MOST_CURVES, OverlayScreen
from tui.screens.saved_file import save_csv
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.ensemble_rows import ENSEMBLE_COLUMNS, ensemble_rows
from tui.widgets.keys import DO, SELECT, bind
from tui.widgets.layers import Band, Layer, Stroke
from tui.widgets.panes import Line, TextPane, line
from tui.widgets.row_table import RowTable
from tui.wording.comparisons import csv_lines, outlier_text, spread_text
from tui.wording.formatting import number, plural

_MOST_POINTS = 240
"""More are not told apart on a terminal."""
_NO_RUN = "No run is read yet"


class EnsembleScreen(ComparisonScreen[Ensemble]):
    """`find` gives the runs, by new looks at each call; it is called in the background."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("compare", "Compare marked", group=DO, tooltip="compare the marked runs"),
        bind("save", "Save CSV", group=DO, tooltip="save the days as CSV"),
        *COMPARISON_KEYS,
        bind("mark_all", "", show=False, group=SELECT, tooltip="mark all"),
    ]

    def __init__(
        self,
        services: AppServices,
        events: Signal[Event],
        mode: str,
        title: str,
        find: Callable[[], Sequence[NamedRun]],
    ) -> None:
        super().__init__(services, events, mode, (title, "ensemble"))
        self._title = title
        self._find = find
        self._numbers = TextPane(id="compared-numbers")
        self._table = RowTable(ENSEMBLE_COLUMNS, id="compared-runs", can_mark=True)
        self._about = TextPane(id="compared-about")

    def compose_below(self) -> Iterable[Widget]:
        """Numbers of all, the runs one by one, and what they were told."""
        yield self._numbers
        yield Horizontal(self._table, self._about, id="compared")

    def read(self, variable: str) -> Ensemble:
        """Also what takes time to be reckoned."""
        ensemble = self.services.part(Curves).ensemble(self._find(), variable, self.counted)
        _ = ensemble.bands, ensemble.outliers, ensemble.differing
        return ensemble

    def variables(self, found: Ensemble) -> tuple[str, Sequence[str]]:
        """As they were found."""
        return found.variable, found.variables

    def describe(self, found: Ensemble) -> Line:
        """What the signs are, and of how many runs."""
        counted = f"{number(len(found.curves))} of {plural(len(found.runs), 'run')}"
        fewest = min(found.bands.runs, default=0)
        some = f", {number(fewest)} on some days" if fewest < len(found.curves) else ""
        return [
            ("   median ", Tone.DIM),
            ("━━", Tone.BUSY),
            ("   50 % ▒▒   90 % ░░   ", Tone.DIM),
            (f"{counted}{some}", Tone.PLAIN),
        ]

    def show(self, found: Ensemble) -> Sequence[Layer]:
        """The table keeps cursor and marks."""
        self._numbers.show(_numbers(found))
        self._about.show(_about(found))
        self._table.show(ensemble_rows(found))
        if self.focused is None:
            self._table.focus()
        return _layers(found.bands)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs marks, or days."""
        match action:
            case "compare":
                return self._why_not_compared()
            case "save":
                there = self.found and self.found.bands.days
                return "" if there else _NO_RUN
            case "mark_all":
                return "" if self._table.row_count else _NO_RUN
            case _:
                return super().why_not(action, parameters)

    def action_compare(self) -> None:
        """The marked runs, curve by curve."""
        names = self._table.marks

        def find() -> Sequence[NamedRun]:
            return [run for run in self._find() if run.name in names]

        screen = OverlayScreen(self.services, self._core_events, self.mode, self._title, find)
        self.app.push_screen(screen)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual

    def action_save(self) -> None:
        """Into the current directory; nothing is overwritten."""
        if self.found:
            name = f"{self._title} {self.found.variable}"
            save_csv(self, name, list(csv_lines(self.found.bands)))

    def action_mark_all(self) -> None:
        """All runs; once more: none."""
        runs = self.found.runs if self.found else ()
        every = frozenset(run.run.name for run in runs)
        self._table.mark(frozenset() if self._table.marks == every else every)

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """The files of the run."""
        runs = self.found.runs if self.found else ()
        for run in (run.run for run in runs if run.run.name == message.key):
            open_run(self, self._core_events, run, self._title)

    def on_row_table_marks_changed(self) -> None:
        """Keys are about the marks."""
        self.refresh_bindings()

    def _why_not_compared(self) -> str:
        marked = len(self._table.marks)
        if 1 < marked <= MOST_CURVES:
            return ""
        return f"Mark two to {MOST_CURVES} runs by space: they are compared"


def _layers(bands: Bands) -> Sequence[Layer]:
    days = bands.days
    if not days:
        return ()
    step = max(1, len(days) // _MOST_POINTS)
    some = slice(None, None, step)
    return (
        Band(days[some], bands.low90[some], bands.high90[some], "░"),
        Band(days[some], bands.low50[some], bands.high50[some], "▒"),
        Stroke(days[some], bands.median[some], pen="━"),
    )


def _numbers(found: Ensemble) -> Sequence[Line]:
    """How far the runs are from each other, and which are far from all."""
    told = (
        ("peak day", found.peak_days),
        ("peak", found.peaks),
        ("last value", found.finals),
    )
    lines = [
        [(f" {what:<11}", Tone.DIM), (spread_text(spread), Tone.PLAIN)]
        for what, spread in told
        if spread
    ]
    odd = ", ".join(map(outlier_text, found.outliers))
    return [
        *lines,
        [(f" {'outliers':<11}", Tone.DIM), (odd or "none", Tone.WARN if odd else Tone.DIM)],
    ]


def _about(found: Ensemble) -> Sequence[Line]:
    """What the runs were told differently, and which could not be read."""
    differing = ", ".join(map(printable, found.differing))
    unread = sum(run.failed for run in found.runs)
    lines = [line(f" parameters that differ: {differing or 'none that are known'}")]
    if unread:
        lines.append(line(f" {plural(unread, 'run')} could not be read", Tone.BAD))
    return lines
