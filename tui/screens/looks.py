"""A setting of the appearance, chosen by how it looks."""

from collections.abc import Callable, Iterable, Mapping

from textual.message import Message
from textual.widget import Widget

from core.settings import THEMES, AppearanceSettings, Symbols
from tui.look import previewed
from tui.screens.setting import FormScreen
from tui.widgets.cells import Cell, Column
from tui.widgets.choices import ChoiceTable
from tui.widgets.panes import Line
from tui.widgets.row_table import RowTable

LOOKS: Mapping[str, tuple[str, ...]] = {
    "appearance.theme": THEMES,
    "appearance.symbols": tuple(Symbols),
}
"""What there is to choose from, by the name of the setting."""
_KEYS = "enter keeps it   ↑ ↓ how it looks   esc as before"


class AppearanceChosen(Message):
    """The app is to look so, as long as nothing else is said."""

    def __init__(self, appearance: AppearanceSettings) -> None:
        super().__init__()
        self.appearance = appearance


class LooksScreen(FormScreen):
    """Everything looks like what is under the cursor; after `esc` as it did before.

    `write` is given what was chosen, on another thread.
    """

    DEFAULT_CSS = """
        LooksScreen {
            background: transparent;
        }
        LooksScreen > Vertical {
            width: 56;
        }
    """

    def __init__(
        self,
        name: str,
        about: Iterable[Line],
        value: str,
        before: AppearanceSettings,
        write: Callable[[str], object],
    ) -> None:
        super().__init__(name, about, _KEYS)
        self._name, self._value, self._before = name, value, before
        self._write = write
        self._table = ChoiceTable((Column("", 16, flexible=True),), id="looks")

    def rows(self) -> Iterable[Widget]:
        """The list."""
        yield self._table

    def on_mount(self) -> None:
        """With the cursor on what counts."""
        self._table.offer([(look, (Cell(look),)) for look in LOOKS[self._name]])
        self._table.move_to(self._value)
        self._table.focus()

    def on_row_table_row_highlighted(self, message: RowTable.RowHighlighted) -> None:
        """That is how it looks."""
        message.stop()
        if message.key:
            field = self._name.rpartition(".")[2]
            self.post_message(AppearanceChosen(previewed(self._before, field, message.key)))

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """It stays so."""
        message.stop()
        self.submit()

    def save(self) -> Callable[[], object] | None:
        """Nothing has to be written where nothing changes."""
        value, write = self._table.cursor_key, self._write
        return None if value == self._value else lambda: write(value)

    def action_leave(self) -> None:
        """As before."""
        self.post_message(AppearanceChosen(self._before))
        super().action_leave()
