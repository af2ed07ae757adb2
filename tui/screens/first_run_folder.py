"""First run, first step: the folder to watch, with what is in it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from core.printable import brief
from core.source.no_runs import listed
from core.source.survey_folder import FolderSurvey
from tui.background import in_background
from tui.bridge import post
from tui.parts.first_run import FirstRun
from tui.screens.first_run_step import FirstRunStep, show_in
from tui.screens.setting import form_field, form_row
from tui.widgets.cells import Cell, Column, Tone
from tui.widgets.choices import ChoiceTable
from tui.widgets.panes import Line, TextPane, line
from tui.wording.formatting import plural, short_path

_ABOUT = (
    line("RunFerry watches a folder, tells which runs are done, and stores them."),
    line("It only reads there.", Tone.DIM),
)
_REST = 0.2
"""Seconds without a key before it is looked."""
_MOST = 5
_COLUMNS = (
    Column("↓ SUGGESTIONS", 20, flexible=True),
    Column("RUNS", 8, right=True),
    Column("", 6),
)


class SuggestionTable(ChoiceTable):
    """Above the first one is the path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_previous", "the path", show=False),
        Binding("space", "select", "this one", show=False),
    ]

    class Left(Message):
        """Up from the first row."""

    def action_move(self, rows: int) -> None:
        """Up or down, and out at the top."""
        if rows < 0 and self.cursor == 0:
            self.post_message(self.Left())
        else:
            super().action_move(rows)


class FolderStep(FirstRunStep):
    """What is typed is looked into, and no more once something else is."""

    DEFAULT_CSS = """
        FolderStep .dialog-row .dialog-label { width: 8; }
        #folder-says, #suggestions { margin-top: 1; }
        .-short-dialog #folder-says, .-short-dialog #suggestions { margin-top: 0; }
    """

    TITLE = "which folder holds your runs?"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "suggestions", "suggestions", show=False)
    ]

    class Surveyed(Message):
        """What was `typed` was looked into."""

        def __init__(self, typed: str, found: FolderSurvey) -> None:
            super().__init__()
            self.typed = typed
            self.found = found

    class Suggested(Message):
        """One folder more that may be meant."""

        def __init__(self, found: FolderSurvey) -> None:
            super().__init__()
            self.found = found

    def __init__(self, part: Callable[[], FirstRun]) -> None:
        super().__init__(part, id="first-folder")
        self._seen: tuple[str, FolderSurvey] | None = None
        self._about, self._says = TextPane(), TextPane(id="folder-says")
        self._field = form_field("first-path", "", "a directory")
        self._table = SuggestionTable(_COLUMNS, id="suggestions", idle_cursor=False)
        self._suggestions = list[FolderSurvey]()
        self._number = 0
        self._proposed = {""}
        """All that was in the field without the user: news of one may come when the next is there."""
        self._accepting = ""
        """What was typed when enter was pressed, and is not looked into yet."""
        self._typed = self._left = False

    def compose(self) -> ComposeResult:
        """The path, what is there, what may be meant instead."""
        self._about.show(_ABOUT)
        self._table.display = False
        yield self._about
        yield form_row("Folder", self._field)
        yield self._says
        yield self._table

    def on_mount(self) -> None:
        """Looks around."""
        in_background("suggest-folders", self._suggest, lambda _: None, lambda _: None)

    def on_unmount(self) -> None:
        """Nobody waits for an answer."""
        self._left = True
        self._number += 1

    @property
    def survey(self) -> FolderSurvey | None:
        """Of what is typed now."""
        typed, found = self._seen or ("", None)
        return found if typed == self._field.value.strip() else None

    def begin(self) -> None:
        """The keys belong to the path."""
        self._accepting = ""
        self._field.focus()

    def accept(self) -> None:
        """As soon as it is known what is there; what cannot be looked into is not taken."""
        self._typed = True
        if not self._field.value.strip():
            show_in(self._says, line("Type a directory.", Tone.WARN))
        elif self.survey is None:
            self._accepting = self._field.value
        elif not self.survey.problem:
            super().accept()

    def on_input_changed(self, event: Input.Changed) -> None:
        """It is looked when no key was pressed for a moment."""
        event.stop()
        self._typed = self._typed or event.value not in self._proposed
        if self.survey is None:
            self._number += 1
            show_in(self._says, line("Looking …" if event.value.strip() else "", Tone.DIM))
            self.set_timer(_REST, partial(self._look, self._number))
        self.changed()

    def on_row_table_row_highlighted(self) -> None:
        """The suggestion under the cursor is what is meant."""
        if self._table.has_focus:
            self._choose(self._table.cursor_key)

    def on_row_table_row_selected(self) -> None:
        """One of the numbers."""
        self._choose(self._table.cursor_key)

    def on_suggestion_table_left(self, message: SuggestionTable.Left) -> None:
        """Up from the first."""
        message.stop()
        self._field.focus()

    def on_click(self, event: events.Click) -> None:
        """A suggestion was clicked."""
        if event.widget is self._table:
            self._choose(self._table.cursor_key)

    def action_suggestions(self) -> None:
        """To them."""
        if self._suggestions:
            self._table.focus()
            self._choose(self._table.cursor_key)

    def on_folder_step_surveyed(self, message: Surveyed) -> None:
        """Says it, unless something else was typed since."""
        message.stop()
        if message.typed != self._field.value.strip():
            return
        self._seen = message.typed, message.found
        show_in(self._says, *survey_lines(message.found))
        self.changed()
        if self._accepting == self._field.value:
            self.accept()

    def on_folder_step_suggested(self, message: Suggested) -> None:
        """The best one is what is proposed, while the user has typed nothing."""
        message.stop()
        if not message.found.runs and self._suggestions:
            return
        self._suggestions.append(message.found)
        best = max(self._suggestions, key=partial(_likely, self.part().usual_kind))
        # What was typed may be in the field before it is told here.
        if not self._typed and self._field.value in self._proposed:
            self._proposed.add(short_path(best.path))
            self._put(short_path(best.path))
        shown = self._suggestions[:_MOST]
        self._table.offer([(each.path, _cells(each)) for each in shown])
        self._table.display = True

    def _choose(self, path: str) -> None:
        self._typed = True
        self._put(short_path(path))

    def _put(self, path: str) -> None:
        if path and path != self._field.value:
            self._field.value = path
            self._field.cursor_position = len(path)

    def _suggest(self) -> None:
        for found in self.part().suggest(lambda: not self._left):
            post(self, self.Suggested(found))

    def _look(self, number: int) -> None:
        typed = self._field.value.strip()
        if number != self._number or not typed:
            return
        in_background(
            "survey-folder",
            lambda: self.part().survey(typed, lambda: number == self._number),
            lambda found: post(self, self.Surveyed(typed, found)),
            lambda failure: post(
                self, self.Surveyed(typed, FolderSurvey(typed, problem=failure.what))
            ),
        )


def _likely(usual_kind: str, found: FolderSurvey) -> tuple[bool, int, int]:
    """The most runs, and no more around them than there is."""
    return (found.kind == usual_kind, len(found.runs), found.path.count("/"))


def survey_lines(found: FolderSurvey) -> Sequence[Line]:
    """How many runs, of which kind; what is called nearly so; why nobody knows."""
    if found.problem:
        return (line(found.problem, Tone.WARN),)
    if found.runs:
        least = "" if found.complete else "at least "
        count = f"{least}{plural(len(found.runs), 'run')} of the kind {found.kind}"
        return (((count, Tone.GOOD), (f": {_where(found.runs)}", Tone.DIM)), *_near(found))
    so_far = "" if found.complete else " among the first of its many directories"
    return (
        line(f"No runs{so_far} yet: no RUN4, no seed_001, no job_123_4 or the like.", Tone.WARN),
        *_near(found),
        line("It can be watched all the same: what comes is seen.", Tone.DIM),
    )


def _where(runs: Sequence[str]) -> str:
    """As in "RUN1, RUN2 in flu/OUT", "in 4 folders, such as flu/OUT"."""
    around = [*dict.fromkeys(run.rpartition("/")[0] for run in runs)]
    if len(around) > 1:
        return f"in {len(around)} folders, such as {brief(next(filter(None, around)))}"
    names = listed([run.rpartition("/")[2] for run in runs])
    return f"{names} in {brief(around[0])}" if around[0] else names


def _near(found: FolderSurvey) -> Sequence[Line]:
    if not found.near:
        return ()
    are = "is" if len(found.near) == 1 else "are"
    return (line(f"Not taken for runs {are} {listed(found.near)}", Tone.DIM),)


def _cells(found: FolderSurvey) -> Sequence[Cell]:
    if not found.runs:
        return (Cell(brief(short_path(found.path))), Cell("none", Tone.DIM), Cell())
    more = "" if found.complete else "+"
    return (
        Cell(short_path(found.path), keep_end=True),
        Cell(f"{len(found.runs):,}{more}", Tone.GOOD),
        Cell(found.kind, Tone.DIM),
    )
