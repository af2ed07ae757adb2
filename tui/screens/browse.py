"""The store as the catalog knows it: jobs, runs, artifacts; works without a network."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.errors import CatalogError, Failure, RunFerryError
from core.events import Event, StoreReachable, TransferSucceeded
from core.model import Artifact, Job, natural_order
from core.printable import printable
from core.transfer_view import TransferView
from tui.background import failure_of, in_background
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.screens.chosen import Chosen
from tui.screens.download_flow import DownloadFlow
from tui.screens.inside import InsideScreen
from tui.screens.link_flow import copy_links, why_no_link
from tui.screens.save_flow import SaveFlow
from tui.screens.store_place import StorePlace
from tui.screens.table_screen import NO_ROWS, NOTHING_TO_CLOSE, TableScreen
from tui.services import AppServices
from tui.widgets.cells import Row, Tone
from tui.widgets.keys import DO, FIND, SELECT
from tui.widgets.panes import ErrorPane, Line, failure_text, line
from tui.widgets.row_source import ListSource, PagedSource, RowSource, filtered, position
from tui.widgets.row_table import RowTable
from tui.widgets.store_rows import JOB_COLUMNS
from tui.wording.formatting import age, clock_time, headline, number

T = TypeVar("T")


class BrowseScreen(TableScreen):
    """One table that goes from jobs to runs to artifacts; the age of what it shows above it."""

    MODE = "browse"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "download", "Download", group=DO, tooltip="download marked or this"),
        Binding("l", "link", "Link", group=DO, tooltip="copy a link, good for 1 h"),
        Binding("R", "sync", "Sync", group=DO, tooltip="read the store again"),
        Binding("slash", "filter", "Filter", group=FIND, tooltip="filter as you type"),
        Binding("y", "copy", "Copy key", group=DO, tooltip="copy the key, or the error"),
        Binding("r", "retry", "Retry", group=DO, tooltip="sync again after an error"),
        Binding("ctrl+a", "mark_all", "mark all", show=False, group=SELECT, tooltip="mark all"),
        Binding("escape", "back", "Back", group=SELECT),
    ]

    _synced_at: datetime | None = None

    class Synced(Message):
        """The catalog equals the store again; or not, and why."""

        def __init__(self, failure: Failure | None) -> None:
            super().__init__()
            self.failure = failure

    class Filtered(Message):
        """The rows that match `needle`."""

        def __init__(self, needle: str, rows: ListSource[Row]) -> None:
            super().__init__()
            self.needle = needle
            self.rows = rows

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        super().__init__(services, events, RowTable(JOB_COLUMNS, id="store", can_mark=True))
        self._place = StorePlace()
        self._downloads = DownloadFlow(self)
        self._source: RowSource | None = None
        self._stale = True
        self._syncing = self._asked = False
        self._failure: Failure | None = None
        self._error = ErrorPane(id="error")
        self._saves = SaveFlow(self)

    def compose_body(self) -> Iterable[Widget]:
        """Table, the error if there is one."""
        yield from self.compose_table(self._error, panes="place")

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """Reads the catalog when it changed; else only the age grows."""
        if self._stale or self._was_read_anew():
            self._reload()
        if isinstance(self._source, PagedSource) and self._source.failure:
            self._failure = self._source.failure
        self._crumbs.show([self._where()])
        self._show_failure()
        self.refresh_bindings()

    def on_mount(self) -> None:
        """Finds out whether what is shown can be read again."""
        self.services.store_watch.ask()

    def on_unmount(self) -> None:
        """The app ends; members that are whole stay."""
        self._saves.cancel()

    def hints(self) -> Sequence[Line]:
        """And what is being written."""
        return [*super().hints(), *self._saves.lines()]

    def take(self, event: Event) -> None:
        """A finished upload is in the catalog by now; after an outage the store is read again."""
        if isinstance(event, TransferSucceeded):
            self._stale = True
        elif isinstance(event, StoreReachable):
            self._sync()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs a row, an error, or a place to go back to."""
        reasons = {
            "download": lambda: "" if self._table.row_count else NO_ROWS,
            "mark_all": lambda: "" if self._table.row_count else NO_ROWS,
            "link": lambda: why_no_link(self.chosen()),
            "copy": lambda: "" if self._failure or self._table.row_count else NO_ROWS,
            "sync": lambda: "The store is being read" if self._syncing else "",
            "retry": lambda: "" if self._failure else "Nothing failed; R reads the store again",
            "back": self._why_not_back,
        }
        reason = reasons.get(action)
        return reason() if reason else super().why_not(action, parameters)

    def open_job(self, job: Job) -> None:
        """Shows the runs of a job."""
        self._enter(StorePlace(job))

    def chosen(self) -> Chosen:
        """The marked rows, else the one under the cursor; empty in a list without rows."""
        if marks := self._table.marks:
            return Chosen(self._place, tuple(sorted(marks, key=natural_order)), marked=True)
        key = self._table.cursor_key if self._table.row_count else ""
        return Chosen(self._place, (key,) if key else ())

    def action_download(self) -> None:
        """Asks where to, and queues it: what rows stand for, be it whole jobs."""
        chosen = self.chosen()
        self._downloads.download(
            lambda: chosen.artifacts(self.services),
            pinned=bool(chosen.artifact_keys),
            what=chosen.describe() if chosen.marked else "",
            queued=partial(self._unmark, chosen),
        )

    def action_link(self) -> None:
        """Links to the artifacts, or to the results of the runs, into the clipboard."""
        self.run_worker(copy_links(self, self.chosen()), group="link")

    def action_mark_all(self) -> None:
        """All rows of the list; once more: none."""
        self._table.action_mark_all()

    def action_sync(self) -> None:
        """Reads the store, and says when that is done."""
        self._asked = True
        self._sync()

    def action_retry(self) -> None:
        """After an error."""
        if self._failure:
            self.toast("Reading the store again")
            self.action_sync()

    def action_copy(self) -> None:
        """The error while one is shown, else the key of the row."""
        if self._failure:
            self.post_message(CopyRequested(failure_text("Sync", self._failure), "error text"))
        elif key := self._table.cursor_key:
            text, what = self._place.copied(key, self._job(key))
            self.post_message(CopyRequested(text, what))

    def action_back(self) -> None:
        """One step: filter, error, place. Never quits."""
        if self.close_filter():
            self._show_source()
        elif self._table.marks:
            self._table.mark(frozenset())
        elif self._failure:
            self._failure = None
        elif step := self._place.outside():
            self._enter(*step)
        self.look_now()

    def on_row_table_row_highlighted(self) -> None:
        """Keys are about the row."""
        self.refresh_bindings()

    def on_row_table_marks_changed(self) -> None:
        """Keys are about the marks, and the crumbs count them."""
        self.look_now()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """Goes inside."""
        if place := self._place.inside(message.key, self._job(message.key)):
            self._enter(place)
        elif artifact := self._ask(lambda: self._place.artifact(self.services, message.key)):
            self._look_inside(artifact)

    def apply_filter(self, needle: str) -> None:
        """Looks through all rows on another thread."""
        source = self._source
        if source is None or not needle:
            self._show_source()
            return
        in_background(
            "filter",
            lambda: filtered(source, needle, lambda: self._filter.needle == needle),
            lambda rows: post(self, self.Filtered(needle, rows)),
            lambda failure: post(self, self.Synced(failure)),
        )

    def on_browse_screen_filtered(self, message: Filtered) -> None:
        """Shows what matches, unless something else was typed since."""
        if self._source is not None and message.needle == self._filter.needle:
            self._table.show(message.rows)
            self._filter.show_count(len(message.rows), len(self._source))

    def on_browse_screen_synced(self, message: Synced) -> None:
        """Shows what is there now, or what went wrong; without an answer, what was there."""
        failure, self._syncing, self._stale = message.failure, False, True
        if failure and failure.offline:
            self.toast(failure.what, "warning")
        else:
            self._failure = failure
            if failure is None and self._asked:
                self.toast("The store was read")
        self._asked = False
        self.look_now()

    def _sync(self) -> None:
        """The old rows stay until it is done."""
        if self._syncing:
            return
        self._syncing, self._failure = True, None
        in_background(
            "sync",
            self.services.sync,
            lambda _: post(self, self.Synced(None)),
            lambda failure: post(self, self.Synced(failure)),
        )
        self.look_now()

    def _unmark(self, chosen: Chosen) -> None:
        """What was marked for it is done; other marks stay."""
        if chosen.marked and chosen.place == self._place:
            self._table.mark(self._table.marks - set(chosen.keys))

    def _why_not_back(self) -> str:
        place, marks = self._place.outside(), self._table.marks
        inner = self._filter.display or marks or self._failure or place
        return "" if inner else NOTHING_TO_CLOSE

    def _look_inside(self, artifact: Artifact) -> None:
        name = artifact.key.rpartition("/")[2]
        crumbs = (self.services.store_location, *self._place.crumbs, printable(name))
        flows = self._downloads, self._saves
        screen = InsideScreen(self.services, self._core_events, artifact, crumbs, *flows)
        self.app.push_screen(screen)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual

    def _enter(self, place: StorePlace, cursor: str = "") -> None:
        self.close_filter()
        self._table.mark(frozenset())
        self._place = place
        self._table.cursor = 0
        self._reload()
        if cursor:
            self._return_to(cursor)
        self.look_now()

    def _return_to(self, key: str) -> None:
        """Paged sources cannot find a key; the rows are looked through, which esc can afford."""
        source = self._source
        if source is None or self._table.move_to(key):
            return
        found = self._ask(lambda: position(source, key))
        self._table.cursor = found or 0

    def _was_read_anew(self) -> bool:
        """At the start, to find out whether the store answers, or by another process.

        What is being filtered stays as it is meanwhile.
        """
        with suppress(CatalogError):
            return not self._filter.display and (
                self.services.list_jobs.synced_at() != self._synced_at
            )
        return False

    def _reload(self) -> None:
        self._stale = False
        self._synced_at = self._ask(self.services.list_jobs.synced_at)
        self._source = self._ask(lambda: self._place.rows(self.services))
        self._show_source()

    def _show_source(self) -> None:
        source = self._source
        rows = 0 if source is None else len(source)
        self.reveal_table(has_rows=rows > 0)
        if source is not None:
            self._table.show(source, self._place.columns)
            self._filter.show_count(rows, rows)

    def _job(self, key: str) -> Job | None:
        if self._place.job:
            return self._place.job
        return self._ask(lambda: self.services.list_jobs.find(int(key)))

    def _ask(self, query: Callable[[], T]) -> T | None:
        try:
            return query()
        except RunFerryError as error:
            self._failure = failure_of(error)
            return None

    def _where(self) -> Line:
        marks = len(self._table.marks)
        right = f"{number(marks)} marked   " * bool(marks) + self._age()
        left = " › ".join((self.services.store_location, *self._place.crumbs))
        width = self._crumbs.size.width - 1
        left = headline(left, max(0, width - len(right) - 3))
        pad = " " * max(0, width - len(left) - len(right) - 1)
        return [(f" {left}{pad}", Tone.PLAIN), (right, Tone.DIM)]

    def _age(self) -> str:
        if self._syncing:
            return "syncing …"
        if self._synced_at is None:
            asked = self.services.store_watch.is_asked
            return "never synced" if asked else "never synced   R sync"
        ago = age(self._synced_at, self.services.clock.now())
        return f"synced {clock_time(self._synced_at)} ({ago})"

    def _show_failure(self) -> None:
        self._error.display = self._failure is not None
        if self._failure:
            keys = "r retry   y copy this text   esc close"
            self._error.show_failure("The store could not be read", self._failure, keys)
        self._empty.show(self._emptiness())

    def _emptiness(self) -> Sequence[Line]:
        if self._syncing:
            return _READING
        if self._place.job or self._synced_at is not None:
            what, todo = self._place.nothing
            return (line(what, Tone.STRONG), line(todo))
        store_watch = self.services.store_watch
        if store_watch.outage:
            return _NO_ANSWER
        return _READING if store_watch.is_asked else _NOTHING


_READING = (line("Reading the store …", Tone.DIM),)
_NO_ANSWER = (
    line("The store does not answer, and nothing of it is cached yet", Tone.STRONG),
    line("It is read by itself as soon as it answers."),
)
_NOTHING = (
    line("Nothing is known of this store yet", Tone.STRONG),
    line("Jobs and runs are listed from a local cache, which works offline."),
    line("R reads the store", Tone.DIM),
)
