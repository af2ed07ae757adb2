"""A field that is one of a few words."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from core.printable import harmless
from tui.wording.formatting import plural


class OneOf(Widget, can_focus=True):
    """`← →` and clicks on the arrows go through them; the first stands for what is usual."""

    DEFAULT_CSS = """
        OneOf {
            width: 1fr;
            height: 1;
            background: $boost;
        }
        OneOf:focus {
            text-style: bold;
            color: $text-accent;
        }
    """

    ALLOW_SELECT = False

    class Changed(Message):
        """Another one."""

    def __init__(self, usual: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        """`usual` is the word for none of them."""
        super().__init__(id=id)
        self._usual = usual
        self._words: Sequence[str] = ()
        self._at = 0

    @property
    def value(self) -> str:
        """Empty for what is usual."""
        return self._words[self._at - 1] if self._at else ""

    def offer(self, words: Sequence[str]) -> None:
        """These, besides what is usual."""
        chosen = self.value
        self._words = words
        self._at = words.index(chosen) + 1 if chosen in words else 0
        self.refresh()

    def render(self) -> Content:
        """As in "< lab-west >  2 of 4"."""
        if not self._words:
            return Content(f"  {self._usual}")
        count = (
            f"{self._at} of {len(self._words)}"
            if self._at
            else f"or {plural(len(self._words), 'other')}"
        )
        return Content(f"< {harmless(self.value or self._usual)} >  {count}")

    def on_click(self, event: events.Click) -> None:
        """Left of the word goes back."""
        self._turn(-1 if event.x < cell_len("< ") else 1)

    # Keys, and no bindings: those are acted on when the keys may have gone elsewhere already.

    def key_left(self) -> None:
        """The one before."""
        self._turn(-1)

    def key_right(self) -> None:
        """The next one."""
        self._turn(1)

    key_space = key_right

    def _turn(self, step: int) -> None:
        """Around and around."""
        if self._words:
            self._at = (self._at + step) % (len(self._words) + 1)
            self.refresh()
            self.post_message(self.Changed())
