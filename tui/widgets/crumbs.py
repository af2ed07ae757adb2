"""Where one is, step by step; each step can be clicked. What is said beside it stands at the right."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message

from core.printable import harmless
from tui.widgets.cells import Tone
from tui.widgets.panes import TextPane
from tui.wording.formatting import headline

_BETWEEN = " › "


class Crumbs(TextPane):
    """One line; where there is not room for all steps, the outermost give way."""

    class Chosen(Message):
        """A step was clicked; the outermost is 0."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__(id="crumbs")
        self._steps: Sequence[str] = ()
        self._cut = 0

    def show_steps(self, steps: Sequence[str], beside: str) -> None:
        """`beside` always has room."""
        self._steps = [harmless(step) for step in steps]
        width = self.size.width - 1
        path = _BETWEEN.join(self._steps)
        left = headline(path, max(0, width - cell_len(beside) - 3))
        self._cut = len(path) - len(left)
        pad = " " * max(0, width - cell_len(left) - cell_len(beside) - 1)
        self.show([[(f" {left}{pad}", Tone.PLAIN), (beside, Tone.DIM)]])

    def on_click(self, event: events.Click) -> None:
        """The step under the pointer."""
        at = 1 - self._cut
        for step, text in enumerate(self._steps):
            if at <= event.x < at + cell_len(text):
                self.post_message(self.Chosen(step))
            at += cell_len(text) + len(_BETWEEN)
