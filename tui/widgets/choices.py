"""A few things to choose from, each with a number."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import ListSource
from tui.widgets.row_table import RowTable

_MOST = 9


class ChoiceTable(RowTable):
    """At most nine rows, and as high as they are; a number chooses as `enter` does on its row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"choose({number})", "choose", show=False)
        for number in range(1, _MOST + 1)
    ]

    def __init__(
        self,
        columns: tuple[Column, ...],
        *,
        id: str,  # noqa: A002 - Textual's name
        idle_cursor: bool = True,
    ) -> None:
        super().__init__((Column("", 1), *columns), id=id, idle_cursor=idle_cursor)

    def offer(self, choices: Sequence[tuple[str, Sequence[Cell]]]) -> None:
        """Keys and cells of the rows."""
        rows = [
            Row(key, (Cell(str(number), Tone.DIM), *cells))
            for number, (key, cells) in enumerate(choices, 1)
        ]
        self.styles.height = len(rows) + 1
        self.show(ListSource(rows, lambda row: row.key, lambda row: row))

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """A number that stands nowhere chooses nothing."""
        if action == "choose":
            there = isinstance(number := parameters[0], int) and number <= self.row_count
            return "" if there else f"There is no {parameters[0]}"
        return super().why_not(action, parameters)

    def action_choose(self, number: int) -> None:
        """The row with this number."""
        self.cursor = number - 1
        self.action_select()
