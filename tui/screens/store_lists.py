"""Jobs, the runs of one, the artifacts of one of these: as tables, and what is known of a row below."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.message import Message

from core.errors import Failure, RunFerryError
from core.model import Job
from tui.background import failure_of, in_background
from tui.bridge import post
from tui.parts.proofs import Proofs
from tui.screens.store_about import StoreAbout
from tui.screens.store_place import StorePlace, directory_of_row
from tui.screens.store_table import StoreTable
from tui.screens.store_trail import ARTIFACTS, JOBS, RUNS, StoreTrail
from tui.services import AppServices
from tui.widgets.panes import Line
from tui.widgets.store_rows import ARTIFACT_COLUMNS, JOB_COLUMNS, RUN_COLUMNS, Known

_LOOK_SECONDS = 5


class StoreLists(Vertical):
    """Side by side where there is room, so that lists follow the cursor of the one before; else one of them.

    The same list has the keys either way.
    """

    class Changed(Message):
        """Other rows, another row under the cursor, or another list with the keys."""

    class Learned(Message):
        """What is known of the content of artifacts."""

        def __init__(self, known: Known) -> None:
            super().__init__()
            self.known = known

    def __init__(
        self, services: AppServices, emptiness: Callable[[StoreTable], Sequence[Line]]
    ) -> None:
        """`emptiness` says why a list has no rows."""
        super().__init__(id="lists")
        self.trail = StoreTrail()
        self.tables = (
            StoreTable(services, JOB_COLUMNS, id="jobs"),
            StoreTable(services, RUN_COLUMNS, id="runs"),
            StoreTable(services, ARTIFACT_COLUMNS, id="artifacts"),
        )
        self._services = services
        self._emptiness = emptiness
        self._about = StoreAbout(services)
        self._wide = False
        self._failure: Failure | None = None
        self._known = Known()
        self._learning = False
        self._learned_of: StorePlace | None = None
        self._copies_of = 0

    @property
    def table(self) -> StoreTable:
        """The list with the keys."""
        return self.tables[self.trail.level]

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to be seen."""
        return self.table.row_count > 0 or (self._wide and self.tables[JOBS].row_count > 0)

    def compose(self) -> ComposeResult:
        """The lists, the row."""
        yield Horizontal(*self.tables)
        yield self._about

    def on_mount(self) -> None:
        """Directories change without a word to the catalog."""
        self.set_interval(_LOOK_SECONDS, self._look_for_changes)

    def expire(self) -> None:
        """Anything may have changed in the catalog: what is shown is read anew by `lay_out`."""
        for part in (*self.tables, self._about):
            part.expire()
        self._learned_of, self._copies_of = None, 0
        if (job := self.trail.job) and (known := self._job(str(job.id))):
            directory = directory_of_row(self._services, known, self.trail.run)
            self.trail = replace(self.trail, job=known, directory=directory)

    def take_failure(self) -> Failure | None:
        """Why something could not be read since this was asked last."""
        failure, self._failure = self._failure, None
        for table in self.tables:
            failure = table.take_failure() or failure
        return failure

    def lay_out(self, *, wide: bool) -> None:
        """Shows the lists that there is room for. Does nothing when all is so."""
        self._wide = wide
        for level, table in enumerate(self.tables):
            table.display = wide or level == self.trail.level
            if table.display:
                table.open(self.trail.place(level))
                table.explain(() if table.row_count else self._emptiness(table))
            if wide:
                self.trail = self._under_cursor(level)
        self._learn()
        self._about.display = wide
        if wide:
            self._about.show_row(self.trail.here, self.table.cursor_key, self.trail.job)

    def go(self, trail: StoreTrail) -> None:
        """Opens other lists."""
        self.trail = trail
        self.lay_out(wide=self._wide)
        self.post_message(self.Changed())

    def go_inside(self) -> None:
        """The list of what is under the cursor by now, even if that was put there just before."""
        self.trail = self._under_cursor(self.trail.level)
        if inside := self.trail.inside():
            self.go(inside)

    def go_to(self, job: Job, run: str = "", key: str = "") -> None:
        """The runs of a job, or what is stored of one, there an artifact; neither a filter nor an order is in the way."""
        self._put_cursor(JOBS, str(job.id))
        self.go(self.trail.on(JOBS, str(job.id), job).at(RUNS))
        if run:
            self._put_cursor(RUNS, run)
            directory = directory_of_row(self._services, job, run)
            self.go(self.trail.on(RUNS, run, job, directory).at(ARTIFACTS))
        if key:
            self._put_cursor(ARTIFACTS, key)

    def job_under_cursor(self) -> Job | None:
        """Or the one that is open."""
        if self.trail.level != JOBS:
            return self.trail.job
        key = self.table.cursor_key
        return self._job(key) if key else None

    def on_row_table_row_highlighted(self) -> None:
        """Lists beside that one are of the row."""
        self.lay_out(wide=self._wide)
        self.post_message(self.Changed())

    def on_store_table_shown(self) -> None:
        """What is said of other rows follows."""
        self.post_message(self.Changed())

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """By tab or a click the keys go to another list."""
        widget = event.widget
        if not isinstance(widget, StoreTable) or widget is self.table:
            return
        if widget.has_focus and widget.place:  # it may have lost the keys again
            self.go(self.trail.at(self.tables.index(widget)))

    def on_store_lists_learned(self, message: Learned) -> None:
        """Shows it; then what is known of those that are listed since, if they are others."""
        self._learning, self._known = False, message.known
        self.tables[ARTIFACTS].learn(message.known)
        self._about.learn(message.known)
        self._learn()
        self.post_message(self.Changed())

    def _put_cursor(self, level: int, key: str) -> None:
        table, place = self.tables[level], self.trail.place(level)
        if place:
            table.open(place)
            table.filter("")
            table.sort(place.first_order)
            table.move_to(key)

    def _under_cursor(self, level: int) -> StoreTrail:
        """What is open when lists further in are of the row under the cursor of this one."""
        key, job = self.tables[level].cursor_key, self.trail.job
        if level == JOBS and (job is None or str(job.id) != key):
            job = self._job(key) if key else None
        return self.trail.on(level, key, job, self._directory(level, key))

    def _directory(self, level: int, key: str) -> str:
        """Of the row of a run."""
        trail = self.trail
        if level != RUNS or trail.job is None:
            return ""
        known = key == trail.run
        return trail.directory if known else directory_of_row(self._services, trail.job, key)

    def _job(self, key: str) -> Job | None:
        try:
            return self._services.list_jobs.find(int(key))
        except RunFerryError as error:
            self._failure = failure_of(error)
            return None

    def _learn(self) -> None:
        """What is known of the artifacts that are listed. One run at a time: the cursor may pass many."""
        place = self.trail.place(ARTIFACTS)
        if place is None or place.job is None or self._learning or place.is_same(self._learned_of):
            return
        self._learning, self._learned_of = True, place
        job, services, known = place.job, self._services, self._known
        is_of_job, self._copies_of = self._copies_of == job.id, job.id

        def learn() -> Known:
            proofs = services.part(Proofs)
            copies = known.copies if is_of_job else proofs.local_copies(job.id)
            return Known(proofs.of_job.of_these(place.artifacts(services)), copies)

        self._learn_by(learn)

    def _look_for_changes(self) -> None:
        """A directory that was written to holds the same content no longer."""
        job_id, known, part = self._copies_of, self._known, self._services.part
        if known.copies and self.screen.is_current and not self._learning:
            self._learning = True
            self._learn_by(lambda: Known(known.proofs, part(Proofs).local_copies(job_id)))

    def _learn_by(self, read: Callable[[], Known]) -> None:
        in_background(
            "proofs",
            read,
            lambda known: post(self, self.Learned(known)),
            lambda _: post(self, self.Learned(Known())),
        )
