"""Which job a run that was stored in the wrong one belongs to."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from core.errors import InvalidIdError
from core.model import Job, parse_id
from tui.screens.dialog import Dialog
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.job_list import JobList, JobTable
from tui.widgets.panes import TextPane, line
from tui.widgets.row_table import RowTable
from tui.wording.titles import job_title

_KEYS = "enter shows what happens   / filter   tab its number   esc not now"


class MoveScreen(Dialog[None]):
    """Answers True when a job was chosen: `to` are its id and that of the run there."""

    DEFAULT_CSS = """
        #move-label {
            width: 22;
        }
    """
    BOX = "move"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "jobs", "the jobs", show=False)]

    def __init__(self, services: AppServices, job: Job, run_id: int, title: str) -> None:
        """`title` is what the run is called."""
        super().__init__(f"Move {title}", "Looking for jobs", lambda: None)
        self.to = (job.id, run_id)
        self._job = job
        self._jobs = JobList(services)
        self._number = Input(str(run_id), compact=True, select_on_focus=False, id="move-number")
        self._number.cursor_blink = False
        self._says = TextPane(id="move-says")

    def contents(self, found: None) -> Iterable[Widget] | None:
        """Where it is, where it may go."""
        head, label, keys = TextPane(), TextPane(id="move-label"), TextPane(classes="dialog-keys")
        head.show([line(f"from {job_title(self._job)} to the job"), line("")])
        label.show([line("there as run", Tone.STRONG)])
        keys.show([line(_KEYS, Tone.DIM)])
        self._says.display = False
        row = Horizontal(label, self._number, classes="dialog-row")
        return (head, self._jobs, row, self._says, keys)

    def on_job_list_changed(self) -> None:
        """They take the keys when they are there, unless something else has them."""
        if self.focused is None:
            self._jobs.take_keys()

    def on_job_table_left(self, message: JobTable.Left) -> None:
        """There is nothing above the first job."""
        message.stop()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """This one."""
        message.stop()
        try:
            self.to = int(message.key), parse_id(self._number.value.strip(), "run id")
        except InvalidIdError as error:
            self._says.show([line(f"{error.what} {error.todo}", Tone.WARN)])
            self._says.display = True
            self._number.focus()
        else:
            self.dismiss(True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The number is as it is to be: back to the jobs."""
        event.stop()
        self.action_jobs()

    def action_jobs(self) -> None:
        """To the list."""
        self._says.display = False
        self._jobs.take_keys()

    def action_leave(self) -> None:
        """One step: the filter, else the dialog."""
        if not self._jobs.close_filter():
            super().action_leave()
