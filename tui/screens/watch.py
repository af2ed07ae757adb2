"""The watched tree: which runs there are, how far they are, which are finished."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from pkgutil import resolve_name
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.events import Event, ResultsRootBound, RootCameBack, TransferFailed, TransferSucceeded
from core.run_view import DiskView, RootView, RunView
from core.transfer_view import TransferView
from core.watch.expected_end import size_of_neighbours
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.history import Spot
from tui.modes import CHOOSE_VARIABLE, COMPARE_WATCHED, RUN_FILES
from tui.screens.auto_upload_flow import AutoUploadFlow
from tui.screens.run import NO_CURVE, RunScreen, why_no_other_curve
from tui.screens.subject import Subject
from tui.screens.table_screen import NO_ROWS, TableScreen, nothing_to_close
from tui.screens.undo import NOTHING
from tui.screens.upload_flow import UploadFlow
from tui.services import AppServices
from tui.widgets.chosen_runs import why_no_upload, why_no_upload_anyway
from tui.widgets.keys import DO, FIND, SELECT, bind
from tui.widgets.panes import Line
from tui.widgets.root_in_store import RootInStore, RootsInStore, Standing, root_in_store
from tui.widgets.run_detail import NOTHING_READ, Growth, RunFacts, group_lines
from tui.widgets.run_picture import RunGroup
from tui.widgets.run_preview import RunPreview
from tui.widgets.run_table import RunTable
from tui.widgets.sections import Preview
from tui.widgets.transfer_strip import TransferStrip
from tui.widgets.watch_texts import age_hints, blind_hints, crumbs, disk_hints, nothing_to_see
from tui.wording.action_keys import keyed
from tui.wording.notices import Notice
from tui.wording.transfers import summarize

_OF_ROWS = ("compare", "hold", "toggle_detail", "sort", "reverse", "copy_path", "mark_all")
_NO_RUN = "Put the cursor on the run that is meant"
_NO_TREE = "Put the cursor on a run of the tree that is meant"
_NEVER = float("inf")
_REST = 0.15
"""Seconds that the cursor has to stay on a run before it is read."""


class WatchScreen(TableScreen):
    """One table of results roots and their runs; the run under the cursor in detail."""

    MODE = "watch"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("upload", "Upload", group=DO, tooltip="upload; {upload_anyway}: unfinished too"),
        bind(
            "upload_anyway",
            "Upload anyway",
            show=False,
            group=DO,
            tooltip="upload; {upload_anyway}: unfinished too",
        ),
        bind("hold", "Hold", group=DO, tooltip="hold back, or release"),
        bind("undo", "Undo", show=False, group=DO, tooltip="take hold or release back, for 5 s"),
        bind("auto_upload", "Auto", group=DO, tooltip="auto-upload on or off"),
        bind("files", "Files", group=DO, tooltip="its files; compare runs"),
        bind("compare", "Compare", group=DO, tooltip="its files; compare runs"),
        bind(
            "preview",
            "Preview",
            action="toggle_detail",
            group=DO,
            tooltip="preview; {previous_curve} {next_curve} {curves} its curve",
        ),
        bind(
            "previous_curve",
            "Previous curve",
            action="curve(-1)",
            show=False,
            group=DO,
            tooltip="preview; {previous_curve} {next_curve} {curves} its curve",
        ),
        bind(
            "next_curve",
            "Next curve",
            action="curve(1)",
            show=False,
            group=DO,
            tooltip="preview; {previous_curve} {next_curve} {curves} its curve",
        ),
        bind(
            "curves",
            "Curves",
            show=False,
            group=DO,
            tooltip="preview; {previous_curve} {next_curve} {curves} its curve",
        ),
        bind("filter", "Filter", group=FIND, tooltip="filter as you type"),
        bind("sort", "Sort", group=FIND, tooltip="sort by the next; {reverse}: the other way"),
        bind(
            "reverse",
            "reverse",
            show=False,
            group=FIND,
            tooltip="sort by the next; {reverse}: the other way",
        ),
        bind(
            "delete",
            "Delete here",
            action="clean",
            show=False,
            group=DO,
            tooltip="delete here what is stored",
        ),
        bind("copy", "Copy", action="copy_path", group=DO, tooltip="copy the path"),
        bind("rescan", "Rescan", group=DO, tooltip="rescan the tree"),
        bind("mark_all", "mark all", show=False, group=SELECT),
        bind("back", "clear, close", show=False, group=SELECT),
    ]

    class RootsRead(Message):
        """Where the runs of some results roots go, and which are stored."""

        def __init__(self, in_store: Mapping[str, RootInStore]) -> None:
            super().__init__()
            self.in_store = in_store

    class PreviewRead(Message):
        """There is more to say of the run that is looked at."""

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        table = RunTable()
        super().__init__(services, events, table)
        self._runs = table
        self._in_store = RootsInStore()
        self._uploads = UploadFlow(
            self, is_bound=self._is_bound, is_stored=self._is_stored, queued=table.unmark
        )
        self._auto_upload = AutoUploadFlow(self)
        self._growth = Growth()
        self._opened: tuple[RunScreen | None, str] = (None, "")
        self._detail = RunPreview(id="detail")
        self._moved_at = _NEVER
        self._previews_runs = False
        self._disks: Sequence[DiskView] = ()
        self._strip = TransferStrip(id="strip")

    def compose_body(self) -> Iterable[Widget]:
        """Table and detail, the strip."""
        yield from self.compose_table(self._detail, panes="panes")
        yield self._strip

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """The table draws only what changed."""
        self._show_runs(transfers)
        rows = self._runs.rows
        self._filter.show_count(len(rows.shown), len(rows.picture.runs))
        self._in_store.synced(self.services.store_state().read_at)
        self._read_due_roots()
        self._show_emptiness()
        self._read_preview()
        self._show_place()
        self._strip.show_summary(summarize(transfers))

    def take(self, event: Event) -> None:
        """What is stored changes by a finished upload, where runs go by a binding or its end."""
        if isinstance(event, TransferSucceeded | TransferFailed):
            self._in_store.forget_root_of(event.transfer.source)
        elif isinstance(event, ResultsRootBound):
            self._in_store.forget([event.results_root])
        elif isinstance(event, RootCameBack):
            # Of a tree that was away nothing could be read.
            self._in_store.forget(self._in_store.known)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs runs, or a certain run."""
        reasons = {
            "upload": lambda: why_no_upload(self._runs.chosen(), self._is_stored),
            "upload_anyway": lambda: why_no_upload_anyway(self._runs.chosen()),
            "auto_upload": lambda: "" if self._auto_root() else _NO_TREE,
            "files": lambda: "" if isinstance(self._runs.item, RunView) else _NO_RUN,
            "undo": lambda: "" if self._auto_upload.can_undo else NOTHING,
            "back": self._why_not_back,
            "clean": self._why_no_clean,
            "curve": self._why_no_curve,
            "curves": self._why_no_curve,
            **dict.fromkeys(_OF_ROWS, lambda: "" if self._runs.row_count else NO_ROWS),
        }
        reason = reasons.get(action)
        return reason() if reason else super().why_not(action, parameters)

    def hints(self) -> Sequence[Line]:
        """How old it is what is said of the store; full disks; what is looked at by the clock."""
        now = self.services.clock.now()
        return (
            *super().hints(),
            *(self._cleaning.lines() if self._cleans else ()),
            *age_hints(self.services.store_state(), now),
            *disk_hints(self._disks, now),
            *blind_hints(self.services.watch.roots()),
        )

    def subject(self) -> Subject | None:
        """The run under the cursor, if it was put there."""
        item = self._runs.item
        if not self._runs.steered or not isinstance(item, RunView):
            return None
        found = self._runs.rows.picture.root_in_store(item)
        job_id, run_id = (found.job_id or 0, found.run_id(item.path)) if found else (0, 0)
        return Subject(item.name, item.path, job_id if run_id else 0, run_id)

    def show_subject(self, subject: Subject) -> str:
        """Where it is on this machine, in a tree that is watched."""
        of_job = (r for r in self._in_store.known.values() if r.job_id == subject.job_id != 0)
        paths = [subject.path, *(root.directory(subject.run_id) for root in of_job)]
        watched = {run.path for run in self.services.watch.views()}
        path = next((path for path in paths if path in watched), "")
        if not path:
            return f"{subject.name} of job {subject.job_id} is in no tree that is watched"
        self.go_to(path)
        return ""

    def spot(self) -> Spot | None:
        """The run that is opened on top."""
        on_top = self.app.screen  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        opened, path = self._opened
        return Spot(self.mode, path if on_top is opened else "")

    def return_to(self, spot: Spot) -> str:
        """With the run, or its files, opened again."""
        if not spot.path:
            return ""
        if all(run.path != spot.path for run in self.services.watch.views()):
            return f"{spot.path} is in no tree that is watched any more"
        self.go_to(spot.path)
        if spot.files:
            self._open_files(spot.path)
        else:
            self._open_run(spot.path)
        return ""

    def go_to(self, path: str) -> None:
        """Puts the cursor on a run, without a filter in the way."""
        self.close_filter()
        self._runs.unfold_all()
        self.look_now()
        self._runs.move_to(path)

    def action_upload(self) -> None:
        """Queues the marked runs, else what is under the cursor; of what is not finished, asks."""
        self._uploads.upload(self._runs.chosen(), self._group())

    def action_upload_anyway(self) -> None:
        """The same, with what is not finished."""
        self._uploads.upload_anyway(self._runs.chosen(), self._group())

    def action_hold(self) -> None:
        """Keeps the marked runs, else what is under the cursor, from being uploaded by itself.

        Releases them when all are held.
        """
        if runs := self._runs.chosen():
            self._runs.mark(frozenset())
            self._auto_upload.hold(runs)

    def action_undo(self) -> None:
        """Takes the last holding or releasing back."""
        self._auto_upload.undo()

    def action_auto_upload(self) -> None:
        """For the watched root under the cursor; turning it on is confirmed."""
        if root := self._auto_root():
            failed_too = self.services.uploads_failed
            rows = self._runs.rows
            awaiting = rows.awaiting_upload(root.path, failed_too=failed_too)
            self._auto_upload.switch(root, awaiting, rows.jobs_of(root.path))

    def action_clean(self) -> None:
        """Deletes here what is in the store of the marked runs, else of what is under the cursor.

        While it does, stops before the next one.
        """
        if self._cleans:
            self._cleaning.stop()
        elif runs := self._runs.chosen():
            self._cleaning.ask(runs)

    def action_files(self) -> None:
        """The files of the run under the cursor."""
        if isinstance(run := self._runs.item, RunView):
            self._open_files(run.path)

    def action_compare(self) -> None:
        """Marked runs; with at most one mark all runs of its job, or of the one under the cursor."""
        marked = self._runs.chosen() if self._runs.marks else ()
        item = self._runs.item
        if marked:
            root = marked[0].results_root
        elif item is not None:
            root = item.path if isinstance(item, RunGroup) else item.results_root
        else:
            return
        known = self._in_store.known.get(root)
        job = known.job_id if known else None
        resolve_name(COMPARE_WATCHED)(self, self._core_events, marked, root, job)

    def action_toggle_detail(self) -> None:
        """At the side when wide, below when narrow."""
        self.toggle_class("-no-detail" if self.has_class("-wide") else "-tall-detail")
        self.refresh_bindings()
        self.call_after_refresh(self.look_now)

    def action_curve(self, step: int) -> None:
        """Of the next or previous variable, here and of other runs."""
        self._previewing.next_curve(step)
        self.look_now()

    def action_curves(self) -> None:
        """Asks which variable it is to be of."""
        shown, variables = self._previewing.curves
        resolve_name(CHOOSE_VARIABLE)(self, variables, shown, self._show_curve)

    def action_sort(self) -> None:
        """The next order."""
        self.toast(f"Sorted by {self._runs.sort()}")

    def action_reverse(self) -> None:
        """The other way, as the crumbs say."""
        self._runs.sort_reversed()
        self.look_now()

    def action_copy_path(self) -> None:
        """Of the run or results root under the cursor."""
        if key := self._runs.cursor_key.rstrip("/"):
            self.post_message(CopyRequested(key, "path"))

    def action_rescan(self) -> None:
        """Looks at everything again."""
        self.services.watch.rescan()
        self.toast("Looking at everything again")

    def action_mark_all(self) -> None:
        """All that the filter lets through; once more: none."""
        self._runs.mark_all()

    def action_back(self) -> None:
        """One step: filter, marks, detail. Never quits."""
        if not self.close_filter():
            if self._runs.marks:
                self._runs.mark(frozenset())
            else:
                self.remove_class("-tall-detail")
        self.look_now()

    def on_row_table_row_highlighted(self) -> None:
        """The detail follows the cursor, and so do the keys; read is only where it rests."""
        first = self._moved_at == _NEVER
        self._moved_at = -_NEVER if first else self.services.clock.monotonic()
        self.set_timer(_REST, self.look_now)
        self._show_place()
        self.refresh_bindings()

    def on_row_table_marks_changed(self) -> None:
        """Keys are about the marks."""
        self.refresh_bindings()

    def on_row_table_row_selected(self) -> None:
        """A results root folds, a run is shown with everything that is known of it."""
        item = self._runs.item
        if isinstance(item, RunGroup):
            self._runs.action_fold(not item.folded)
        elif item is not None:
            self._open_run(item.path)

    def on_watch_screen_preview_read(self) -> None:
        """Shows it; there may be curves to choose from now."""
        self._show_place()
        self.refresh_bindings()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        if self._previews_runs:
            self._previewing.close()

    @cached_property
    def _cleaning(self):
        """Imported when somebody wants it."""
        from tui.screens.clean_flow import CleanFlow

        return CleanFlow(self)

    @property
    def _cleans(self) -> bool:
        return "_cleaning" in vars(self) and self._cleaning.busy

    def _why_no_clean(self) -> str:
        return "" if self._cleans or self._runs.chosen() else "There is no run here to delete"

    @cached_property
    def _previewing(self):
        """Nothing of it counts before the first frame."""
        from tui.screens.run_previewing import RunPreviewing

        return RunPreviewing(self.services, lambda: post(self, self.PreviewRead()))

    def on_watch_screen_roots_read(self, message: RootsRead) -> None:
        """Shows what is stored."""
        self._in_store.take(message.in_store)
        self.look_now()

    def _open_run(self, path: str) -> None:
        opened = RunScreen(
            partial(self._facts_of, path),
            self.action_curve,
            self.action_curves,
            partial(self._open_files, path),
        )
        self._opened = opened, path
        self.app.push_screen(opened, partial(self._act_on, path))  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        self.call_after_refresh(self.look_now)

    def _open_files(self, path: str) -> None:
        screen = resolve_name(RUN_FILES)(self.services, self._core_events, path)
        self.app.push_screen(screen)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual

    def _auto_root(self) -> RootView | None:
        """The watched root under the cursor, or the only one."""
        item, roots = self._runs.item, self.services.watch.roots()
        path = item.root if item else roots[0].path if len(roots) == 1 else ""
        return next((root for root in roots if root.path == path), None)

    def _act_on(self, path: str, action: str | None) -> None:
        """What was asked for of an opened run, whatever is marked in the list."""
        facts = self._facts_of(path)
        if facts is None or action is None:
            return
        does: Mapping[str, Callable[[Sequence[RunView]], object]] = {
            "upload": self._uploads.upload,
            "upload_anyway": self._uploads.upload_anyway,
            "hold": self._auto_upload.hold,
        }
        does[action]([facts.run])

    def _why_not_back(self) -> str:
        open_ones = self._filter.display, self._runs.marks, self.has_class("-tall-detail")
        return "" if any(open_ones) else nothing_to_close()

    def _show_curve(self, variable: str) -> None:
        self._previewing.show_curve(variable)
        self.look_now()

    def _why_no_curve(self) -> str:
        item = self._runs.item
        if not isinstance(item, RunView):
            return NO_CURVE
        if not self._detail.has_room:
            return keyed("{preview} shows the curve of this run, if there is one")
        return why_no_other_curve(self._preview(item, self.services.clock.now()))

    def _is_bound(self, root: str) -> bool:
        found = self._in_store.known.get(root)
        return found is not None and found.job_id is not None

    def _is_stored(self, run: RunView) -> bool:
        return self._runs.rows.picture.standing(run) is Standing.AS_IT_IS

    def _group(self) -> str:
        """The title of the results root whose runs are meant; empty when runs are."""
        item = None if self._runs.marks else self._runs.item
        return item.title if isinstance(item, RunGroup) else ""

    def _show_emptiness(self) -> None:
        has_rows = bool(self._runs.rows.items)
        self.reveal_table(has_rows=has_rows)
        self._detail.display = has_rows
        if not has_rows:
            watch, needle = self.services.watch, self._filter.needle
            self._empty.show(nothing_to_see(watch.roots(), needle, passed=watch.passed))

    def _show_place(self) -> None:
        item, rows, roots = self._runs.item, self._runs.rows, self.services.watch.roots()
        if isinstance(item, RunGroup):
            auto = any(root.auto_upload for root in roots if root.path == item.root)
            self._detail.show_lines(group_lines(item, auto_upload=auto))
        elif item is not None:
            self._detail.show_run(self._facts(item))
        place, width = rows.place(item), self._crumbs.size.width
        passed, disk = self.services.watch.passed, self._disk_of(item)
        self._crumbs.show([crumbs(rows, roots, place, width, passed=passed, disk=disk)])

    def _disk_of(self, item: RunGroup | RunView | None) -> DiskView | None:
        """Of what is under the cursor, else the first."""
        own = (disk for disk in self._disks if item and item.root in disk.roots)
        return next(own, None) or next(iter(self._disks), None)

    def _show_runs(self, transfers: tuple[TransferView, ...]) -> None:
        watch = self.services.watch
        roots = [root.path for root in watch.roots()]
        needle = self._filter.needle
        if self._runs.show_runs(roots, watch.views(), transfers, self._in_store.known, needle):
            self._in_store.compare(self._runs.rows.picture.runs)
            self._in_store.follow(transfers)
            self.refresh_bindings()

    def _facts_of(self, path: str) -> RunFacts | None:
        """None when the run is gone."""
        run = next((run for run in self._runs.rows.picture.runs if run.path == path), None)
        return None if run is None else self._facts(run)

    def _facts(self, run: RunView) -> RunFacts:
        clock, rows = self.services.clock, self._runs.rows
        now = clock.now()
        return RunFacts(
            run,
            rows.transfer(run),
            rows.picture.standing(run),
            self._growth.sample(run.path, clock.monotonic(), run.bytes),
            now,
            rows.destination(run),
            size_of_neighbours(run, rows.picture.runs) if run.expected else None,
            self._preview(run, now),
        )

    def _read_preview(self) -> None:
        """Of the run that the cursor rests on, and only while something of it is seen."""
        if self._moved_at == _NEVER:
            return
        self._previews_runs = True
        item, watch = self._runs.item, self.services.watch
        roots = [root.path for root in watch.roots()]
        self._disks = self._previewing.disks(roots, self._runs.rows.picture.runs)
        rested = self.services.clock.monotonic() - self._moved_at >= _REST
        opened = isinstance(self.app.screen, RunScreen)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        if isinstance(item, RunView) and rested and (opened or self._detail.display):
            self._previewing.look(item, curves=opened or self._detail.has_room)

    def _preview(self, run: RunView, now: datetime) -> Preview:
        return self._previewing.preview(run, now) if self._previews_runs else NOTHING_READ

    def _read_due_roots(self) -> None:
        roots = self._in_store.begin(self._runs.rows.members)
        if roots:
            self.work("roots-in-store", lambda: self._read_roots(roots))

    def _read_roots(self, roots: frozenset[str]) -> Sequence[Notice]:
        in_store: dict[str, RootInStore] = {}
        try:
            for root in roots:
                in_store[root] = root_in_store(self.services, root)
        finally:
            post(self, self.RootsRead(in_store))
        return ()
