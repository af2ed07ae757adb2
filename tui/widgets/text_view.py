"""The lines of a file with their numbers: wrapped or not, found words marked."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import ClassVar, Protocol

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.strip import Strip

from core.printable import harmless
from tui.widgets.keys import MOVE, bind
from tui.widgets.line_window import LineWindow
from tui.wording.action_keys import keyed

_SIDEWAYS = 8


class Lines(Protocol):
    """Lines of text, which may become more while they are shown."""

    @property
    def line_count(self) -> int:
        """How many there are so far."""
        ...

    def line(self, number: int) -> str:
        """From 0."""
        ...


class TextView(LineWindow):
    """Lines are literal text, never markup; what is found is marked in them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text-view--text",
        "text-view--number",
        "text-view--match",
        "text-view--found",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("scroll_left", "left", action="sideways(-1)", show=False, group=MOVE),
        bind("scroll_right", "right", action="sideways(1)", show=False, group=MOVE),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._lines: Lines | None = None
        self._count = 0
        self._left = 0
        self._within = 0
        self.wrapped = False
        self.needle = ""
        self.found: int | None = None

    @property
    def line_count(self) -> int:
        """Lines there are so far."""
        return self._count

    def show(self, lines: Lines) -> None:
        """Other lines, or more of them: the place stays unless they are others."""
        count = lines.line_count
        if lines is not self._lines:
            self.top = self._within = self._left = 0
            self.found, self.needle = None, ""
        elif count == self._count:
            return
        self._lines, self._count = lines, count
        self.refresh()

    def mark(self, needle: str, found: int | None) -> None:
        """Marks `needle` wherever it is, and shows the line `found`."""
        self.needle, self.found = needle, found
        if found is not None:
            self.reveal(found)
            self._reveal_sideways(found)
        self.refresh()

    @property
    def shows_match(self) -> bool:
        """Whether what was found is in the part of its line that can be shown."""
        return self.found is None or self._hit(self._text(self.found), 0) >= 0

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """What is wrapped has nothing at its side."""
        if action == "sideways" and self._count:
            return self._why_not_sideways(left=parameters[0] == -1)
        return super().why_not(action, parameters)

    def wrap(self) -> None:
        """Wraps long lines, or shows them as they are."""
        self.wrapped = not self.wrapped
        self._left = self._within = 0
        self.refresh()

    def action_sideways(self, direction: int) -> None:
        """Left or right."""
        self._left = max(0, self._left + direction * _SIDEWAYS)
        self.refresh()

    def action_move(self, lines: int) -> None:
        """Up or down: by lines of the screen."""
        if not self.wrapped:
            super().action_move(lines)
            return
        at, within = self.top, self._within + lines
        while within < 0 and at > 0:
            at -= 1
            within += len(self._pieces(at))
        while at < self._count - 1 and within >= (height := len(self._pieces(at))):
            at, within = at + 1, within - height
        self.top = at
        self._within = max(0, min(within, len(self._pieces(at)) - 1)) if self._count else 0
        self.refresh()
        self.post_message(self.Scrolled())

    def go_to(self, line: int) -> None:
        """Shows `line` (from 0) at the top, or as far up as there are lines for."""
        self._within = 0
        super().go_to(line)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, plain = self.size.width, self.style_of("text-view--text")
        at, within = self._place(y) if self.wrapped else (self.top + y, 0)
        if at >= self._count:
            return Strip.blank(width, plain)
        number = f"{at + 1:>{self._digits}} " if within == 0 else " " * (self._digits + 1)
        head = Segment(f" {number} ", self.style_of("text-view--number"))
        room = max(1, width - head.cell_length)
        if self.wrapped:
            body = Strip(self._segments(self._pieces(at)[within], at, plain))
        else:
            whole = Strip(self._segments(self._text(at), at, plain))
            body = whole.crop(self._left, self._left + room)
        return Strip([head, *body]).adjust_cell_length(width, plain)

    @property
    def _digits(self) -> int:
        return max(3, len(str(self._count)))

    def _text(self, at: int) -> str:
        return harmless(self._lines.line(at)) if self._lines else ""

    def _place(self, y: int) -> tuple[int, int]:
        """The line that is at `y` of the screen, and which of its pieces."""
        at, within = self.top, self._within + y
        while at < self._count and within >= (height := len(self._pieces(at))):
            at, within = at + 1, within - height
        return at, within

    def _pieces(self, at: int) -> Sequence[str]:
        """A line as it is wrapped."""
        return _wrapped(self._text(at), self._width)

    def _segments(self, text: str, at: int, plain: Style) -> Iterator[Segment]:
        kind = "text-view--found" if at == self.found else "text-view--match"
        start = 0
        while (hit := self._hit(text, start)) >= 0:
            yield Segment(text[start:hit], plain)
            start = hit + len(self.needle)
            yield Segment(text[hit:start], self.style_of(kind))
        yield Segment(text[start:], plain)

    def _hit(self, text: str, start: int) -> int:
        """Where `needle` is: capitals count only when it has some."""
        if not self.needle:
            return -1
        if self.needle != self.needle.lower():
            return text.find(self.needle, start)
        return text.lower().find(self.needle, start)

    def _why_not_sideways(self, *, left: bool) -> str:
        if self.wrapped:
            return keyed("The lines are wrapped: {wrap} shows them as they are")
        if left:
            return "" if self._left else "The lines begin here"
        longest = max(cell_len(self._text(at)) for at in range(self.top, self.bottom))
        return "" if longest > self._left + self._width else "No line goes on there"

    @property
    def _width(self) -> int:
        """Cells for the text itself."""
        return max(1, self.size.width - self._digits - 3)

    def _reveal_sideways(self, at: int) -> None:
        if self.wrapped or at >= self._count or not self.size.width:
            return
        hit = self._hit(self._text(at), 0)
        room = self._width
        if hit >= 0 and not self._left <= hit <= self._left + room - len(self.needle):
            self._left = max(0, hit - room // 3)


@lru_cache(maxsize=256)  # each line of the screen asks again for the line of text that it is of
def _wrapped(text: str, room: int) -> Sequence[str]:
    return chop_cells(text, room) or [""]
