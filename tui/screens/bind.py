"""Before the first upload of a results root: which job its runs become, and which run each is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from core.events import Failure
from tui.background import in_background
from tui.bridge import post
from tui.formatting import short_path
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import ListSource
from tui.widgets.row_table import RowTable
from tui.widgets.text_pane import TextPane, line

if TYPE_CHECKING:
    from core.use_cases.plan_upload import UploadPlan

_COLUMNS = (Column("RUN DIRECTORY", 12, flexible=True), Column("STORED AS", 22))
_KEYS = "enter uploads {what}   ↑ ↓ scroll   esc not now"
_MEANING = "New name: new job. Number: the existing job with that id."


class BindScreen(ModalScreen[bool]):
    """Answers True when the root is bound: `bind` is called with what was typed.

    That happens on another thread; what goes wrong is shown, and can be tried again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Not now", show=False),
        Binding("up", "look(-1)", "up", show=False),
        Binding("down", "look(1)", "down", show=False),
        Binding("pageup", "look(-5)", "page up", show=False),
        Binding("pagedown", "look(5)", "page down", show=False),
    ]

    class Bound(Message):
        """It belongs to a job now; or not, and why."""

        def __init__(self, failure: Failure | None = None) -> None:
            super().__init__()
            self.failure = failure

    def __init__(
        self, plan: "UploadPlan", *, what: str, location: str, bind: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._plan = plan
        self._what = what
        self._location = location
        self._bind = bind
        self._busy = False
        self._name = Input(plan.proposed_name, compact=True, placeholder="name, or number of a job")
        self._name.cursor_blink = False
        self._trouble = TextPane(id="bind-trouble")
        self._table = RowTable(_COLUMNS, id="mapping", can_open=False)

    def compose(self) -> ComposeResult:
        """Where it goes, the job, the runs."""
        where = TextPane()
        where.show([line(f"Its runs become one job in {self._location}.")])
        label = TextPane(id="bind-label")
        label.show([line("Job", Tone.STRONG)])
        explained = TextPane()
        explained.show([line(_MEANING, Tone.DIM)])
        keys = TextPane()
        keys.show([line(_KEYS.format(what=self._what), Tone.DIM)])
        with Vertical(id="bind") as box:
            box.border_title = f"First upload of {short_path(self._plan.results_root)}"
            yield where
            with Horizontal(id="bind-job"):
                yield label
                yield self._name
            yield explained
            yield self._table
            yield self._trouble
            yield keys

    def on_mount(self) -> None:
        """The keys belong to the name."""
        runs = self._plan.runs
        self._table.styles.height = len(runs) + 1
        self._table.show(ListSource(runs, lambda run: run[0], self._row))
        self._table.can_focus = False
        self._name.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Asks the store for the job."""
        event.stop()
        typed = event.value.strip()
        if self._busy:
            return
        if not typed:
            self._say("Type a name or a number.", Tone.WARN)
            return
        self._busy = True
        self._say("Asking the store …", Tone.DIM)
        in_background(
            "bind",
            lambda: self._bind(typed),
            lambda _: post(self, self.Bound()),
            lambda failure: post(self, self.Bound(failure)),
        )

    def on_bind_screen_bound(self, message: Bound) -> None:
        """Done, or to be corrected."""
        self._busy = False
        if message.failure:
            failure = message.failure
            self._say(" ".join(part for part in (failure.what, failure.todo) if part), Tone.BAD)
        elif self.is_current:
            self.dismiss(True)

    def action_look(self, rows: int) -> None:
        """Through the runs."""
        self._table.action_move(rows)

    def _say(self, text: str, tone: Tone) -> None:
        self._trouble.show([line(text, tone)])
        self._trouble.refresh(layout=True)

    def _row(self, run: tuple[str, int | None]) -> Row:
        path, run_id = run
        name = path.removeprefix(self._plan.results_root).lstrip("/")
        told = Cell("? name it: --run-id", Tone.WARN) if run_id is None else Cell(f"→ run {run_id}")
        return Row(path, (Cell(name), told))
