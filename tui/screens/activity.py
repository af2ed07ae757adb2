"""What happened: runs, transfers, deletions, errors; what they mean and what to do about them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.errors import Failure
from core.events import Event
from core.ports.journal.activity import MOST_ENTRIES, ActivityEntry, ActivityKind, Level
from core.redaction import redact
from core.transfer_view import TransferView
from tui.background import in_background
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.parts.activity import ReadActivity
from tui.screens.activity_query import KIND_CHOICES, TIME_CHOICES, ActivityQuery
from tui.screens.mode_screen import JobChosen, RunChosen, TransferChosen
from tui.screens.saved_file import save_report
from tui.screens.subject import Subject
from tui.screens.table_screen import NO_ROWS, TableScreen, nothing_to_close
from tui.screens.transfer_keys import why_no_retry
from tui.services import AppServices
from tui.widgets.activity_detail import ActivityDetail
from tui.widgets.activity_rows import ACTIVITY_COLUMNS, activity_rows
from tui.widgets.cells import Tone
from tui.widgets.keys import DO, FIND, SELECT, bind
from tui.widgets.panes import Line, line
from tui.widgets.row_table import RowTable
from tui.wording.action_keys import key, keyed, keyed_lines
from tui.wording.activity import entry_text, report
from tui.wording.formatting import plural
from tui.wording.notices import Notice

T = TypeVar("T")

_LOOKS_A_READING = 4
"""Once a second it is looked what is new."""
_TROUBLE = frozenset({Level.ERROR, Level.WARNING})
_OF_RUNS = frozenset({ActivityKind.RUN, ActivityKind.UPLOAD, ActivityKind.DOWNLOAD})
_MOST_REPORTED = 20
_NOT_QUEUED = (
    "It is not in the queue any more: {upload} in Watch, or {download} in Browse, begins anew"
)


class ActivityScreen(TableScreen):
    """All that happened in one table, the newest first; the one under the cursor below it."""

    MODE = "activity"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("retry", "Retry", group=DO, tooltip="try its transfer again"),
        bind("copy", "Copy", group=DO, tooltip="copy all of it, redacted"),
        bind("save", "Save report", group=DO, tooltip="save a report, redacted"),
        bind("kind", "Kind", group=FIND, tooltip="the next kind only"),
        bind("time", "When", group=FIND, tooltip="the last hour, day, week; all"),
        bind("filter", "Filter", group=FIND, tooltip="filter as you type"),
        bind("back", "clear", show=False, group=SELECT),
    ]

    class Read(Message):
        """What happened since the last reading; or why that is not known."""

        def __init__(self, entries: Sequence[ActivityEntry], failure: Failure | None) -> None:
            super().__init__()
            self.entries = entries
            self.failure = failure

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        table = RowTable(ACTIVITY_COLUMNS, id="happened")
        super().__init__(
            services, events, table, "text, run:RUN3, kind:error, since:1h; !text leaves out"
        )
        table.why_closed = self._why_closed
        self._entries: dict[int, ActivityEntry] = {}
        self._shown: dict[str, ActivityEntry] = {}
        self._query = ActivityQuery()
        self._transfers: Sequence[TransferView] = ()
        self._failure: Failure | None = None
        self._looks = 0
        self._reading = self._was_read = False
        self._sought: Subject | None = None
        self._here = ""
        self._detail = ActivityDetail(id="happening")

    def compose_body(self) -> Iterable[Widget]:
        """Table, and what is under the cursor."""
        return self.compose_table(self._detail, panes="queue")

    def on_screen_resume(self) -> None:
        """On top again: what is new is wanted now."""
        self._looks = 0
        super().on_screen_resume()

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """Four times a second; reads once."""
        self.services.activity.errors_seen()
        self._transfers = transfers
        if self._looks % _LOOKS_A_READING == 0:
            self._read()
        self._looks += 1
        self._show()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs an entry, or an entry about a transfer."""
        entry = self._current()
        if action in {"copy", "save"}:
            return "" if entry else NO_ROWS
        if action == "retry":
            return self._why_no_retry(entry) if entry else NO_ROWS
        if action == "back":
            chosen = self._filter.display or self._query != ActivityQuery()
            return "" if chosen else nothing_to_close()
        if action == "filter":
            return "" if self._filter.display or self._entries else NO_ROWS
        return super().why_not(action, parameters)

    def subject(self) -> Subject | None:
        """The run that the entry under the cursor is about, if it was put there."""
        entry = self._current()
        if entry is None or not self._table.steered or entry.kind not in _OF_RUNS:
            return None
        ids = (entry.job_id, entry.run_id) if entry.job_id and entry.run_id else (0, 0)
        return Subject(entry.subject, entry.path, *ids)

    def show_subject(self, subject: Subject) -> str:
        """The newest that happened to it; what is not read yet, later."""
        if not self._was_read:
            self._sought = subject
            return ""
        found = next((e for e in reversed(self._entries.values()) if _is_of(e, subject)), None)
        if found is None:
            return f"Nothing is known to have happened to {subject.name}"
        self._show_all()
        self._table.move_to(str(found.id))
        return ""

    def action_retry(self) -> None:
        """Queues the transfer that it is about again."""
        entry = self._current()
        view = self._transfer(entry) if entry else None
        if view:
            transfers = self.services.transfers

            def retry() -> Sequence[Notice]:
                done = transfers.retry(view.id)
                return [Notice("Queued again" if done else "There is nothing to retry any more")]

            self.work("retry", retry)

    def action_copy(self) -> None:
        """What is in the pane."""
        if entry := self._current():
            what = "error text" if entry.level in _TROUBLE else "text"
            self.post_message(CopyRequested(redact(entry_text(entry)), what))

    def action_save(self) -> None:
        """For whoever is to help: with what else happened to the same run."""
        if entry := self._current():
            about = Subject("", entry.path, entry.job_id, entry.run_id)
            others = [
                e for e in reversed(self._entries.values()) if _is_of(e, about) and e != entry
            ]
            now = self.services.clock.now()
            name = f"runferry-activity-{now:%Y%m%d-%H%M%S}"
            save_report(self, name, report(entry, others[:_MOST_REPORTED], now))

    def action_kind(self) -> None:
        """One after the other; all again at the end."""
        self._choose(replace(self._query, kind=_next(KIND_CHOICES, self._query.kind)))

    def action_time(self) -> None:
        """Of a shorter and longer time; all again at the end."""
        self._choose(replace(self._query, seconds=_next(TIME_CHOICES, self._query.seconds)))

    def action_back(self) -> None:
        """What was typed goes first, then what was chosen. Never quits."""
        if self.close_filter():
            self._choose(replace(self._query, typed=""))
        else:
            self._choose(ActivityQuery())

    def apply_filter(self, needle: str) -> None:
        """As you type."""
        self._choose(replace(self._query, typed=needle))

    def on_row_table_row_highlighted(self) -> None:
        """The pane and the keys follow the cursor."""
        self._show_detail()
        self.refresh_bindings()

    def on_row_table_row_selected(self) -> None:
        """Goes to what it is about: the run that is watched, else its transfer, else the job."""
        entry = self._current()
        if entry is None:
            return
        if self._is_watched(entry):
            self.post_message(RunChosen(entry.path))
        elif self._transfer(entry):
            subject = Subject(entry.subject, entry.path, entry.job_id, entry.run_id)
            self.post_message(TransferChosen(subject))
        elif job := self.services.list_jobs.find(entry.job_id):
            self.post_message(JobChosen(job))
        else:
            self.toast(f"Job {entry.job_id} is not known here: it may be in another store, or gone")

    def on_activity_screen_read(self, message: Read) -> None:
        """What happened again comes to the front."""
        self._reading, self._failure = False, message.failure
        for entry in message.entries:
            self._entries.pop(entry.id, None)
            self._entries[entry.id] = entry
        for number in list(self._entries)[:-MOST_ENTRIES]:
            del self._entries[number]
        first = not self._was_read
        self._was_read = True
        if message.entries or first or message.failure:
            self._show_all()
        if sought := self._sought:
            self._sought = None
            if why_not := self.show_subject(sought):
                self.toast(why_not)

    def _read(self) -> None:
        """One reading at a time, of what is new."""
        if self._reading:
            return
        self._reading = True
        newest = max((entry.number for entry in self._entries.values()), default=0)

        def read() -> Sequence[ActivityEntry]:
            part = self.services.part(ReadActivity)
            self._here = part.store
            return part.after(newest)

        in_background(
            "read-activity",
            read,
            lambda entries: post(self, self.Read(entries, None)),
            lambda failure: post(self, self.Read((), failure)),
        )

    def _choose(self, query: ActivityQuery) -> None:
        self._query = query
        self._show_all()
        self.refresh_bindings()

    def _show_all(self) -> None:
        """All rows anew."""
        now = self.services.clock.now()
        wanted = self._query.filter(now)
        shown = [entry for entry in reversed(self._entries.values()) if wanted(entry)]
        self._shown = {str(entry.id): entry for entry in shown}
        self._table.show(activity_rows(shown, now))
        self._filter.show_count(len(shown), len(self._entries))
        self.reveal_table(has_rows=bool(shown))
        self._detail.display = bool(shown)
        self._empty.show(self._emptiness())
        self._show()

    def _show(self) -> None:
        self._crumbs.show([self._headline()])
        self._show_detail()

    def _headline(self) -> Line:
        levels = [entry.level for entry in self._shown.values()]
        errors, warnings = levels.count(Level.ERROR), levels.count(Level.WARNING)
        right = [
            (f"{plural(errors, 'error')}  ", Tone.BAD if errors else Tone.DIM),
            (f"{plural(warnings, 'warning')}  ", Tone.WARN if warnings else Tone.DIM),
        ]
        taken = sum(len(text) for text, _ in right)
        left = f" Activity  {self._query.told}"
        return [(left.ljust(max(0, self._crumbs.size.width - taken)), Tone.PLAIN), *right]

    def _emptiness(self) -> Sequence[Line]:
        if self._failure and not self._entries:
            return (line(self._failure.what, Tone.BAD), line(self._failure.todo))
        if not self._was_read:
            return (line("Reading …", Tone.DIM),)
        return keyed_lines(_NO_MATCH if self._entries else _NOTHING)

    def _show_detail(self) -> None:
        if entry := self._current():
            now, here = self.services.clock.now(), self._here or entry.store
            self._detail.show_entry(entry, now, here, self._keys(entry))

    def _keys(self, entry: ActivityEntry) -> str:
        """Those that do something with it."""
        retry = "" if self._why_no_retry(entry) else keyed("{retry} retry   ")
        opened = "" if self._why_closed(str(entry.id)) else f"{key('open')} {self._place(entry)}   "
        return retry + opened + keyed("{copy} copy   {save} save a report")

    def _place(self, entry: ActivityEntry) -> str:
        if self._is_watched(entry):
            return "its run"
        return "its transfer" if self._transfer(entry) else "its job"

    def _current(self) -> ActivityEntry | None:
        return self._shown.get(self._table.cursor_key)

    def _is_watched(self, entry: ActivityEntry) -> bool:
        return any(run.path == entry.path for run in self.services.watch.views())

    def _transfer(self, entry: ActivityEntry) -> TransferView | None:
        """The newest that it may be about."""
        if entry.kind not in _OF_RUNS or entry.store != self._here:
            return None
        views = [view for view in self._transfers if view.path == entry.path]
        return views[-1] if views else None

    def _why_no_retry(self, entry: ActivityEntry) -> str:
        if entry.level not in _TROUBLE:
            return "It did not fail: there is nothing to retry"
        view = self._transfer(entry)
        return why_no_retry(view) if view else keyed(_NOT_QUEUED)

    def _why_closed(self, key: str) -> str:
        entry = self._shown.get(key)
        known = entry and (entry.job_id or self._is_watched(entry) or self._transfer(entry))
        return "" if known else "It is about no run, transfer or job that could be shown"


def _next(choices: Sequence[T], now: T) -> T:
    return choices[(choices.index(now) + 1) % len(choices)]


def _is_of(entry: ActivityEntry, subject: Subject) -> bool:
    if subject.path and entry.path == subject.path:
        return True
    return (entry.job_id, entry.run_id) == (subject.job_id, subject.run_id) != (0, 0)


_NOTHING = (
    line("Nothing has happened yet", Tone.STRONG),
    line("Runs, uploads, downloads, deletions and errors are told here, also those of commands."),
)
_NO_MATCH = (
    line("Nothing of that happened", Tone.STRONG),
    line("{back} shows all again", Tone.DIM),
)
