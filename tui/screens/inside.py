"""The viewer: of a place the tree, and one file beside it, or behind it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.binding import Binding
from textual.containers import Container
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.events import Event, StoreReachable
from core.preview.inside import Inside
from core.printable import printable
from core.transfer_view import TransferView
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.history import Spot
from tui.screens.inside_member import NO_MEMBER, MemberSide
from tui.screens.inside_tree import TreeSide
from tui.screens.mode_screen import ModeScreen
from tui.screens.viewed_place import ViewedPlace
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.filter_bar import FilterBar
from tui.widgets.keys import DO, FIND, SELECT, bind
from tui.widgets.member_view import MemberView
from tui.widgets.panes import ErrorPane, Line, TextPane, failure_text
from tui.wording.action_keys import keyed
from tui.wording.formatting import headline

NOT_LOOKED = "It was not looked into yet"
VIEWER_KEYS: Sequence[Binding] = (
    bind("filter", "Find", action="find", group=FIND, tooltip="filter, search in a text"),
    bind("next_view", "View", action="next_offer", group=DO, tooltip="text, table, chart …"),
    bind(
        "previous_column", "", action="column(-1)", show=False, group=DO, tooltip="previous column"
    ),
    bind("next_column", "Column", action="column(1)", group=DO, tooltip="next column"),
    bind("next_match", "Next", action="next(False)", group=FIND, tooltip="next match"),
    bind(
        "previous_match", "", action="next(True)", show=False, group=FIND, tooltip="previous match"
    ),
    bind("wrap", "Wrap", group=DO, tooltip="wrap long lines, or not"),
    bind("read_on", "More", group=DO, tooltip="read the next 64 MiB"),
    bind("copy", "Copy name", group=DO, tooltip="copy name or error"),
    bind("retry", "Retry", show=False, group=DO, tooltip="try again after an error"),
    bind("back", "Back", group=SELECT),
)
"""Of every viewer; what else can be done with a place is its screen's."""


class InsideScreen(ModeScreen):
    """Tree and file stand side by side from 120 columns on, else one comes after the other."""

    DEFAULT_CSS = """
        #inside {
            height: 1fr;
            border-top: solid $surface-lighten-2;
            layout: horizontal;
        }
        #tree {
            width: 1fr;
            height: 1fr;
        }
        #member {
            width: 1fr;
            height: 1fr;
        }
        InsideScreen.-beside #inside.-tree #tree {
            width: 2fr;
            border-right: solid $surface-lighten-2;
        }
        InsideScreen.-beside #inside.-tree #member {
            width: 3fr;
        }
        InsideScreen.-unread #member, InsideScreen.-alone #tree {
            display: none;
        }
        InsideScreen.-beside #inside.-tree #member, InsideScreen.-beside #inside.-tree #tree {
            display: block;
        }
        InsideScreen.-narrow.-alone #filter {
            display: none !important;
        }
        InsideScreen.-narrow.-alone #crumbs {
            display: block !important;
        }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (120, "-beside")]  # noqa: RUF012 - as declared by Textual
    AUTO_FOCUS = ""

    class ReadMore(Message):
        """There is more of a file than before, or an answer about it."""

    def __init__(self, services: AppServices, events: Signal[Event], place: ViewedPlace) -> None:
        super().__init__(services, events)
        self._place = place
        self._crumbs = TextPane(id="crumbs")
        self._filter = FilterBar("part of a name or path; !text leaves out")
        self._search = FilterBar(
            "text to look for; capitals count when there are some", id="search"
        )
        self._tree = TreeSide(place, self._filter)
        self._view = MemberView()
        self._member = MemberSide(self._view, lambda: post(self, self.ReadMore()))
        self._error = ErrorPane(id="error")

    def compose_body(self) -> Iterable[Widget]:
        """Where one is, or what is looked for; the tree and the member."""
        yield self._crumbs
        yield self._filter
        yield self._search
        panes = Container(self._tree, self._view, id="inside")
        panes.set_class(self._is_tree, "-tree")
        yield panes
        yield self._error

    def on_mount(self) -> None:
        """Looks inside."""
        if self._is_tree:
            self._tree.begin()
        else:
            self._open(self._place.file, self._place.look)
        self._arrange()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._member.close()

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """What came meanwhile."""
        self._crumbs.show([self._where()])
        self._tree.show_state()
        failure = self._tree.failure
        self._error.display = failure is not None
        if failure:
            keys = keyed("{retry} retry   {copy} copy this text   {back} back")
            self._error.show_failure("It could not be looked into", failure, keys)
        self._show_member()
        self.refresh_bindings()

    def take(self, event: Event) -> None:
        """After an outage the store is asked whether what is remembered is still so."""
        if not isinstance(event, StoreReachable):
            return
        if self._tree.failure or self._tree.is_remembered:
            self._tree.begin()
        if self._member.has_failed:
            self._member.reopen()
        self.look_now()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs members, or an error; other keys are about the open file."""
        reasons: Mapping[str, Callable[[], str]] = {
            "find": self._why_nothing_to_find,
            "copy": lambda: "" if self._tree.failure or self._named else keyed(NO_MEMBER),
            "read_again": lambda: "It is being read" if self._tree.is_looking else "",
            "retry": lambda: "" if self._has_failed else "Nothing failed",
        }
        reason = reasons.get(action)
        if reason:
            return reason()
        return self._member.why_not(action, parameters) or super().why_not(action, parameters)

    def spot(self) -> Spot | None:
        """Opened for the moment."""
        return None

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
        self._member.search_on(backwards=backwards)
        self.look_now()

    def action_wrap(self) -> None:
        """Wraps long lines, or shows them as they are."""
        self._view.text.wrap()
        self.look_now()

    def action_read_on(self) -> None:
        """64 MiB more."""
        self._member.read_on()

    def action_copy(self) -> None:
        """The error while one is shown, else what the file is called where it is."""
        if failure := self._tree.failure:
            text = failure_text("Look inside", failure)
            self.post_message(CopyRequested(text, "error text"))
        elif name := self._named:
            self.post_message(CopyRequested(*self._place.copied(name)))

    def action_read_again(self) -> None:
        """What it is about: the open file, or the tree. One stays where one is."""
        self.toast("Reading it again")
        if self._in_member:
            self._member.reopen()
        else:
            self._tree.begin()
        self.look_now()

    def action_retry(self) -> None:
        """After an error."""
        if self._tree.failure:
            self._tree.begin()
        else:
            self._member.reopen()
        self.look_now()

    def action_back(self) -> None:
        """One step: what is typed, the file, the filter, the place. Ends what is being fetched."""
        if self._search.close():
            self._member.mark_again()
            self._leave_search()
        elif self._is_tree and self._in_member:
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
        node, inside = self._tree.node, self._tree.inside
        if node is None or inside is None:
            return
        if node.is_folder:
            self._tree.table.toggle(node)
        elif self._member.path == node.path:
            self._view.take_focus()
        else:
            self._open(node.path, lambda: inside)

    def on_line_window_scrolled(self) -> None:
        """More may be wanted."""
        self._member.read_ahead()

    def on_member_view_asked(self) -> None:
        """Another way to look at it, or another column."""
        self.look_now()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """As you type: the tree is filtered, words in the text are marked."""
        if message.bar != "search":
            self._tree.filter(message.needle)
        elif self._search.display:
            self._member.mark(message.needle)

    def on_filter_bar_left(self, message: FilterBar.Left) -> None:
        """Enter: a search begins where one is; a filter stays."""
        if message.bar == "search":
            needle = self._search.needle
            self._search.close()
            self._leave_search()
            self._member.search(needle)
            self.look_now()
            return
        if not self._filter.needle:
            self._filter.close()
            self._leave_filter()
        self._tree.table.focus()

    def on_tree_side_changed(self) -> None:
        """Shows it; the keys belong to the tree while no file has them."""
        if self._tree.inside and not self._in_member and self.focused is None:
            self._tree.table.focus()
        self.look_now()

    def on_inside_screen_read_more(self) -> None:
        """Shows it."""
        self.look_now()

    @property
    def _is_tree(self) -> bool:
        return not self._place.file

    @property
    def _in_member(self) -> bool:
        """Whether the keys are about the open file."""
        if self._view.has_focus_within or not self._is_tree:
            return True
        return self._member.is_open and not self.has_class("-beside")

    @property
    def _has_failed(self) -> bool:
        return self._tree.failure is not None or self._member.has_failed

    @property
    def _named(self) -> str:
        """The path of the open file, or of what is under the cursor."""
        if self._in_member and self._member.is_open:
            return self._member.path
        return self._tree.node.path if self._tree.node else ""

    def _open(self, path: str, find: Callable[[], Inside]) -> None:
        """Begins to read a file, and shows it as it comes."""
        self._member.open(path, lambda: find().read(path))
        self._arrange()
        self.look_now()

    def _close_member(self) -> None:
        """Beside the tree a file that is here stays; what is being fetched ends."""
        if not (self._member.is_settled and self.has_class("-beside")):
            self._member.close()
        self._arrange()
        self._tree.table.focus()

    def _leave_search(self) -> None:
        self._crumbs.display = not self._filter.display
        self._view.take_focus()

    def _leave_filter(self) -> None:
        self._crumbs.display = True
        self._tree.table.show_tree()
        self._tree.table.focus()

    def _arrange(self) -> None:
        """Where there is room for one of them only: which."""
        is_read = self._member.is_open or not self._is_tree
        self.set_class(not is_read, "-unread")
        self.set_class(is_read, "-alone")

    def _show_member(self) -> None:
        if self._member.is_open:
            self._member.show(has_keys=self._in_member)
        else:
            self._view.say(self._tree.describe_node())
            self._view.show_status(())

    def _why_nothing_to_find(self) -> str:
        if self._in_member:
            return self._member.why_no_search()
        return "" if self._tree.inside else NOT_LOOKED

    def describe_state(self) -> tuple[str, Tone]:
        """How fresh it is what is shown."""
        is_old = self._tree.is_remembered and not self._tree.is_looking
        said = self._tree.describe_state(self.services.clock)
        return said, Tone.WARN if is_old else Tone.DIM

    def _where(self) -> Line:
        right, tone = self.describe_state()
        steps = [*self._place.crumbs]
        if self._is_tree and self._member.is_open:
            steps.append(printable(self._member.path))
        width = self._crumbs.size.width - 1
        left = headline(" › ".join(steps), max(0, width - len(right) - 3))
        pad = " " * max(0, width - len(left) - len(right) - 1)
        return [(f" {left}{pad}", Tone.PLAIN), (right, tone)]
