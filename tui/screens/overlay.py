"""Two to four runs, curve over curve; below, what differs in what they were told and in their files."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.compare.compare_files import Difference, DifferingFiles
from core.compare.compare_runs import ComparedRun, Comparison
from core.compare.named_run import NamedRun
from core.errors import Failure
from core.events import Event
from core.printable import printable
from tui.background import in_background
from tui.bridge import post
from tui.parts.curves import Curves
from tui.screens.comparison import COMPARISON_KEYS, ComparisonScreen
from tui.screens.mode_screen import notice_of
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.curve import curve_of
from tui.widgets.differing_rows import DIFFERING_COLUMNS, differing_rows, file_in
from tui.widgets.keys import DO, bind
from tui.widgets.layers import Layer, Stroke
from tui.widgets.panes import Line, TextPane, line
from tui.widgets.row_table import RowTable
from tui.wording.comparisons import where
from tui.wording.formatting import plural, size

MOST_CURVES = 4
_SIGNS = ("●", "▲", "■", "◆")
_TONES = (Tone.BUSY, Tone.WARN, Tone.GOOD, Tone.BAD)
MOST_POINTS = 500
"""Of a curve; more are not told apart on a terminal."""


class OverlayScreen(ComparisonScreen[Comparison]):
    """`find` gives the runs, by new looks at each call; it is called in the background."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("files", "Files", group=DO, tooltip="which files differ, of two runs"),
        *COMPARISON_KEYS,
    ]

    class FilesCompared(Message):
        """Which files of the first run and of the one with this number differ; or why nobody knows."""

        def __init__(
            self, number: int, files: DifferingFiles | None, failure: Failure | None = None
        ) -> None:
            super().__init__()
            self.number = number
            self.files = files
            self.failure = failure

    class LinesCompared(Message):
        """Where a file differs first; or why nobody knows."""

        def __init__(
            self, path: str, difference: Difference | None, failure: Failure | None = None
        ) -> None:
            super().__init__()
            self.path = path
            self.difference = difference
            self.failure = failure

    def __init__(
        self,
        services: AppServices,
        events: Signal[Event],
        mode: str,
        title: str,
        find: Callable[[], Sequence[NamedRun]],
    ) -> None:
        super().__init__(services, events, mode, (title, "compare"))
        self._find = find
        self._legend = TextPane(id="compared-legend")
        self._table = RowTable(DIFFERING_COLUMNS, id="compared-differing")
        self._lines = TextPane(id="compared-lines")
        self._files: DifferingFiles | None = None
        self._second = 0
        """The number of the run whose files are compared with those of the first."""
        self._is_comparing = False

    def compose_below(self) -> Iterable[Widget]:
        """A line for each run, and what differs."""
        yield self._legend
        yield Horizontal(self._table, self._lines, id="compared")

    def read(self, variable: str) -> Comparison:
        """By a new look at each run."""
        return self.services.part(Curves).compare_runs(self._find(), variable)

    def variables(self, found: Comparison) -> tuple[str, Sequence[str]]:
        """As they were found."""
        return found.variable, found.variables

    def describe(self, found: Comparison) -> Line:
        """How many of them have it."""
        have = sum(run.curve is not None for run in found.runs)
        some = f"   {have} of {plural(len(found.runs), 'run')}" if have < len(found.runs) else ""
        return line(some, Tone.WARN)

    def show(self, found: Comparison) -> Sequence[Layer]:
        """The files that were compared before stay."""
        self._legend.styles.height = len(found.runs)
        self._legend.show([_legend(*each) for each in enumerate(found.runs)])
        self._show_differing(found)
        if self.focused is None:
            self._table.focus()
        return [layer for each in enumerate(found.runs) for layer in _layers(*each)]

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs two runs that were read."""
        if action != "files":
            return super().why_not(action, parameters)
        if self.found is None or len(self.found.runs) <= 1:
            return "There are no two runs yet"
        return "Their files are being compared" if self._is_comparing else ""

    def action_files(self) -> None:
        """Of the first run and the second; once more: of the first and the third, and so on."""
        if self.found is None:
            return
        number = self._second % (len(self.found.runs) - 1) + 1
        first, other = (self.found.runs[at].run.sources[0] for at in (0, number))
        compare = self.services.part(Curves).compare_files
        self._second, self._is_comparing = number, True
        self._lines.show([line(" Comparing files …", Tone.BUSY)])
        in_background(
            "compare-files",
            lambda: compare(first, other),
            lambda files: post(self, self.FilesCompared(number, files)),
            lambda failure: post(self, self.FilesCompared(number, None, failure)),
        )
        self.look_now()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """Where a file differs."""
        path = file_in(message.key)
        if self.found is None or not path or self._files is None:
            return
        if path not in self._files.differing:
            self.toast("Only files that are in both, and differ, can be shown")
            return
        first, other = (self.found.runs[at].run.sources[0] for at in (0, self._second))
        compare = self.services.part(Curves).compare_files
        self._lines.show([line(f" Comparing {printable(path)} …", Tone.BUSY)])
        in_background(
            "compare-lines",
            lambda: compare.lines(first, other, path),
            lambda found: post(self, self.LinesCompared(path, found)),
            lambda failure: post(self, self.LinesCompared(path, None, failure)),
        )

    def on_overlay_screen_files_compared(self, message: FilesCompared) -> None:
        """Shows them, or says why not."""
        self._is_comparing, self._files = False, message.files
        self._lines.show(())
        if message.failure:
            self.say([notice_of(message.failure)])
        if self.found:
            self._show_differing(self.found)
        self.look_now()

    def on_overlay_screen_lines_compared(self, message: LinesCompared) -> None:
        """Shows the two lines, or says why not."""
        if message.failure:
            self._lines.show(())
            self.say([notice_of(message.failure)])
        elif message.difference:
            self._lines.show(_difference_lines(message.path, message.difference, self._pair()))

    def _show_differing(self, found: Comparison) -> None:
        self._table.show(differing_rows(found, self._files, self._pair()))

    def _pair(self) -> tuple[str, str]:
        """The names of the two runs whose files are compared."""
        runs = self.found.runs if self.found else ()
        names = [printable(runs[at].run.name) for at in (0, self._second) if at < len(runs)]
        return (names[0], names[1]) if len(names) > 1 else ("", "")


def _layers(number: int, run: ComparedRun) -> Sequence[Layer]:
    curve = curve_of(run.curve, "", "", MOST_POINTS) if run.curve else None
    if curve is None:
        return ()
    return (Stroke(curve.across, curve.up, _TONES[number], _SIGNS[number]),)


def _legend(number: int, run: ComparedRun) -> Line:
    """As in "● RUN4  peak 1 204, day 97   180 days   811 MiB in 204 files   stored v2, local"."""
    curve = curve_of(run.curve, "", "", MOST_POINTS) if run.curve else None
    told = f"{curve.peak}   {plural(run.days, 'day')}" if curve else "no such curve"
    extent = f"{size(run.bytes)} in {plural(run.files, 'file')}"
    return [
        (f" {_SIGNS[number]} {printable(run.run.name):<8}", _TONES[number]),
        (f"  {told}", Tone.PLAIN),
        (f"   {extent}   {where(run.run)}", Tone.DIM),
    ]


def _difference_lines(path: str, found: Difference, names: tuple[str, str]) -> Sequence[Line]:
    title = line(f" {printable(path)}", Tone.STRONG)
    if not found.text:
        return [title, line(" differs, and is no text")]
    if not found.line:
        some = "" if found.complete else " in what was read, 64 MiB"
        return [title, line(f" has the same lines{some}")]
    ended = "(has ended there)"
    told = zip(names, (found.first, found.second), (Tone.BAD, Tone.GOOD), strict=True)
    return [
        title,
        line(f" differs first in line {found.line}:", Tone.DIM),
        *(line(f" {name}: {ended if text is None else text}", tone) for name, text, tone in told),
    ]
