"""The tree of what is looked into: read in the background, filtered, marked."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from core.errors import Failure
from core.ports.clock import Clock
from core.preview.inside import Inside
from core.preview.members import MemberTree, Node
from core.printable import printable
from tui.background import in_background
from tui.bridge import post
from tui.screens.viewed_place import ViewedPlace
from tui.widgets.cells import Tone
from tui.widgets.filter_bar import FilterBar
from tui.widgets.member_rows import MemberRows, found_rows
from tui.widgets.member_table import MemberTable
from tui.widgets.panes import Line, TextPane, line
from tui.wording.action_keys import key, keyed
from tui.wording.formatting import age, clock_time, plural, size


class TreeSide(Vertical):
    """Shows what is in a place; the filter is typed into a bar that is elsewhere on the screen."""

    class Changed(Message):
        """There is a tree, or another one; or there is none, and why."""

    class Looked(Message):
        """What is in the place, or why that is not known; `ended` when nothing comes after."""

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

    def __init__(self, place: ViewedPlace, bar: FilterBar) -> None:
        super().__init__(id="tree")
        self._place = place
        self._bar = bar
        self._empty = TextPane(id="empty")
        self.table = MemberTable(can_mark=not place.is_local)
        self.inside: Inside | None = None
        self.failure: Failure | None = None
        self.is_looking = False

    def compose(self) -> ComposeResult:
        """The members, or that there are none yet."""
        yield self.table
        yield self._empty

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.table.display = False

    @property
    def node(self) -> Node | None:
        """What is under the cursor."""
        return self.table.node

    @property
    def is_remembered(self) -> bool:
        """Whether it is what was seen at another time."""
        return self.inside is not None and self.inside.remembered_at is not None

    def begin(self) -> None:
        """Looks, or looks again; what was seen before is shown meanwhile."""
        self.failure = None
        if self.is_looking:
            return
        self.is_looking = True
        in_background(
            "look-inside",
            partial(self._look, is_first=self.inside is None),
            lambda inside: post(self, self.Looked(inside)),
            lambda failure: post(self, self.Looked(None, failure)),
        )

    def show_state(self) -> None:
        """Instead of a tree that is not there yet."""
        reading = (line("Reading what is in it …", Tone.DIM), line(keyed("{back} stops"), Tone.DIM))
        self._empty.show(reading if self.is_looking else ())

    def filter(self, needle: str) -> None:
        """Shows what matches, as soon as that is known; all of it without a needle."""
        inside = self.inside
        if inside is None:
            return
        if not needle:
            self.table.show_tree()
            self._count_members()
            return
        in_background(
            "filter",
            lambda: found_rows(inside.tree.matching(needle)),
            lambda rows: post(self, self.Filtered(needle, rows)),
            lambda failure: post(self, self.Looked(None, failure)),
        )

    def mark_all(self) -> None:
        """Everything; once more: nothing."""
        if self.inside:
            every = frozenset(node.path for node in self.inside.tree.children())
            self.table.mark(frozenset() if self.table.marks == every else every)

    def chosen(self) -> Mapping[str, int]:
        """The paths of the marked members, else of what is under the cursor, with their sizes."""
        paths = self.table.marks or {self.table.cursor_key}
        return sizes_below(self.inside.tree, paths) if self.inside else {}

    def describe_state(self, clock: Clock) -> str:
        """How fresh it is, and what it took."""
        if self.is_looking:
            return "looking …"
        if self.inside is None:
            return ""
        if then := self.inside.remembered_at:
            return f"as of {clock_time(then)} ({age(then, clock.now())})"
        marks, requests = len(self.table.marks), self.inside.requests
        said = (f"{marks} marked" * bool(marks), plural(requests, "request") * bool(requests))
        return "   ".join(filter(None, said))

    def describe_node(self) -> Sequence[Line]:
        """What is known of a member without reading it."""
        if self.inside is None:
            return ()
        tree, node = self.inside.tree, self.node
        what = "file" if self._place.is_local else "member"
        whole = f" {plural(tree.root.files, what)}, {plural(tree.folders, 'folder')}"
        lines = [line(f"{whole}, {size(tree.root.size)}", Tone.DIM), line()]
        return [*lines, *_about(node, is_local=self._place.is_local)] if node else lines

    def on_tree_side_looked(self, message: Looked) -> None:
        """Shows the tree; what was remembered stays when there is no answer."""
        message.stop()
        self.is_looking, self.failure = not message.ended, message.failure
        if message.inside:
            self._show_inside(message.inside)
        self.post_message(self.Changed())

    def on_tree_side_filtered(self, message: Filtered) -> None:
        """Shows what matches, unless something else was typed since."""
        message.stop()
        if message.needle == self._bar.needle:
            self.table.show_found(message.rows)
            self._count_members()

    def _look(self, *, is_first: bool) -> Inside:
        if is_first and (known := self._place.remembered()):
            post(self, self.Looked(known, ended=False))
        return self._place.look()

    def _show_inside(self, inside: Inside) -> None:
        known, self.inside = self.inside, inside
        if known is None or known.tree.root != inside.tree.root:
            self.table.open_tree(inside.tree)
            self.table.display, self._empty.display = True, False
            self.filter(self._bar.needle)

    def _count_members(self) -> None:
        if self.inside:
            every = self.inside.tree.root.files
            self._bar.show_count(self.table.row_count if self._bar.needle else every, every)


def sizes_below(tree: MemberTree, paths: Iterable[str]) -> Mapping[str, int]:
    """The paths of members, those in folders too, with their sizes."""
    sizes: dict[str, int] = {}
    for path in sorted(paths):
        if member := tree.member(path):
            sizes[path] = member.size
        sizes.update((node.path, node.size) for node in tree.below(path))
    return sizes


def _about(node: Node, *, is_local: bool) -> Sequence[Line]:
    extent = (
        size(node.size) if is_local else f"{size(node.size)}, stored as {size(node.stored_bytes)}"
    )
    holds = f"{plural(node.files, 'file')}, " if node.is_folder else ""
    does = "folds and unfolds it" if node.is_folder else "opens it"
    fetch = "" if is_local else keyed("   {download} downloads it")
    keys = f"{key('open')} {does}{fetch}"
    return [
        line(f" {printable(node.path)}", Tone.STRONG),
        line(f" {holds}{extent}"),
        line(),
        line(f" {keys}", Tone.DIM),
    ]
