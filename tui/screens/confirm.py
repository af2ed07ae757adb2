"""A question with a safe answer under the cursor."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button

from tui.widgets.panes import Line, TextPane


class ConfirmScreen(ModalScreen[bool]):
    """Answers True when the user insists; esc and the default button answer False."""

    DEFAULT_CSS = """
        #confirm {
            width: 58;
            height: auto;
            padding: 1 2;
            border: round $primary;
            background: $surface;
        }
        #confirm VerticalScroll {
            height: auto;
            max-height: 55vh;
            margin-bottom: 1;
            scrollbar-size-vertical: 1;
        }
        #question {
            height: auto;
        }
        #confirm Horizontal {
            height: 1;
            align-horizontal: right;
        }
        #confirm Button {
            margin-left: 2;
        }
    """

    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No", show=False),
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("left,right,h,l", "app.focus_next", "other button", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
    ]

    def __init__(self, question: Sequence[Line], *, yes: str, no: str = "Stay") -> None:
        super().__init__()
        self._question = question
        self._yes, self._no = yes, no
        self._pane = TextPane(id="question")
        self._scroll = VerticalScroll(self._pane, can_focus=False)

    def compose(self) -> ComposeResult:
        """The question, which scrolls when it is long, and two buttons."""
        self._pane.show(self._question)
        with Vertical(id="confirm"):
            yield self._scroll
            yield from self.options()
            with Horizontal():
                yield Button(self._no, id="no", compact=True)
                yield Button(self._yes, id="yes", compact=True, variant="error")

    def options(self) -> Iterable[Widget]:
        """What else can be decided; nothing, as a rule."""
        return ()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        self.action_answer(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Closes with the answer."""
        self.dismiss(answer)

    def action_scroll(self, lines: int) -> None:
        """Through a long question."""
        self._scroll.scroll_relative(y=lines, animate=False)


class QuitScreen(ConfirmScreen):
    """The key that asked insists as well."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "answer(True)", "Quit", show=False)]
