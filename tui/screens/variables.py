"""Which of many variables is to be shown."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.screens.dialog import Dialog, put_on_top
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.panes import TextPane, line
from tui.widgets.row_source import ListSource
from tui.widgets.row_table import RowTable

_COLUMNS = (Column("VARIABLE", 10, flexible=True),)
_MOST_ROWS = 12


class VariableScreen(Dialog[Sequence[str]]):
    """Answers True when `chosen` is to be shown. What is typed filters; arrows move in what is left."""

    DEFAULT_CSS = """
        #variables {
            width: 48;
        }
    """
    BOX = "variables"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
    ]

    def __init__(self, variables: Sequence[str], shown: str) -> None:
        """`shown` is the one under the cursor at first."""
        super().__init__("Curve of", "Looking for variables", lambda: variables)
        self.chosen = shown
        self._input = Input(placeholder="a part of its name", compact=True)
        self._input.cursor_blink = False
        self._table = RowTable(_COLUMNS, id="variable-list")
        self._table.can_focus = False
        self._keys = TextPane(classes="dialog-keys")
        self._variables: Sequence[str] = ()

    def contents(self, found: Sequence[str]) -> Iterable[Widget] | None:
        """The filter above what it leaves."""
        self._variables = found
        self._table.styles.height = min(len(found), _MOST_ROWS, self.size.height - 6) + 1
        self._show()
        self._table.move_to(self.chosen)
        return (self._input, self._table, self._keys)

    def begin(self) -> None:
        """What is typed filters."""
        self._input.focus()

    def on_input_changed(self) -> None:
        """Fewer or more of them."""
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The one under the cursor."""
        event.stop()
        self._choose(self._table.cursor_key)

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """The one that was clicked."""
        message.stop()
        self._choose(message.key)

    def action_move(self, rows: int) -> None:
        """In the list; the filter keeps the keys."""
        self._table.action_move(rows)

    def action_page(self, direction: int) -> None:
        """As `action_move`, further."""
        self._table.action_page(direction)

    def _choose(self, variable: str) -> None:
        if variable:
            self.chosen = variable
            self.dismiss(True)

    def _show(self) -> None:
        part = self._input.value.casefold()
        left = [name for name in self._variables if part in name.casefold()]
        self._table.show(ListSource(left, str, lambda name: Row(name, (Cell(name),))))
        count = f"{len(left)} of {len(self._variables)}"
        self._keys.show([line(f"{count}   enter shows it   esc not now", Tone.DIM)])


def choose_variable(
    below: Screen[Any], variables: Sequence[str], shown: str, choose: Callable[[str], None]
) -> None:
    """Asks for one of them."""
    asked = VariableScreen(variables, shown)
    put_on_top(below, asked, lambda answer: choose(asked.chosen) if answer else None)
