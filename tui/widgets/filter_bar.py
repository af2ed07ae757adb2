"""Filter as you type, with the number of rows that are left."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tui.widgets.cells import Tone
from tui.widgets.panes import TextPane, line

FILTERED_BY = "name, state or folder; !text leaves out"


class FilterBar(Horizontal):
    """Hidden until it is opened; `needle` is empty while nothing is filtered."""

    class Changed(Message):
        """The rows to show are those that match `needle`; `bar` is the id of where it was typed."""

        def __init__(self, needle: str, bar: str) -> None:
            super().__init__()
            self.needle = needle
            self.bar = bar

    class Left(Message):
        """Enter: the filter stays, the keys belong to the table again. `bar` as with `Changed`."""

        def __init__(self, bar: str) -> None:
            super().__init__()
            self.bar = bar

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.back", "Clear")]

    def __init__(
        self,
        placeholder: str = FILTERED_BY,
        *,
        id: str = "filter",  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self.display = False
        self._input = Input(compact=True, placeholder=placeholder)
        self._input.cursor_blink = False
        self._count = TextPane(id="filter-count")

    @property
    def needle(self) -> str:
        """What was typed."""
        return self._input.value

    def compose(self) -> ComposeResult:
        """A slash, what is typed, the count."""
        slash = TextPane(id="filter-slash")
        slash.show([line("/", Tone.BUSY)])
        yield slash
        yield self._input
        yield self._count

    def open(self) -> None:
        """Shows it and takes the keys."""
        self.display = True
        self._input.focus()

    def put_back(self, needle: str) -> None:
        """Shows what was typed before, or hides it; the keys stay where they are."""
        self.display = bool(needle)
        with self._input.prevent(Input.Changed):
            self._input.value = needle

    def close(self) -> bool:
        """Clears and hides it; False when it was not open."""
        was_open, self.display = self.display, False
        self._input.value = ""
        return was_open

    def show_count(self, shown: int, total: int, *, more: bool = False) -> None:
        """As in "12 of 41"; with "+" when there are `more` that match."""
        text = f"{shown}{'+' * more} of {total} "
        self._count.show([line(text, Tone.WARN if shown < total else Tone.DIM)])

    def on_input_changed(self, event: Input.Changed) -> None:
        """As you type."""
        event.stop()
        self.post_message(self.Changed(event.value, self.id or ""))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.post_message(self.Left(self.id or ""))
