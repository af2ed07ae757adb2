"""What is stored, into the clipboard, in the words that are wanted."""

from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget

from tui.screens.copy_ways import CopyWay
from tui.screens.dialog import Dialog
from tui.widgets.cells import Cell, Column, Tone
from tui.widgets.choices import ChoiceTable
from tui.widgets.panes import TextPane, line
from tui.widgets.row_table import RowTable

_COLUMNS = (Column("COPY AS", 11), Column("", 10, flexible=True))
_WHOLE = frozenset({"aws", "runferry", "https", "link"})
"""Of these the beginning tells most, of paths and keys the end."""


class CopyScreen(Dialog[Sequence[CopyWay]]):
    """Answers True when `chosen` is to be copied; None when there is nothing that could be."""

    BOX = "copy"

    def __init__(self, what: str, find: Callable[[], Sequence[CopyWay]]) -> None:
        super().__init__(f"Copy {what}", "Looking for what is stored", find)
        self.chosen: CopyWay | None = None
        self._ways: dict[str, CopyWay] = {}
        self._table = ChoiceTable(_COLUMNS, id="copy-ways")

    def contents(self, found: Sequence[CopyWay]) -> Iterable[Widget] | None:
        """One line for each way."""
        if not found:
            return None
        self._ways = {way.key: way for way in found}
        self._table.offer([(way.key, _cells(way)) for way in found])
        keys = TextPane(classes="dialog-keys")
        keys.show([line(f"1-{len(found)} or enter copies   esc not now", Tone.DIM)])
        return (self._table, keys)

    def begin(self) -> None:
        """The keys belong to the list."""
        self._table.focus()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """This one."""
        message.stop()
        self.chosen = self._ways[message.key]
        self.dismiss(True)


def _cells(way: CopyWay) -> tuple[Cell, Cell]:
    keep_end = way.key not in _WHOLE
    return Cell(way.title), Cell(way.shown, Tone.DIM, keep_end=keep_end)
