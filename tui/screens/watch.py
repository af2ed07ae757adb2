"""The watched tree: which runs there are, how far they are, which are finished."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.events import Event, RunView, TransferSucceeded, TransferView
from core.transfer_queue import UploadRequest
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.growth import Growth
from tui.keys import DO, FIND, SELECT
from tui.notices import Notice
from tui.screens.confirm import Question, group_question
from tui.screens.mode_screen import ModeScreen
from tui.services import AppServices
from tui.transfer_summary import summarize
from tui.upload_choice import UploadChoice, choose, queued_text, refused_text
from tui.widgets.filter_bar import FilterBar
from tui.widgets.row_table import RowTable
from tui.widgets.run_detail import RunDetail, RunFacts
from tui.widgets.run_rows import (
    RUN_COLUMNS,
    Order,
    RunGroup,
    RunPicture,
    RunRows,
    Stored,
    latest_by_source,
)
from tui.widgets.text_pane import TextPane
from tui.widgets.transfer_strip import TransferStrip
from tui.widgets.watch_texts import crumbs, nothing_to_see


class WatchScreen(ModeScreen):
    """One table of results roots and their runs; the run under the cursor in detail."""

    MODE = "watch"
    AUTO_FOCUS = "RowTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "upload", "Upload", group=DO, tooltip="upload marked or this"),
        Binding("p", "toggle_detail", "Detail", group=DO, tooltip="more or less detail"),
        Binding("slash", "filter", "Filter", group=FIND, tooltip="filter as you type"),
        Binding("o", "sort", "Sort", group=FIND, tooltip="sort by the next column"),
        Binding("y", "copy_path", "Copy", group=DO, tooltip="copy the path"),
        Binding("R", "rescan", "Rescan", group=DO, tooltip="rescan the tree"),
        Binding("left", "fold(True)", "fold", show=False, group=SELECT),
        Binding("right", "fold(False)", "unfold", show=False, group=SELECT),
        Binding("ctrl+a", "mark_all", "mark all", show=False, group=SELECT),
        Binding("escape", "back", "clear, close", show=False, group=SELECT),
    ]

    class StoredLoaded(Message):
        """The catalog said which runs are stored."""

        def __init__(self, stored: Stored) -> None:
            super().__init__()
            self.stored = stored

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        super().__init__(services, events)
        self._picture = RunPicture("")
        self._rows = RunRows(self._picture)
        self._order = Order.NAME
        self._folded: frozenset[str] = frozenset()
        self._stored: Stored = {}
        self._stored_roots: frozenset[str] | None = None
        self._growth = Growth()
        self._fresh = True
        self._crumbs = TextPane(id="crumbs")
        self._filter = FilterBar()
        self._table = RowTable(RUN_COLUMNS, id="runs", can_mark=True)
        self._empty = TextPane(id="empty")
        self._detail = RunDetail(id="detail")
        self._strip = TransferStrip(id="strip")

    def compose_body(self) -> Iterable[Widget]:
        """Crumbs or filter, table and detail, the strip."""
        yield self._crumbs
        yield self._filter
        yield Container(self._table, self._empty, self._detail, id="panes")
        yield self._strip

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """Rebuilds the rows only when something they depend on changed."""
        picture = RunPicture(
            self.services.watch.root,
            self.services.watch.views(),
            transfers,
            self._stored,
            self._filter.needle,
            self._order,
            self._folded,
        )
        if picture != self._picture:
            self._picture, self._rows = picture, RunRows(picture)
            self._table.show(self._rows)
            self._start_at_a_run()
            self._filter.show_count(len(self._rows.shown), len(picture.runs))
        self._load_stored()
        self._show_emptiness()
        self._show_place(transfers)
        self._strip.show_summary(summarize(transfers))

    def take(self, event: Event) -> None:
        """A finished upload changes what is stored."""
        if isinstance(event, TransferSucceeded):
            self._stored_roots = None

    def go_to(self, path: str) -> None:
        """Puts the cursor on a run, without a filter in the way."""
        self._filter.close()
        self._folded = frozenset()
        self.look_now()
        self._table.move_to(path)

    def action_upload(self) -> None:
        """Queues the marked runs, else what is under the cursor."""
        choice = choose(self._chosen())
        item = None if self._table.marks else self._item()
        if not choice.accepted:
            if choice.refused:
                self.toast(refused_text(choice.refused), "warning")
        elif isinstance(item, RunGroup):
            question = group_question(choice, item.title)
            self.post_message(Question(question, "Upload", lambda: self._queue(choice)))
        else:
            self._queue(choice)

    def action_toggle_detail(self) -> None:
        """At the side when wide, below when narrow."""
        self.toggle_class("-no-detail" if self.has_class("-wide") else "-tall-detail")
        self.call_after_refresh(self.look_now)

    def action_filter(self) -> None:
        """Filter as you type."""
        self._crumbs.display = False
        self._filter.open()

    def action_sort(self) -> None:
        """The next order."""
        orders = list(Order)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self.look_now()
        self.toast(f"Sorted by {self._order}")

    def action_copy_path(self) -> None:
        """Of the run or results root under the cursor."""
        if key := self._table.cursor_key.rstrip("/"):
            self.post_message(CopyRequested(key, "path"))

    def action_rescan(self) -> None:
        """Looks at everything again."""
        self.services.watch.rescan()
        self.toast("Looking at everything again")

    def action_fold(self, folded: bool) -> None:
        """Hides or shows the runs of the results root under the cursor."""
        item = self._item()
        if item is None:
            return
        path = item.path if isinstance(item, RunGroup) else item.results_root
        self._folded = self._folded | {path} if folded else self._folded - {path}
        self.look_now()
        self._table.move_to(path + "/")

    def action_mark_all(self) -> None:
        """All that the filter lets through; once more: none."""
        every = frozenset(run.path for run in self._rows.shown)
        self._table.mark(frozenset() if self._table.marks == every else every)

    def action_back(self) -> None:
        """One step: filter, marks, detail. Never quits."""
        if self._filter.close():
            self._crumbs.display = True
            self._table.focus()
        elif self._table.marks:
            self._table.mark(frozenset())
        else:
            self.remove_class("-tall-detail")
        self.look_now()

    def on_row_table_row_highlighted(self) -> None:
        """The detail follows the cursor."""
        self._show_place(self._picture.transfers)

    def on_row_table_row_selected(self) -> None:
        """A results root folds, a run opens its detail."""
        item = self._item()
        if isinstance(item, RunGroup):
            self.action_fold(not item.folded)
        else:
            self.action_toggle_detail()

    def on_filter_bar_changed(self) -> None:
        """As you type."""
        self.look_now()

    def on_filter_bar_left(self) -> None:
        """The filter stays."""
        if not self._filter.needle:
            self.action_back()
        self._table.focus()

    def on_watch_screen_stored_loaded(self, message: StoredLoaded) -> None:
        """Shows what is stored."""
        self._stored = message.stored
        self.look_now()

    def _queue(self, choice: UploadChoice) -> None:
        self._table.mark(frozenset())
        self.work("queue-uploads", lambda: self._submit(choice))

    def _submit(self, choice: UploadChoice) -> Sequence[Notice]:
        for run in choice.accepted:
            self.services.transfers.submit(UploadRequest(run.path))
        refused = [Notice(refused_text(choice.refused), "warning")] if choice.refused else []
        return [Notice(queued_text(choice.accepted)), *refused]

    def _chosen(self) -> Sequence[RunView]:
        if marks := self._table.marks:
            return [run for run in self._picture.runs if run.path in marks]
        item = self._item()
        if item is None:
            return ()
        return item.runs if isinstance(item, RunGroup) else (item,)

    def _item(self) -> RunGroup | RunView | None:
        at = self._rows.find(self._table.cursor_key)
        return None if at is None else self._rows.items[at]

    def _start_at_a_run(self) -> None:
        if self._fresh and self._rows.items:
            self._fresh, self._table.cursor = False, 1

    def _show_emptiness(self) -> None:
        empty = not self._rows.items
        self.reveal(self._table, self._empty, has_rows=not empty)
        self._detail.display = not empty
        if empty:
            self._empty.show(nothing_to_see(self.services.watch, self._filter.needle))

    def _show_place(self, transfers: tuple[TransferView, ...]) -> None:
        item = self._item()
        place: list[str] = []
        if isinstance(item, RunGroup):
            place = [item.title]
            self._detail.show_group(item)
        elif item is not None:
            place = [*self._title_above(item), item.name]
            self._detail.show_run(self._facts(item, transfers))
        offline = self.services.watch.offline
        self._crumbs.show([crumbs(self._rows, place, offline, self._crumbs.size.width)])

    def _title_above(self, run: RunView) -> Iterable[str]:
        return (g.title for g in self._rows.groups if g.path == run.results_root)

    def _facts(self, run: RunView, transfers: tuple[TransferView, ...]) -> RunFacts:
        clock = self.services.clock
        return RunFacts(
            run,
            latest_by_source(transfers).get(run.path),
            run.number in self._stored.get(run.results_root, {}),
            self._growth.sample(run.path, clock.monotonic(), run.bytes),
            clock.now(),
        )

    def _load_stored(self) -> None:
        roots = self._rows.roots
        if roots != self._stored_roots:
            self._stored_roots = roots
            self.work("stored-runs", lambda: self._read_stored(roots))

    def _read_stored(self, roots: frozenset[str]) -> Sequence[Notice]:
        stored = {root: self.services.stored_runs(root) for root in roots}
        post(self, self.StoredLoaded(stored))
        return ()
