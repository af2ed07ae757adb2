"""A window on lines that are drawn when they are seen: what text and tables of a file have in common."""

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from tui.widgets.keys import MOVE, Explained, bind

_WHEEL = 3
NOTHING_YET = "Nothing of it is here yet"


class LineWindow(Explained, Widget, can_focus=True):
    """Knows how many lines there are so far, and which is the first one on the screen."""

    ALLOW_SELECT = False
    HEADER_LINES: ClassVar[int] = 0
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("row_up", "row", action="move(-1)", show=False, group=MOVE),
        bind("row_down", "row", action="move(1)", show=False, group=MOVE),
        bind("top", "top", action="first", show=False, group=MOVE),
        bind("bottom", "bottom", action="last", show=False, group=MOVE),
        bind("half_page_down", "half page", action="half_page(1)", show=False, group=MOVE),
        bind("half_page_up", "half page", action="half_page(-1)", show=False, group=MOVE),
        bind("page_down", "page", action="page(1)", show=False, group=MOVE),
        bind("page_up", "page", action="page(-1)", show=False, group=MOVE),
    ]

    class Scrolled(Message):
        """Other lines are on the screen."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.top = 0

    @property
    def line_count(self) -> int:
        """Lines there are so far."""
        raise NotImplementedError

    @property
    def room(self) -> int:
        """Lines that fit on the screen."""
        return max(1, self.size.height - self.HEADER_LINES)

    @property
    def bottom(self) -> int:
        """The number of the first line below the screen, from 0."""
        return min(self.line_count, self.top + self.room)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """There have to be lines."""
        return "" if self.line_count else NOTHING_YET

    def go_to(self, line: int) -> None:
        """Shows `line` (from 0) at the top, or as far up as there are lines for."""
        top = max(0, min(line, self.line_count - self.room))
        if top != self.top:
            self.top = top
            self.refresh()
        self.post_message(self.Scrolled())

    def reveal(self, line: int) -> None:
        """Brings a line (from 0) onto the screen, with some before it."""
        if not self.top <= line < self.bottom:
            self.go_to(line - self.room // 3)

    def action_move(self, lines: int) -> None:
        """Up or down."""
        self.go_to(self.top + lines)

    def action_first(self) -> None:
        """To the first line."""
        self.go_to(0)

    def action_last(self) -> None:
        """To the last one there is so far."""
        self.go_to(self.line_count)

    def action_page(self, direction: int) -> None:
        """By what is visible."""
        self.action_move(direction * max(1, self.room - 1))

    def action_half_page(self, direction: int) -> None:
        """By half of what is visible."""
        self.action_move(direction * max(1, self.room // 2))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.action_move(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.action_move(-_WHEEL)

    def style_of(self, part: str) -> Style:
        """Of a component of this widget."""
        return self.get_component_rich_style(part)
