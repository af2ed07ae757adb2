"""A stored artifact, opened: the members of a ZIP as a tree, and one file beside it, or behind it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.errors import Failure
from core.events import Event, StoreReachable
from core.model import Artifact
from core.ports.content import Content
from core.preview.look_inside import Inside
from core.printable import printable
from core.transfer_view import TransferView
from tui.background import in_background
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.parts.previews import Previews
from tui.screens.download_flow import DownloadFlow
from tui.screens.member_reading import MemberReading
from tui.screens.member_status import fetching_lines, status_line
from tui.screens.mode_screen import ModeScreen
from tui.screens.save_flow import SaveFlow
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.filter_bar import FilterBar
from tui.widgets.keys import DO, FIND, SELECT
from tui.widgets.line_window import LineWindow
from tui.widgets.member_rows import MemberRows, found_rows
from tui.widgets.member_table import MemberTable
from tui.widgets.member_view import MemberView, Offer
from tui.widgets.panes import ErrorPane, Line, TextPane, failure_text, line
from tui.wording.formatting import age, clock_time, headline, plural, size

_AHEAD = 3
"""Screens that are read ahead of what is shown."""
NO_MEMBER = "No file is open: enter opens the one under the cursor"
NO_TREE = "This is one file, not an archive"


class InsideScreen(ModeScreen):
    """Of an archive the tree and, from 120 columns on, a member at its side; else one after the other.

    What is no archive is one file. `crumbs` lead to the artifact.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (120, "-beside")]  # noqa: RUF012 - as declared by Textual
    MODE = "browse"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "download", "Download", group=DO, tooltip="download, also what is marked"),
        Binding("slash", "find", "Find", group=FIND, tooltip="filter, search in a text"),
        Binding("tab", "next_offer", "View", group=DO, tooltip="text, table, chart …"),
        Binding("comma", "column(-1)", "", show=False, group=DO, tooltip="previous column"),
        Binding("full_stop", "column(1)", "Column", group=DO, tooltip="next column"),
        Binding("n", "next(False)", "Next", group=FIND, tooltip="next match"),
        Binding("N", "next(True)", "", show=False, group=FIND, tooltip="previous match"),
        Binding("w", "wrap", "Wrap", group=DO, tooltip="wrap long lines, or not"),
        Binding("m", "read_on", "More", group=DO, tooltip="read the next 64 MiB"),
        Binding("ctrl+a", "mark_all", "", show=False, group=SELECT, tooltip="mark all"),
        Binding("y", "copy", "Copy name", group=DO, tooltip="copy name or error"),
        Binding("x", "stop", "Stop", show=False, group=DO, tooltip="stop the download"),
        Binding("r", "retry", "Retry", show=False, group=DO, tooltip="try again after an error"),
        Binding("escape", "back", "Back", group=SELECT),
    ]

    class Looked(Message):
        """The directory of the archive is known, or not, and why; `ended` when nothing comes after."""

        def __init__(
            self, inside: Inside | None, failure: Failure | None = None, *, ended: bool = True
        ) -> None:
            super().__init__()
            self.inside = inside
            self.failure = failure
            self.ended = ended

    class Filtered(Message):
        """The members that match `needle`."""

        def __init__(self, needle: str, rows: MemberRows) -> None:
            super().__init__()
            self.needle = needle
            self.rows = rows

    class ReadMore(Message):
        """There is more of a file than before, or an answer about it."""

    def __init__(
        self,
        services: AppServices,
        events: Signal[Event],
        artifact: Artifact,
        crumbs: Sequence[str],
        downloads: DownloadFlow,
        saves: SaveFlow,
    ) -> None:
        """`downloads` and `saves` are of a screen that stays when this one is closed."""
        super().__init__(services, events)
        self._artifact = artifact
        self._path = crumbs
        self._is_archive = artifact.key.endswith(".zip")
        self._crumbs = TextPane(id="crumbs")
        self._filter = FilterBar("part of a name or path")
        self._search = FilterBar(
            "text to look for; capitals count when there are some", id="search"
        )
        self._table = MemberTable()
        self._empty = TextPane(id="empty")
        self._view = MemberView()
        self._error = ErrorPane(id="error")
        self._downloads = downloads
        self._saves = saves
        self._needle = ""
        self._comes = False
        """Whether the keys are still to be given to what is being fetched."""
        self._inside: Inside | None = None
        self._looking = False
        self._failure: Failure | None = None
        self._reading: MemberReading | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Where one is, or what is looked for; the tree and the member."""
        yield self._crumbs
        yield self._filter
        yield self._search
        panes = Container(Vertical(self._table, self._empty, id="tree"), self._view, id="inside")
        panes.set_class(self._is_archive, "-tree")
        yield panes
        yield self._error

    def on_mount(self) -> None:
        """Looks inside."""
        self._table.display = False
        self._arrange()
        self._begin()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._close_reading()

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """What came meanwhile."""
        self._crumbs.show([self._where()])
        self._empty.show(self._emptiness())
        self._error.display = self._failure is not None
        if self._failure:
            keys = "r retry   y copy this text   esc back"
            self._error.show_failure("It could not be looked into", self._failure, keys)
        self._show_member()
        self.refresh_bindings()

    def hints(self) -> Sequence[Line]:
        """And what is being written."""
        return [*super().hints(), *self._saves.lines("x stops")]

    def take(self, event: Event) -> None:
        """After an outage the store is asked whether what is remembered is still so."""
        if not isinstance(event, StoreReachable):
            return
        if self._failure or self._is_remembered:
            self._begin()
        if self._reading and self._reading.failure:
            self._reopen(self._reading)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs members, an open file, or something to go on with."""
        reasons: dict[str, Callable[[], str]] = {
            "download": self._why_no_download,
            "find": self._why_nothing_to_find,
            "next_offer": self._why_no_other_offer,
            "column": lambda: self._why_no_column(parameters),
            "next": self._why_no_next,
            "wrap": self._why_no_wrap,
            "read_on": self._why_not_on,
            "mark_all": lambda: "" if self._inside else NO_TREE,
            "copy": lambda: "" if self._failure or self._named else NO_MEMBER,
            "stop": lambda: "" if self._saves.busy else "Nothing is being written",
            "retry": lambda: "" if self._broken else "Nothing failed",
        }
        reason = reasons.get(action)
        return reason() if reason else super().why_not(action, parameters)

    def action_download(self) -> None:
        """Marked members, else the open one, else what is under the cursor; all: the archive."""
        inside = self._inside
        if inside is None:
            self._downloads.download(lambda: [self._artifact], pinned=True)
            return
        sizes = self._chosen(inside)
        if len(sizes) == inside.tree.root.files > 1:
            self._downloads.download(lambda: [self._artifact], pinned=True)
        elif sizes:
            self._saves.save(inside, sizes)

    def action_find(self) -> None:
        """A filter for the tree, a search in a file."""
        self._crumbs.display = False
        (self._search if self._in_member else self._filter).open()

    def action_next_offer(self) -> None:
        """Another way to look at the file."""
        self._view.next_offer()

    def action_column(self, step: int) -> None:
        """The next or previous column."""
        self._view.move_column(step)

    def action_next(self, backwards: bool) -> None:
        """The next match, or the one before."""
        at = self._view.text.found
        if at is None:
            at = self._view.text.top
        self._look_for(at - 1 if backwards else at + 1, backwards=backwards)

    def action_wrap(self) -> None:
        """Wraps long lines, or shows them as they are."""
        self._view.text.wrap()
        self.look_now()

    def action_read_on(self) -> None:
        """64 MiB more."""
        if self._reading:
            self._reading.read_on(self._view.offer)

    def action_mark_all(self) -> None:
        """Everything in the archive; once more: nothing."""
        inside = self._inside
        if inside:
            every = frozenset(node.path for node in inside.tree.children())
            self._table.mark(frozenset() if self._table.marks == every else every)

    def action_copy(self) -> None:
        """The error while one is shown, else the path in the archive."""
        if self._failure:
            text = failure_text("Look inside", self._failure)
            self.post_message(CopyRequested(text, "error text"))
        elif name := self._named:
            self.post_message(CopyRequested(name, "name"))

    def action_stop(self) -> None:
        """Stops writing; what is whole stays."""
        self._saves.cancel()

    def action_retry(self) -> None:
        """After an error."""
        reading = self._reading
        if self._failure or reading is None:
            self._begin()
        else:
            self._reopen(reading)

    def action_back(self) -> None:
        """One step: what is typed, the file, the filter, the archive. Ends what is being fetched."""
        if self._search.close():
            self._view.text.mark(self._needle, self._view.text.found)
            self._leave_search()
        elif self._is_archive and self._in_member:
            self._close_member()
        elif self._filter.close():
            self._leave_filter()
        else:
            self.dismiss()
            return
        self.look_now()

    def on_row_table_row_highlighted(self) -> None:
        """Keys are about the row."""
        self.look_now()

    def on_row_table_row_selected(self) -> None:
        """A folder folds, a file opens."""
        node, inside = self._table.node, self._inside
        if node is None or inside is None:
            return
        if node.is_folder:
            self._table.toggle(node)
        elif self._reading and self._reading.name == node.path:
            self._view.take_focus()
        else:
            self._open(node.path, lambda: inside.read(node.path))

    def on_line_window_scrolled(self) -> None:
        """More may be wanted."""
        self._read_ahead()

    def on_member_view_asked(self) -> None:
        """Another way to look at it, or another column."""
        self.look_now()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """As you type: the tree is filtered, words in the text are marked."""
        if message.bar == "search":
            if self._search.display:
                self._view.text.mark(message.needle, None)
        else:
            self._apply_filter(message.needle)

    def on_filter_bar_left(self, message: FilterBar.Left) -> None:
        """Enter: a search begins where one is; a filter stays."""
        if message.bar != "search":
            if not self._filter.needle:
                self._filter.close()
                self._leave_filter()
            self._table.focus()
            return
        self._needle = self._search.needle
        self._search.close()
        if self._view.offer in {Offer.TABLE, Offer.CHART}:
            self._view.choose(Offer.TEXT)
        self._leave_search()
        self._view.text.mark(self._needle, None)
        self._look_for(self._view.text.top, backwards=False)

    def on_inside_screen_looked(self, message: Looked) -> None:
        """Shows the tree; what was remembered stays when there is no answer."""
        self._looking, self._failure = not message.ended, message.failure
        if inside := message.inside:
            known, self._inside = self._inside, inside
            if known is None or known.tree.root != inside.tree.root:
                self._table.open_tree(inside.tree)
                self._table.display, self._empty.display = True, False
                if not self._in_member:
                    self._table.focus()
                self._count_members()
        self.look_now()

    def on_inside_screen_filtered(self, message: Filtered) -> None:
        """Shows what matches, unless something else was typed since."""
        if message.needle == self._filter.needle:
            self._table.show_found(message.rows)
            self._count_members()

    def on_inside_screen_read_more(self) -> None:
        """Shows it."""
        self.look_now()

    @property
    def _in_member(self) -> bool:
        """Whether the keys are about the open file."""
        if self._view.has_focus_within or not self._is_archive:
            return True
        return self._reading is not None and not self.has_class("-beside")

    @property
    def _is_remembered(self) -> bool:
        return self._inside is not None and self._inside.remembered_at is not None

    @property
    def _broken(self) -> bool:
        return bool(self._failure or (self._reading and self._reading.failure))

    @property
    def _named(self) -> str:
        """The path of the open file, or of what is under the cursor."""
        if self._in_member and self._reading:
            return self._reading.name
        return self._table.node.path if self._table.node else ""

    def _begin(self) -> None:
        """Reads the directory of an archive, or opens what is none."""
        artifact = self._artifact
        self._failure = None
        if self._is_archive:
            self._look_inside(artifact)
        else:
            name = artifact.key.rpartition("/")[2]
            self._open(name, lambda: self.services.part(Previews).stored(artifact))

    def _look_inside(self, artifact: Artifact) -> None:
        if self._looking:
            return
        self._looking = True
        look_inside = self.services.part(Previews).look_inside

        def look() -> Inside:
            """What was seen before is shown while the store is asked."""
            if not self._inside and (known := look_inside.remembered(artifact)):
                post(self, self.Looked(known, ended=False))
            return look_inside(artifact)

        in_background(
            "look-inside",
            look,
            lambda inside: post(self, self.Looked(inside)),
            lambda failure: post(self, self.Looked(None, failure)),
        )

    def _open(self, name: str, content: Callable[[], Content]) -> None:
        """Begins to read a file, and shows it as it comes."""
        self._close_reading()
        self._needle = ""
        reading = MemberReading(name, content, lambda: post(self, self.ReadMore()))
        self._reading = reading
        self._view.say(fetching_lines(reading))
        reading.begin()
        self._arrange()
        self._comes = True
        self.call_after_refresh(self._view.take_focus)
        self.look_now()

    def _reopen(self, reading: MemberReading) -> None:
        self._open(reading.name, reading.content)

    def _close_reading(self) -> None:
        if self._reading:
            self._reading.close()
        self._reading = None

    def _close_member(self) -> None:
        """Beside the tree a file that is here stays; what is being fetched ends."""
        reading = self._reading
        if reading and (reading.working or reading.failure or not self.has_class("-beside")):
            self._close_reading()
        self._arrange()
        self._table.focus()

    def _leave_search(self) -> None:
        self._crumbs.display = not self._filter.display
        self._view.take_focus()

    def _leave_filter(self) -> None:
        self._crumbs.display = True
        self._table.show_tree()
        self._table.focus()

    def _arrange(self) -> None:
        """Where there is room for one of them only: which."""
        is_read = self._reading is not None or not self._is_archive
        self.set_class(not is_read, "-unread")
        self.set_class(is_read, "-alone")

    def _show_member(self) -> None:
        reading = self._reading
        if reading is None:
            self._view.say(self._about_node())
            self._view.show_status(())
            return
        seen = reading.seen
        if seen is None:
            self._view.say(fetching_lines(reading))
            self._view.show_status(())
            return
        self._view.show(seen)
        if self._comes:
            self._comes = False
            if self._in_member:
                self.call_after_refresh(self._view.take_focus)
        reading.want(self._view.offer)
        self._read_ahead()
        self._show_curve(reading)
        self._take_match(reading)
        shown = self._view.text.shows_match
        self._view.show_status(status_line(reading, self._view.offer, shows_match=shown))

    def _show_curve(self, reading: MemberReading) -> None:
        if not self._view.charted:
            return
        if self._view.offer is Offer.CHART:
            reading.want_limit(Offer.CHART)
        reading.want_curve(self._view.column)
        if reading.drawn and reading.drawn[0] == self._view.column:
            self._view.show_curve(reading.drawn[1])

    def _take_match(self, reading: MemberReading) -> None:
        found = reading.found
        if found and found.needle == self._needle:
            text = self._view.text
            if found.line is not None and text.found != found.line:
                text.mark(found.needle, found.line)

    def _read_ahead(self) -> None:
        window: LineWindow | None = self._view.window
        if self._reading and window:
            wanted = window.bottom + _AHEAD * window.room
            self._reading.want_line(self._view.offer, wanted)

    def _look_for(self, start: int, *, backwards: bool) -> None:
        if self._reading:
            self._reading.search(self._view.offer, self._needle, start, backwards=backwards)
            self.look_now()

    def _apply_filter(self, needle: str) -> None:
        inside = self._inside
        if inside is None:
            return
        if not needle:
            self._table.show_tree()
            self._count_members()
            return
        in_background(
            "filter",
            lambda: found_rows(inside.tree.matching(needle)),
            lambda rows: post(self, self.Filtered(needle, rows)),
            lambda failure: post(self, self.Looked(None, failure)),
        )

    def _count_members(self) -> None:
        if self._inside:
            every = self._inside.tree.root.files
            shown = self._table.row_count if self._filter.needle else every
            self._filter.show_count(shown, every)

    def _chosen(self, inside: Inside) -> Mapping[str, int]:
        """The paths of the members that are meant, with their sizes."""
        tree = inside.tree
        if self._in_member and self._reading:
            paths: Iterable[str] = (self._reading.name,)
        else:
            paths = self._table.marks or (self._table.cursor_key,)
        chosen: dict[str, int] = {}
        for path in sorted(paths):
            if member := tree.member(path):
                chosen[path] = member.size
            chosen.update((node.path, node.size) for node in tree.below(path))
        return chosen

    def _why_no_download(self) -> str:
        if not self._is_archive:
            return ""
        if self._inside is None:
            return "The archive was not looked into yet"
        return "One download of members at a time: x stops it" if self._saves.busy else ""

    def _why_nothing_to_find(self) -> str:
        if not self._in_member:
            return "" if self._inside else "The archive was not looked into yet"
        seen = self._view.seen
        return "" if seen and Offer.IMAGE not in seen.offers[:1] else NO_MEMBER

    def _why_no_other_offer(self) -> str:
        seen = self._view.seen
        if seen is None:
            return NO_MEMBER
        return "" if len(seen.offers) > 1 else "There is one way to look at this file"

    def _why_no_column(self, parameters: tuple[object, ...]) -> str:
        seen, step = self._view.seen, parameters[0]
        if seen is None or self._view.offer not in {Offer.TABLE, Offer.CHART}:
            return "Columns are those of a table or a chart"
        other = isinstance(step, int) and self._view.column_after(step) != self._view.column
        return "" if other else "There is no other column on that side"

    def _why_no_next(self) -> str:
        if self._needle and self._view.window is self._view.text:
            return ""
        return "Nothing is looked for: / in a text begins it"

    def _why_no_wrap(self) -> str:
        return "" if self._view.window is self._view.text else "Only lines of text are wrapped"

    def _why_not_on(self) -> str:
        reading = self._reading
        if reading is None or self._view.seen is None:
            return NO_MEMBER
        if reading.is_whole(self._view.offer):
            return "All of it is here"
        if not reading.at_limit(self._view.offer):
            return "It is read by itself as far as you look; a search or a chart reads 64 MiB"
        return "It is being read" if reading.working else ""

    def _where(self) -> Line:
        right = self._state()
        steps = [*self._path]
        if self._is_archive and self._reading:
            steps.append(printable(self._reading.name))
        width = self._crumbs.size.width - 1
        left = headline(" › ".join(steps), max(0, width - len(right) - 3))
        pad = " " * max(0, width - len(left) - len(right) - 1)
        tone = Tone.WARN if self._is_remembered and not self._looking else Tone.DIM
        return [(f" {left}{pad}", Tone.PLAIN), (right, tone)]

    def _state(self) -> str:
        """How fresh it is, and what it took."""
        inside = self._inside
        if inside is None:
            return "looking …" if self._looking else ""
        if inside.remembered_at and not self._looking:
            ago = age(inside.remembered_at, self.services.clock.now())
            return f"as of {clock_time(inside.remembered_at)} ({ago})"
        if self._looking:
            return "looking …"
        marks = len(self._table.marks)
        return f"{marks} marked   " * bool(marks) + plural(inside.requests, "request")

    def _emptiness(self) -> Sequence[Line]:
        if self._looking:
            return (line("Reading what is in the archive …", Tone.DIM), line("esc stops", Tone.DIM))
        return ()

    def _about_node(self) -> Sequence[Line]:
        """What is known of a member without reading it."""
        node, inside = self._table.node, self._inside
        if inside is None:
            return ()
        root = inside.tree.root
        whole = f" {plural(root.files, 'member')}, {plural(inside.tree.folders, 'folder')}"
        lines = [line(f"{whole}, {size(root.size)}", Tone.DIM), line()]
        if node is None:
            return lines
        packed = f"{size(node.size)}, stored as {size(node.stored_bytes)}"
        holds = f"{plural(node.files, 'file')}, " if node.is_folder else ""
        does = "enter folds and unfolds it" if node.is_folder else "enter opens it"
        return [
            *lines,
            line(f" {printable(node.path)}", Tone.STRONG),
            line(f" {holds}{packed}"),
            line(),
            line(f" {does}   d downloads it", Tone.DIM),
        ]
