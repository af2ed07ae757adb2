"""The jobs that are known, to choose one of them: filterable, with the age of what is shown."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from core.errors import Failure
from core.jobs.list_jobs import ListJobs
from tui.background import in_background
from tui.bridge import post
from tui.services import AppServices
from tui.widgets.cells import Row, Tone
from tui.widgets.job_choice_rows import JOB_CHOICE_COLUMNS, job_choice_row, job_choice_rows
from tui.widgets.panes import Line, TextPane, line
from tui.widgets.row_source import ListSource, filtered
from tui.widgets.row_table import RowTable
from tui.wording.store import reading_age, store_reason, store_sign

_MOST = 1000
_LINES, _LINES_IF_SHORT = 6, 3
_SHORT = 20
"""Lines of a terminal in which a dialog has no room for more."""


class JobTable(RowTable):
    """Shows a cursor only while it has the keys; above its first row is something else."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "filter", "Filter", show=False)]

    class Left(Message):
        """Up from the first row."""

    class FilterAsked(Message):
        """`/`."""

    def __init__(self) -> None:
        super().__init__(JOB_CHOICE_COLUMNS, id="jobs", idle_cursor=False)

    def action_move(self, rows: int) -> None:
        """Up or down, and out at the top."""
        if rows < 0 and self.cursor == 0:
            self.post_message(self.Left())
        else:
            super().action_move(rows)

    def action_filter(self) -> None:
        """Filter as you type."""
        self.post_message(self.FilterAsked())


class JobList(Vertical):
    """Shows at once what the catalog knows, and what the store knows when that was read.

    Posts `RowTable.RowSelected` with the id of a job as key, and `Changed`.
    The cursor stays on its job, whatever comes above it.
    """

    DEFAULT_CSS = """
        JobList {
            height: auto;
            padding-left: 1;
        }
        JobList Input {
            height: 1;
        }
    """

    class Changed(Message):
        """Other jobs are shown."""

    class JobsRead(Message):
        """The rows that `needle` leaves, None where they are as they were; `failure` of the store."""

        def __init__(
            self, needle: str, rows: ListSource[Row] | None, failure: Failure | None = None
        ) -> None:
            super().__init__()
            self.needle = needle
            self.rows = rows
            self.failure = failure

    def __init__(self, services: AppServices) -> None:
        super().__init__(id="job-list")
        self._services = services
        self._list_jobs = services.list_jobs
        self._table = JobTable()
        self._table.display = False
        self._filter = Input(compact=True, placeholder="id, name or owner", id="job-filter")
        self._filter.display = False
        self._filter.cursor_blink = False
        self._state = TextPane(id="job-state")
        self._offered = ""
        self._reading = True
        self._failure: Failure | None = None

    @property
    def has_keys(self) -> bool:
        """Whether a job is being looked for."""
        return self._table.has_focus or self._filter.has_focus

    @property
    def cursor_key(self) -> str:
        """The id of the job under the cursor; empty when there is none."""
        return self._table.cursor_key if self._table.row_count else ""

    @property
    def has_jobs(self) -> bool:
        """Whether there are any to choose from."""
        return self._table.display

    @property
    def filters(self) -> bool:
        """Whether the keys are text to look for."""
        return self._filter.has_focus

    def compose(self) -> ComposeResult:
        """Filter, table, age."""
        yield self._filter
        yield self._table
        yield self._state

    def on_mount(self) -> None:
        """The catalog now, the store when it has answered."""
        self._read("")
        in_background(
            "read-store",
            self._services.read_store.job_list,
            lambda _: post(self, self.JobsRead("", None)),
            lambda failure: post(self, self.JobsRead("", None, failure)),
        )
        self._show_state()
        self.set_interval(1.0, self._show_state)

    def on_resize(self) -> None:
        """As many jobs as there is room for."""
        self._fit()

    def offer(self, key: str) -> None:
        """The cursor and the keys go to a job as soon as it is shown."""
        self._offered, self._filter.display, self._filter.value = key, False, ""
        self._read("")

    def take_keys(self) -> bool:
        """To the table; False when it has no rows."""
        if self._table.display:
            self._table.focus()
        return self._table.display

    def close_filter(self) -> bool:
        """All jobs again; False when nothing was filtered."""
        if not self._filter.display:
            return False
        self._filter.display, self._filter.value = False, ""
        self._table.focus()
        return True

    def on_job_table_filter_asked(self) -> None:
        """Takes the keys."""
        self._filter.display = True
        self._filter.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """As you type."""
        event.stop()
        self._read(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter chooses nothing yet: the keys go to what is left."""
        event.stop()
        self.take_keys()

    def on_job_list_jobs_read(self, message: JobsRead) -> None:
        """Shows them, unless something else was typed since."""
        message.stop()
        if message.rows is None:
            self._reading, self._failure = False, message.failure
            self._read(self._filter.value)
        elif message.needle == self._filter.value:
            self._table.show(message.rows)
            self._fit()
            self._table.display = len(message.rows) > 0
            self._show_offered()
            self.post_message(self.Changed())
        self._show_state()

    def _fit(self) -> None:
        """Said in lines: what holds the table is as high as that, whatever the table is at most."""
        most = _LINES_IF_SHORT if self.screen.size.height < _SHORT else _LINES
        self._table.styles.height = min(self._table.row_count, most) + 1

    def _show_offered(self) -> None:
        if self._offered and self._table.move_to(self._offered):
            self._offered = ""
            self._table.focus()

    def _read(self, needle: str) -> None:
        jobs, wanted = self._list_jobs, self._is_typed(needle)
        in_background(
            "list-jobs",
            lambda: _rows(jobs, needle, wanted),
            lambda rows: post(self, self.JobsRead(needle, rows)),
            lambda failure: post(self, self.JobsRead(needle, _none(), failure)),
        )

    def _is_typed(self, needle: str) -> Callable[[], bool]:
        return lambda: self._filter.value == needle

    def _show_state(self) -> None:
        self._state.show([self._age()])
        self._state.refresh(layout=True)

    def _age(self) -> Line:
        if self._reading:
            return line("syncing …", Tone.DIM)
        state = self._services.store_state()
        read_at = state.read_at.of_list
        why = self._failure.what if self._failure else store_reason(state)
        if read_at is None:
            return line(f"Which jobs exist cannot be told: {why}", Tone.WARN)
        if not self._table.display:
            what = f"No job matches {self._filter.value}" if self._filter.value else "No job yet"
            return line(what, Tone.DIM)
        when = reading_age(state, read_at, self._services.clock.now())
        if why:
            return line(f"{store_sign(state)} {when}: {why}", Tone.WARN)
        return line(f"/ filter   {when}", Tone.DIM)


def _none() -> ListSource[Row]:
    return ListSource[Row]((), lambda row: row.key, lambda row: row)


def _rows(jobs: ListJobs, needle: str, wanted: Callable[[], bool]) -> ListSource[Row]:
    """The newest thousand; of all jobs those that match."""
    if needle:
        return filtered(job_choice_rows(jobs), needle, wanted)
    newest = [job_choice_row(summary) for summary in jobs(limit=_MOST)]
    return ListSource(newest, lambda row: row.key, lambda row: row)
