"""The code of an MFA device, typed by whoever has the device."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from core.ports.mfa_prompt import CodeQuestion, is_code
from core.printable import brief
from tui.screens.framed import Framed
from tui.widgets.cells import Tone
from tui.widgets.panes import TextPane, line

_KEYS = "enter sends it   esc not now"
_REFUSED = "That code was not accepted. Each is good for one use: wait for the next one."
_SHORT = "A code has six digits."


class MfaCodeScreen(Framed[str]):
    """Answers the six digits; empty for "not now", None when nobody asks any more."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Not now", show=False)]
    AUTO_FOCUS = "#mfa-digits"

    def __init__(self, question: CodeQuestion) -> None:
        super().__init__()
        self.question = question
        self._expired = False
        self._input = Input(
            compact=True, restrict="[0-9]*", max_length=6, select_on_focus=False, id="mfa-digits"
        )
        self._input.cursor_blink = False
        self._about, self._says = TextPane(), TextPane(id="mfa-says")

    def compose(self) -> ComposeResult:
        """What needs it, of which device, and the field."""
        asked = self.question
        label, keys = TextPane(classes="dialog-label"), TextPane(classes="dialog-keys")
        label.show([line("Code", Tone.STRONG)])
        keys.show([line(_KEYS, Tone.DIM)])
        told = (
            ("The store needs a role", asked.role),
            ("of the AWS profile", asked.aws_profile),
            ("MFA device", asked.device),
        )
        self._about.show([line(f"{what}: {brief(name)}") for what, name in told if name])
        self._say(_REFUSED if asked.refused else "")
        box = Vertical(
            self._about,
            Horizontal(label, self._input, classes="dialog-row"),
            self._says,
            keys,
            id="mfa",
        )
        box.border_title = "MFA code"
        yield box

    def expire(self) -> None:
        """Nobody asks any more. What is on top of it stays, and goes first."""
        self._expired = True
        self._leave_if_expired()

    def on_screen_resume(self) -> None:
        """On top again."""
        self._leave_if_expired()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said of another code is over."""
        event.stop()
        if event.value:
            self._say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Only a whole one is worth asking with."""
        event.stop()
        if is_code(event.value):
            self.dismiss(event.value)
        else:
            self._say(_SHORT)

    def action_leave(self) -> None:
        """Not now."""
        self.dismiss("")

    def _leave_if_expired(self) -> None:
        if self._expired and self.is_active:
            self.dismiss(None)

    def _say(self, text: str) -> None:
        self._says.display = bool(text)
        self._says.show([line(text, Tone.WARN)])
