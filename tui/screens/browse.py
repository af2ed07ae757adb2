"""The store as the catalog knows it: jobs, runs, artifacts; works without a network."""

from collections.abc import Callable, Iterable, Sequence
from pkgutil import resolve_name
from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.containers import Container
from textual.signal import Signal
from textual.widget import Widget

from core.errors import Failure, RunFerryError
from core.events import Event, StoreReachable, TransferSucceeded
from core.model import Artifact, Job, shortened
from core.printable import printable
from core.transfer_view import TransferView
from tui.background import failure_of
from tui.clipboard import CopyRequested
from tui.history import Spot
from tui.modes import COMPARE_STORED
from tui.screens.care_flow import CareDone, CareFlow
from tui.screens.chosen import Chosen
from tui.screens.copy_flow import copy_as
from tui.screens.download_flow import DownloadFlow
from tui.screens.link_flow import copy_links, why_no_link
from tui.screens.save_flow import SaveFlow
from tui.screens.store_lists import StoreLists
from tui.screens.store_place import row_title
from tui.screens.store_reading import StoreReading
from tui.screens.store_table import StoreTable
from tui.screens.store_trail import ARTIFACTS, JOBS
from tui.screens.stored_inside import StoredInsideScreen
from tui.screens.subject import Subject
from tui.screens.table_screen import NO_ROWS, TableScreen, nothing_to_close
from tui.screens.viewed_place import stored_place
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.crumbs import Crumbs
from tui.widgets.keys import DO, FIND, SELECT, bind
from tui.widgets.panes import ErrorPane, Line, failure_text, line
from tui.widgets.row_table import RowTable
from tui.widgets.store_rows import JOB_FILES
from tui.wording.action_keys import key, keyed, keyed_lines
from tui.wording.formatting import number
from tui.wording.store import reading_age

T = TypeVar("T")
_COLUMNS = "-columns"
"""What the screen is called that has room for three lists."""


class BrowseScreen(TableScreen):
    """Jobs, the runs of one, the artifacts of one of these: side by side, or one after the other."""

    MODE = "browse"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (120, _COLUMNS)]  # noqa: RUF012 - as declared by Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("download", "Download", group=DO, tooltip="download marked or this"),
        bind("link", "Link", group=DO, tooltip="copy a link, and say for how long"),
        bind("compare", "Compare", group=DO, tooltip="compare marked, or all of the job"),
        bind("sync", "Sync", group=DO, tooltip="read the store again"),
        bind("filter", "Filter", group=FIND, tooltip="filter as you type"),
        bind("sort", "Sort", group=FIND, tooltip="sort by the next column"),
        bind("reverse", "reverse", show=False, group=FIND, tooltip="sort the other way"),
        bind("copy", "Copy as", group=DO, tooltip="copy as key, URI, link, command; an error"),
        bind("retry", "Retry", group=DO, tooltip="sync again after an error"),
        bind("mark_all", "mark all", show=False, group=SELECT, tooltip="mark all"),
        bind("change", "Tags", group=DO, tooltip="name and tags of a job"),
        bind("archive", "Archive", group=DO, tooltip="archive (the name is typed)"),
        bind("delete", "Delete", group=DO, tooltip="delete (the name is typed)"),
        bind("move", "Move", group=DO, tooltip="move this run to another job"),
        bind("adopt", "Adopt", group=DO, tooltip="adopt what is unmanaged"),
        bind("stop", "Stop", group=DO, tooltip="stop archiving, deleting, moving"),
        bind("back", "Back", group=SELECT),
    ]

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        self._lists = StoreLists(services, self._emptiness)
        super().__init__(services, events, self._lists.table)
        self._steps = self._crumbs = Crumbs()
        self._came_for: Subject | None = None
        self._downloads = DownloadFlow(self)
        self._stale = True
        self._changes = 0
        self._reading = StoreReading(self)
        self._reading_of: Job | None = None
        self._undone: CareDone | None = None
        self._error = ErrorPane(id="error")
        self._saves = SaveFlow(self)
        self._care = CareFlow(self)

    def compose_body(self) -> Iterable[Widget]:
        """The lists, the error if there is one."""
        yield self._crumbs
        yield self._filter
        yield Container(self._lists, self._empty, self._error, id="place")

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """Reads the catalog when it changed; else only the age grows."""
        if self._stale or self._changes != self.services.store_state().changes:
            self._reload()
        self._arrange()
        self._reading.failure = self._lists.take_failure() or self._reading.failure
        marks = len(self._table.marks)
        beside = f"{number(marks)} marked   " * bool(marks) + self._age()
        self._steps.show_steps((self.services.store_location, *self._lists.trail.crumbs), beside)
        self._show_failure()
        self.refresh_bindings()

    def on_screen_resume(self) -> None:
        """Somebody looks at it."""
        super().on_screen_resume()
        self._reading.enter(self._opened)

    def on_unmount(self) -> None:
        """The app ends; members that are whole stay."""
        self._saves.cancel()
        self._care.cancel()

    def on_resize(self) -> None:
        """There may be room for more lists, or less."""
        self.call_after_refresh(self.look_now)

    def hints(self) -> Sequence[Line]:
        """And what is being written."""
        return [*super().hints(), *self._saves.lines(), *self._care.lines()]

    def take(self, event: Event) -> None:
        """A finished upload is in the catalog by now; after an outage the store is read again."""
        if isinstance(event, TransferSucceeded):
            self._stale = True
        elif isinstance(event, StoreReachable):
            self._reading.enter(self._opened)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs a row, an error, or a place to go to."""
        has_rows = bool(self._table.row_count)
        reasons = {
            "compare": self._why_no_comparison,
            "link": lambda: why_no_link(self.chosen()),
            "copy": lambda: "" if self._shown_failure()[1] or has_rows else NO_ROWS,
            "change": lambda: self._care.why_no_change(self.chosen()),
            "archive": lambda: self._care.why_not(self.chosen()),
            "delete": lambda: self._care.why_no_delete(self.chosen()),
            "move": lambda: self._care.why_no_move(self.chosen()),
            "adopt": lambda: self._care.why_not(self.chosen()),
            "stop": lambda: "" if self._care.busy else "Nothing is being done",
            "sync": lambda: "The store is being read" if self._reading.asked else "",
            "retry": lambda: "" if self._reading.failure else keyed(_NOTHING_FAILED),
            "back": self._why_not_back,
            "outside": lambda: "" if self._lists.trail.level else "This is the outermost list",
            "inside": self._why_not_inside,
            **dict.fromkeys(_OF_ROWS, lambda: "" if has_rows else NO_ROWS),
        }
        reason = reasons.get(action)
        return reason() if reason else super().why_not(action, parameters)

    def chosen(self) -> Chosen:
        """What keys are about: the marked rows, else the one under the cursor, of the list with the keys."""
        return self._lists.table.chosen()

    def open_job(self, job: Job, run: str = "", key: str = "") -> None:
        """Shows the runs of a job, or what is stored of one, without a filter in the way."""
        self.close_filter()
        self._lists.go_to(job, run, key)

    def spot(self) -> Spot | None:
        """The list that has the keys."""
        trail = self._lists.trail
        job_id = trail.job.id if trail.job and trail.level != JOBS else 0
        return Spot(self.mode, job_id=job_id, run=trail.run if trail.level == ARTIFACTS else "")

    def return_to(self, spot: Spot) -> str:
        """As far as it is in the store yet."""
        if not spot.job_id:
            self._lists.go(self._lists.trail.at(JOBS))
        elif job := self._ask(lambda: self.services.list_jobs.find(spot.job_id)):
            self.open_job(job, spot.run)
        else:
            return f"Job {spot.job_id} is not in the store any more"
        return ""

    def subject(self) -> Subject | None:
        """The run under the cursor, or whose artifacts are listed."""
        trail = self._lists.trail
        key = trail.run if trail.level == ARTIFACTS else self._table.cursor_key
        if trail.job is None or trail.level == JOBS or not key or key == JOB_FILES:
            return None
        name = row_title(key, trail.directory if key == trail.run else "")
        subject = Subject(name, job_id=trail.job.id, run_id=int(key))
        came_for = self._came_for
        return came_for if came_for and subject.is_same(came_for) else subject

    def show_subject(self, subject: Subject) -> str:
        """What is stored of it."""
        services, of = self.services, subject.job_id
        job = self._ask(lambda: services.list_jobs.find(of)) if of else None
        known = self._ask(lambda: services.list_runs.these(of, [subject.run_id])) if job else ()
        if not job or not known:
            return f"{subject.name} is not in the store, as far as it was read"
        self._came_for = subject
        self._lists.go_to(job, str(subject.run_id))
        return ""

    def action_download(self) -> None:
        """Asks where to, and queues it: what rows stand for, be it whole jobs."""
        chosen, table = self.chosen(), self._table
        self._downloads.download(
            lambda: chosen.artifacts(self.services),
            pinned=bool(chosen.artifact_keys),
            what=chosen.describe(self.services) if chosen.marked else "",
            queued=lambda: table.mark(table.marks - set(chosen.keys)),
        )

    def action_link(self) -> None:
        """Links to the artifacts, or to the results of the runs, into the clipboard."""
        copy_links(self, self.chosen())

    def action_change(self) -> None:
        """Name and tags of the job of the row, or of the one that is open."""
        self._care.change(self.chosen())

    def action_archive(self) -> None:
        """What the rows stand for, after its name was typed."""
        self._care.archive(self.chosen())

    def action_delete(self) -> None:
        """What the rows stand for, after its name was typed."""
        self._care.delete(self.chosen())

    def action_move(self) -> None:
        """A run, to another job."""
        self._care.move(self.chosen())

    def action_adopt(self) -> None:
        """Results of other tools."""
        self._care.adopt(self.chosen())

    def action_stop(self) -> None:
        """What was done stays done."""
        self._care.cancel()

    def action_compare(self) -> None:
        """Marked runs, or versions of one; with at most one mark all runs of the job."""
        resolve_name(COMPARE_STORED)(self, self._core_events, self.chosen())

    def action_mark_all(self) -> None:
        """All rows of the list; once more: none."""
        self._table.action_mark_all()

    def action_sort(self) -> None:
        """By the next column."""
        self._lists.table.sort_by_next()

    def action_reverse(self) -> None:
        """The other way."""
        self._lists.table.sort_reversed()

    def action_sync(self) -> None:
        """Reads the store, and says when that is done."""
        self._reading.everything()
        self.look_now()

    def action_retry(self) -> None:
        """After an error."""
        if self._reading.failure:
            self.toast("Reading the store again")
            self.action_sync()

    def action_copy(self) -> None:
        """The error while one is shown, else what the rows are, in words that are chosen."""
        title, failure = self._shown_failure()
        if failure:
            self.post_message(CopyRequested(failure_text(title, failure), "error text"))
        elif (chosen := self.chosen()).keys:
            copy_as(self, chosen)

    def action_outside(self) -> None:
        """The list before."""
        if further_out := self._lists.trail.outside():
            self._lists.go(further_out)

    def action_inside(self) -> None:
        """The list of what is under the cursor."""
        if not self._why_not_inside():
            self._lists.go_inside()

    def action_back(self) -> None:
        """One step: filter, marks, error, list. Never quits."""
        if self._filter.display or self._lists.table.needle:
            self.close_filter()
            self._lists.table.filter("")
        elif self._table.marks:
            self._table.mark(frozenset())
        elif self._undone:
            self._undone = None
        elif self._reading.failure:
            self._reading.failure = None
        else:
            self.action_outside()
        self.look_now()

    def on_store_lists_changed(self) -> None:
        """Keys are about the list and the row."""
        self.look_now()

    def on_row_table_marks_changed(self) -> None:
        """Keys are about the marks, and the crumbs count them."""
        self.look_now()

    def on_row_table_order_chosen(self, message: RowTable.OrderChosen) -> None:
        """The head of a column was clicked, which gave the keys to its list."""
        self._lists.table.sort(message.order)

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """Goes inside."""
        here = self._lists.trail.here
        if not here.run:
            self._lists.go_inside()
        elif artifact := self._ask(lambda: here.artifact(self.services, message.key)):
            self._look_inside(artifact)

    def on_crumbs_chosen(self, message: Crumbs.Chosen) -> None:
        """A step of the path: the store's name and all jobs lead to the same."""
        self._lists.go(self._lists.trail.at(max(JOBS, message.step - 1)))

    def apply_filter(self, needle: str) -> None:
        """Looks through all rows, many of them on another thread."""
        if needle == self._filter.needle:
            self._lists.table.filter(needle)
            self.look_now()

    def on_store_reading_done(self, message: StoreReading.Done) -> None:
        """Shows what is there now, or what went wrong; without an answer, what was there."""
        self._reading.take(message)
        self.look_now()

    def on_care_done(self, message: CareDone) -> None:
        """Shows what is there now; what was not done stays to be read."""
        self._undone, self._stale = message if message.failure else None, True
        self.say([message.notice] if message.notice else [])

    @property
    def _opened(self) -> Job | None:
        """Not what the cursor passes by in the list of jobs."""
        trail = self._lists.trail
        return None if trail.level == JOBS else trail.job

    def _why_no_comparison(self) -> str:
        chosen = self.chosen()
        if not chosen.keys:
            return NO_ROWS
        return "Runs of one job can be compared" if len(chosen.job_ids) > 1 else ""

    def _why_not_back(self) -> str:
        marks, failure = self._table.marks, self._shown_failure()[1]
        inner = self._filter.display or marks or failure or self._lists.trail.level
        return "" if inner else nothing_to_close()

    def _why_not_inside(self) -> str:
        if self._lists.trail.level == ARTIFACTS:
            return keyed("{open} opens it: there is no list behind this one")
        return "" if self._table.row_count else NO_ROWS

    def _arrange(self) -> None:
        lists = self._lists
        lists.lay_out(wide=self.has_class(_COLUMNS))
        if (opened := self._opened) != self._reading_of:
            self._reading_of = opened
            self._reading.open(opened)
        if self._table is not lists.table:
            self._table = lists.table
            self._filter.put_back(lists.table.needle)
            self._crumbs.display = not self._filter.display
            self._table.focus()
        shown, more = lists.table.row_count, lists.table.matches_more
        self._filter.show_count(shown, lists.table.total, more=more)
        lists.display, self._empty.display = lists.has_rows, not lists.has_rows
        if lists.has_rows and self.focused is None:
            self._table.focus()

    def _look_inside(self, artifact: Artifact) -> None:
        name = artifact.key.rpartition("/")[2]
        crumbs = (self.services.store_location, *self._lists.trail.crumbs, printable(name))
        flows = self._downloads, self._saves
        place = stored_place(self.services.part, artifact, crumbs)
        screen = StoredInsideScreen(self.services, self._core_events, place, *flows)
        self.app.push_screen(screen)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual

    def _reload(self) -> None:
        self._stale = False
        self._changes = self.services.store_state().changes
        self._lists.expire()

    def _ask(self, query: Callable[[], T]) -> T | None:
        try:
            return query()
        except RunFerryError as error:
            self._reading.failure = failure_of(error)
            return None

    def _age(self) -> str:
        state, read_at = self.services.store_state(), self._reading.read_at(self._opened)
        text = reading_age(state, read_at, self.services.clock.now())
        return text if read_at or state.syncing else f"{text}   {key('sync')} sync"

    def _show_failure(self) -> None:
        title, failure = self._shown_failure()
        self._error.display = failure is not None
        if failure:
            again = "" if self._undone else "{retry} retry   "
            self._error.show_failure(
                title, failure, keyed(again + "{copy} copy this text   {back} close")
            )
        self._empty.show(self._emptiness(self._lists.table))

    def _shown_failure(self) -> tuple[str, Failure | None]:
        """What was asked for last comes first."""
        if self._undone:
            return self._undone.title, self._undone.failure
        return "The store could not be read", self._reading.failure

    def _emptiness(self, table: StoreTable) -> Sequence[Line]:
        if table.needle:
            nothing = f"Nothing of {number(table.total)} matches {shortened(table.needle)!r}"
            return (line(nothing, Tone.STRONG), line(keyed("{back} shows all"), Tone.DIM))
        if table.place is None:
            return ()
        state = self.services.store_state()
        if state.syncing or table.is_reading:
            return _READING
        if self._reading.read_at(table.place.job):
            what, todo = table.place.nothing
            return (line(what, Tone.STRONG), line(todo))
        return _NO_ANSWER if state.outage else keyed_lines(_NOTHING)


_NOTHING_FAILED = "Nothing failed; {sync} reads the store again"
_OF_ROWS = ("download", "mark_all", "sort", "reverse")
_READING = (line("Reading the store …", Tone.DIM),)
_NO_ANSWER = (
    line("The store does not answer, and nothing of it is cached yet", Tone.STRONG),
    line("It is read by itself as soon as it answers."),
)
_NOTHING = (
    line("Nothing is known of this store yet", Tone.STRONG),
    line("Jobs and runs are listed from a local cache, which works offline."),
    line("{sync} reads the store", Tone.DIM),
)
