"""What is in an archive, as a tree: folders that fold, with what they hold in all."""

from functools import cache, partial
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from core.preview.members import MemberTree, Node
from tui.background import in_background
from tui.bridge import post
from tui.widgets.cells import Column
from tui.widgets.keys import SELECT, bind
from tui.widgets.member_rows import (
    Children,
    MemberRows,
    folder_around,
    lonely_folders,
    tree_rows,
)
from tui.widgets.row_table import RowTable
from tui.wording.action_keys import keyed

MEMBER_COLUMNS = (
    Column("MEMBER", 16, flexible=True),
    Column("", 11, right=True, from_width=44),
    Column("SIZE", 8, right=True),
    Column("STORED", 8, right=True, from_width=70),
)
_AT_ONCE = 5000
"""Members that are sorted and laid out in no time; more of them on another thread."""


class MemberTable(RowTable):
    """The members of one archive; marks count for what is folded or filtered away, too."""

    # Here, because a table has keys of its own for left and right.
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("fold", "fold", action="fold(True)", show=False, group=SELECT, tooltip="fold, unfold"),
        bind(
            "unfold",
            "unfold",
            action="fold(False)",
            show=False,
            group=SELECT,
            tooltip="fold, unfold",
        ),
    ]

    class LaidOut(Message):
        """The lines for what is unfolded now; the cursor comes to the node at `path`."""

        def __init__(
            self, children: Children, rows: MemberRows, unfolded: frozenset[str], path: str
        ) -> None:
            super().__init__()
            self.children = children
            self.rows = rows
            self.unfolded = unfolded
            self.path = path

    def __init__(self, *, can_mark: bool) -> None:
        """What is marked can be downloaded: of what is here already nothing is."""
        super().__init__(MEMBER_COLUMNS, id="members", can_mark=can_mark)
        self._members: MemberRows = MemberRows((), frozenset())
        self._children: Children = lambda _: ()
        self._count = 0
        self._is_new = False
        self._unfolded: frozenset[str] = frozenset()

    @property
    def node(self) -> Node | None:
        """What is under the cursor."""
        return self._members.node(self.cursor)

    def open_tree(self, tree: MemberTree) -> None:
        """The first one with what is in a folder that is alone; after another one as that was."""
        self._is_new = not self._count
        self._children = cache(tree.children)
        self._count = tree.root.files
        self.show_tree()

    def show_tree(self, path: str = "") -> None:
        """All of it, but what is folded; the cursor comes to the node at `path`, if there is one."""
        make = partial(self._laid_out, self._unfolded, path, is_new=self._is_new)
        if self._count <= _AT_ONCE:
            self._lay_out(make())
        else:
            in_background("members", make, partial(post, self), lambda _: None)

    def show_found(self, rows: MemberRows) -> None:
        """What a filter let through."""
        self._members = rows
        self.show(rows)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Folded is folded, and a file at the top is in no folder."""
        if action == "fold" and self.row_count:
            return self._why_no_fold(folded=bool(parameters[0]))
        return super().why_not(action, parameters)

    def action_fold(self, folded: bool) -> None:
        """Hides what is in the folder under the cursor, or around it; or shows it."""
        if node := self.node:
            folder = self._folder_to_fold(node) if folded else node.path
            self._unfolded = self._unfolded - {folder} if folded else self._unfolded | {folder}
            self.show_tree(folder)

    def toggle(self, node: Node) -> None:
        """Folds a folder, or unfolds it."""
        self.action_fold(node.path in self._unfolded)

    def on_member_table_laid_out(self, message: LaidOut) -> None:
        """Shows it, unless something else was folded since, or there is another tree."""
        message.stop()
        is_wanted = self._is_new or message.unfolded == self._unfolded
        if is_wanted and message.children is self._children:
            self._lay_out(message)

    def _laid_out(self, unfolded: frozenset[str], path: str, *, is_new: bool) -> LaidOut:
        children = self._children
        if is_new:
            unfolded = frozenset(lonely_folders(children))
        return self.LaidOut(children, tree_rows(children, unfolded), unfolded, path)

    def _lay_out(self, message: LaidOut) -> None:
        self._is_new, self._unfolded = False, message.unfolded
        self.show_found(message.rows)
        if message.path:
            self.move_to(message.path)

    def _forget_lost_marks(self) -> None:
        """None is lost: what is stored stays as it is."""

    def _folder_to_fold(self, node: Node) -> str:
        """The folder itself when it is unfolded, else the one that it is in."""
        is_open = node.is_folder and node.path in self._unfolded
        return node.path if is_open else folder_around(node)

    def _why_no_fold(self, *, folded: bool) -> str:
        node = self.node
        if node is None:
            return ""
        if folded:
            return "" if self._folder_to_fold(node) in self._unfolded else "It is folded"
        if not node.is_folder:
            return keyed("Only folders unfold: {open} opens a file")
        return "It is not folded" if node.path in self._unfolded else ""
