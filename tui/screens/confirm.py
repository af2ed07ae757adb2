"""A question with a safe answer under the cursor."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button

from tui.formatting import plural
from tui.transfer_summary import TransferSummary
from tui.upload_choice import UploadChoice
from tui.widgets.cells import Tone
from tui.widgets.text_pane import Line, TextPane, line


class ConfirmScreen(ModalScreen[bool]):
    """Answers True when the user insists; esc and the default button answer False."""

    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No", show=False),
        Binding("y,q", "answer(True)", "Yes", show=False),
        Binding("left,right,h,l", "app.focus_next", "other button", show=False),
    ]

    def __init__(self, question: Sequence[Line], *, yes: str, no: str = "Stay") -> None:
        super().__init__()
        self._question = question
        self._yes, self._no = yes, no

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        pane = TextPane(id="question")
        pane.show(self._question)
        with Vertical(id="confirm"):
            yield pane
            with Horizontal():
                yield Button(self._no, id="no", compact=True)
                yield Button(self._yes, id="yes", compact=True, variant="error")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        self.action_answer(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Closes with the answer."""
        self.dismiss(answer)


class Question(Message):
    """Asks the app to ask; `act` is called on the UI thread when the user insists."""

    def __init__(self, text: Sequence[Line], yes: str, act: Callable[[], None]) -> None:
        super().__init__()
        self.text = text
        self.yes = yes
        self.act = act


def group_question(choice: UploadChoice, title: str) -> Sequence[Line]:
    """One key on a results root starts many uploads."""
    refused = f"{plural(len(choice.refused), 'other')} not ready." if choice.refused else ""
    return (
        line(f"Upload {plural(len(choice.accepted), 'run')} of {title}?", Tone.STRONG),
        line(refused, Tone.DIM),
    )


def quit_question(summary: TransferSummary) -> Sequence[Line]:
    """What quitting means for the queue."""
    open_ones = summary.active + summary.queued
    return (
        line(f"{plural(open_ones, 'upload')} not done yet", Tone.STRONG),
        line("They stay queued and go on at the next start.", Tone.PLAIN),
    )
