"""The watched tree: which runs there are, how far they are, which are finished."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.events import (
    Event,
    ResultsRootBound,
    RootCameBack,
    RunView,
    TransferSucceeded,
    TransferView,
)
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.decisions import hold, set_auto_upload
from tui.growth import Growth
from tui.keys import DO, FIND, SELECT
from tui.notices import Notice
from tui.screens.confirm import Question
from tui.screens.mode_screen import ModeScreen
from tui.screens.questions import anyway_question, auto_upload_question, group_question
from tui.screens.upload_flow import UploadFlow
from tui.services import AppServices
from tui.store_side import StoreSide, StoreSides, store_root, store_side
from tui.transfer_summary import summarize
from tui.upload_choice import UploadChoice, choose, refused_text
from tui.widgets.filter_bar import FilterBar
from tui.widgets.row_table import RowTable
from tui.widgets.run_detail import RunDetail, RunFacts
from tui.widgets.run_picture import Order, RunGroup, RunPicture, in_whole_seconds
from tui.widgets.run_rows import RUN_COLUMNS, RunRows
from tui.widgets.text_pane import Line, TextPane
from tui.widgets.transfer_strip import TransferStrip
from tui.widgets.watch_texts import blind_hints, crumbs, nothing_to_see


class WatchScreen(ModeScreen):
    """One table of results roots and their runs; the run under the cursor in detail."""

    MODE = "watch"
    AUTO_FOCUS = "RowTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "upload", "Upload", group=DO, tooltip="upload marked or this"),
        Binding(
            "U",
            "upload_anyway",
            "Upload anyway",
            show=False,
            group=DO,
            tooltip="upload if unfinished too",
        ),
        Binding("h", "hold", "Hold", group=DO, tooltip="hold back, or release"),
        Binding("a", "auto_upload", "Auto", group=DO, tooltip="auto-upload on or off"),
        Binding("p", "toggle_detail", "Detail", group=DO, tooltip="more or less detail"),
        Binding("slash", "filter", "Filter", group=FIND, tooltip="filter as you type"),
        Binding("o", "sort", "Sort", group=FIND, tooltip="sort by the next column"),
        Binding("y", "copy_path", "Copy", group=DO, tooltip="copy the path"),
        Binding("R", "rescan", "Rescan", group=DO, tooltip="rescan the tree"),
        Binding("left", "fold(True)", "fold", show=False, group=SELECT, tooltip="fold, unfold"),
        Binding("right", "fold(False)", "unfold", show=False, group=SELECT, tooltip="fold, unfold"),
        Binding("ctrl+a", "mark_all", "mark all", show=False, group=SELECT),
        Binding("escape", "back", "clear, close", show=False, group=SELECT),
    ]

    class StoreSidesRead(Message):
        """Where the runs of some results roots go, and which are stored."""

        def __init__(self, sides: Mapping[str, StoreSide]) -> None:
            super().__init__()
            self.sides = sides

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        super().__init__(services, events)
        self._picture = RunPicture()
        self._rows = RunRows(self._picture)
        self._order = Order.NAME
        self._folded: frozenset[str] = frozenset()
        self._sides = StoreSides()
        self._uploads = UploadFlow(self)
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
            tuple(root.path for root in self.services.watch.roots()),
            in_whole_seconds(self.services.watch.views()),
            transfers,
            self._sides.known,
            self._filter.needle,
            self._order,
            self._folded,
        )
        if picture != self._picture:
            self._picture, self._rows = picture, RunRows(picture)
            self._table.show(self._rows)
            self._start_at_a_run()
            self._filter.show_count(len(self._rows.shown), len(picture.runs))
        self._read_due_sides()
        self._show_emptiness()
        self._show_place()
        self._strip.show_summary(summarize(transfers))

    def take(self, event: Event) -> None:
        """What is stored changes by a finished upload, where runs go by a binding."""
        if isinstance(event, TransferSucceeded):
            self._sides.forget([store_root(event.transfer.source.rpartition("/")[0])])
        elif isinstance(event, ResultsRootBound):
            self._sides.forget([event.results_root])
        elif isinstance(event, RootCameBack):
            self._sides.forget(self._sides.known)  # of a tree that was away nothing could be read

    def hints(self) -> Sequence[Line]:
        """Who uploads, and what is looked at by the clock."""
        return (*super().hints(), *blind_hints(self.services.watch.roots()))

    def go_to(self, path: str) -> None:
        """Puts the cursor on a run, without a filter in the way."""
        self._filter.close()
        self._folded = frozenset()
        self.look_now()
        self._table.move_to(path)

    def action_upload(self) -> None:
        """Queues the marked runs, else what is under the cursor; of what is not finished, asks."""
        choice = choose(self._chosen())
        item = None if self._table.marks else self._item()
        if choice.accepted and isinstance(item, RunGroup):
            question = group_question(choice, item.title)
            self.post_message(Question(question, "Upload", lambda: self._queue(choice)))
        elif choice.accepted:
            self._queue(choice)
        elif len(choice.unfinished) == 1:
            self._ask_anyway(choice)
        elif choice.refused:
            self.toast(refused_text(choice), "warning")

    def action_upload_anyway(self) -> None:
        """The same, with what is not finished."""
        choice = choose(self._chosen())
        if choice.unfinished:
            self._ask_anyway(choice)
        else:
            self.action_upload()

    def action_hold(self) -> None:
        """Keeps the marked runs, else what is under the cursor, from being uploaded by itself.

        Releases them when all are held.
        """
        chosen = self._chosen()
        held = not all(run.held for run in chosen)
        runs = [run for run in chosen if run.held is not held]
        if runs:
            self._table.mark(frozenset())
            self.work("hold", lambda: hold(self.services, runs, held=held))

    def action_auto_upload(self) -> None:
        """For the watched root under the cursor; turning it on is confirmed."""
        item = self._item()
        roots = self.services.watch.roots()
        path = item.root if item else roots[0].path if len(roots) == 1 else ""
        root = next((root for root in roots if root.path == path), None)
        if root is None:
            return
        if root.auto_upload:
            self._set_auto_upload(path, on=False)
            return
        failed_too = self.services.uploads_failed
        count = self._rows.awaiting_upload(path, failed_too=failed_too)
        question = auto_upload_question(path, count, failed_too=failed_too)
        self.post_message(
            Question(question, "Turn on", lambda: self._set_auto_upload(path, on=True))
        )

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
        path = item.path if isinstance(item, RunGroup) else store_root(item.results_root)
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
        self._show_place()

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

    def on_watch_screen_store_sides_read(self, message: StoreSidesRead) -> None:
        """Shows what is stored."""
        self._sides.take(message.sides)
        self.look_now()

    def _ask_anyway(self, choice: UploadChoice) -> None:
        everything = UploadChoice(choice.accepted + choice.unfinished, (), choice.impossible)
        self.post_message(
            Question(anyway_question(choice), "Upload anyway", lambda: self._queue(everything))
        )

    def _queue(self, choice: UploadChoice) -> None:
        self._table.mark(frozenset())
        self.run_worker(self._uploads.upload(choice), group="upload")

    def _set_auto_upload(self, root: str, *, on: bool) -> None:
        self.work("auto-upload", lambda: set_auto_upload(self.services, root, on=on))

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
            watch, needle = self.services.watch, self._filter.needle
            self._empty.show(nothing_to_see(watch.roots(), needle, passed=watch.passed))

    def _show_place(self) -> None:
        item = self._item()
        roots = self.services.watch.roots()
        place: list[str] = []
        if isinstance(item, RunGroup):
            place = [item.title]
            auto = any(root.auto_upload for root in roots if root.path == item.root)
            self._detail.show_group(item, auto_upload=auto)
        elif item is not None:
            place = [*self._title_above(item), item.name]
            self._detail.show_run(self._facts(item))
        self._crumbs.show([crumbs(self._rows, roots, place, self._crumbs.size.width)])

    def _title_above(self, run: RunView) -> Iterable[str]:
        return (g.title for g in self._rows.groups if g.path == store_root(run.results_root))

    def _facts(self, run: RunView) -> RunFacts:
        clock = self.services.clock
        side = self._picture.side(run)
        return RunFacts(
            run,
            self._rows.transfer(run),
            self._rows.is_stored(run),
            self._growth.sample(run.path, clock.monotonic(), run.bytes),
            clock.now(),
            side.destination(run.path) if side else "",
        )

    def _read_due_sides(self) -> None:
        roots = self._sides.begin(self._rows.members)
        if roots:
            self.work("store-sides", lambda: self._read_sides(roots))

    def _read_sides(self, roots: frozenset[str]) -> Sequence[Notice]:
        sides: dict[str, StoreSide] = {}
        try:
            for root in roots:
                sides[root] = store_side(self.services, root)
        finally:
            post(self, self.StoreSidesRead(sides))
        return ()
