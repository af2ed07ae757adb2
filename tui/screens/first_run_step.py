"""One step of the first run: what it asks, what enter does in it, and that it is done."""

from collections.abc import Callable

from textual.containers import Vertical
from textual.message import Message

from tui.parts.first_run import FirstRun
from tui.widgets.panes import Line, TextPane


class FirstRunStep(Vertical):
    """Takes its keys in `begin`, gives them up in `end`; what it began to look at stops there.

    `part` is to be called off the UI thread.
    """

    DEFAULT_CSS = """
        FirstRunStep, FirstRunStep TextPane, FirstRunStep Vertical {
            height: auto;
        }
    """

    TITLE = ""

    class Changed(Message):
        """Enter means something else now."""

    class Done(Message):
        """All is chosen here."""

    def __init__(self, part: Callable[[], FirstRun], *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.part = part

    @property
    def enter(self) -> str:
        """Which action enter is now: next, test or begin."""
        return "next"

    @property
    def is_busy(self) -> bool:
        """Whether enter has to wait."""
        return False

    @property
    def may_pass(self) -> bool:
        """Whether one can go on although something is not as it should be."""
        return False

    def begin(self) -> None:
        """It is shown."""

    def end(self) -> None:
        """It is left, in whichever direction."""

    def accept(self) -> None:
        """Enter."""
        self.post_message(self.Done())

    def changed(self) -> None:
        """Says that what the keys mean may have changed."""
        self.post_message(self.Changed())


def show_in(pane: TextPane, *lines: Line) -> None:
    """As high as it has lines."""
    pane.show(lines)
    pane.refresh(layout=True)
