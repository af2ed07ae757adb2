"""One setting, typed anew."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from core.errors import Failure
from tui.background import in_background
from tui.bridge import post
from tui.screens.framed import Framed
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, TextPane, line

_SAVING = "Writing it …"


class FormScreen(Framed[bool]):
    """Fields that are saved together; answers True when they were.

    What goes wrong is shown, and can be tried again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Not now", show=False),
        Binding("down", "app.focus_next", "next", show=False),
        Binding("up", "app.focus_previous", "previous", show=False),
    ]

    class Saved(Message):
        """It was; or not, and why."""

        def __init__(self, failure: Failure | None = None) -> None:
            super().__init__()
            self.failure = failure

    def __init__(self, title: str, about: Iterable[Line], keys: str) -> None:
        super().__init__()
        self._title, self._about, self._keys = title, [*about], keys
        self._says = TextPane(classes="form-says")
        self._busy = False

    def compose(self) -> ComposeResult:
        """What it is about, the fields, the keys."""
        about, keys = TextPane(), TextPane(classes="dialog-keys")
        about.show(self._about)
        about.display = bool(self._about)
        keys.show([line(self._keys, Tone.DIM)])
        self._says.display = False
        with Vertical() as box:
            box.border_title = self._title
            yield about
            yield from self.rows()
            yield self._says
            yield keys

    def rows(self) -> Iterable[Widget]:
        """A label and a field each."""
        return ()

    def save(self) -> Callable[[], object] | None:
        """What saves it, on another thread; None when there is nothing to save."""
        return None

    def action_leave(self) -> None:
        """Not now."""
        self.dismiss(False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said of what was typed before is over."""
        event.stop()
        self._says.display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter, in any field."""
        event.stop()
        self.submit()

    def submit(self) -> None:
        """Writes it, unless that goes on already."""
        if self._busy:
            return
        act = self.save()
        if act is None:
            self.dismiss(False)
            return
        self._say(_SAVING)
        self._busy = True
        in_background(
            "save-settings",
            act,
            lambda _: post(self, self.Saved()),
            lambda failure: post(self, self.Saved(failure)),
        )

    def on_form_screen_saved(self, message: Saved) -> None:
        """Done, or to be corrected."""
        self._busy = False
        if message.failure:
            parts = (message.failure.what, message.failure.kept, message.failure.todo)
            self._say(" ".join(filter(None, parts)), Tone.BAD)
        elif self.is_active:
            self.dismiss(True)

    def _say(self, text: str, tone: Tone = Tone.DIM) -> None:
        self._says.display = True
        self._says.show([line(text, tone)])
        self._says.refresh(layout=True)


def form_field(name: str, value: str, placeholder: str = "") -> Input:
    """Nothing of it is selected: what is typed first changes it, and does not replace it."""
    made = Input(value, compact=True, placeholder=placeholder, select_on_focus=False, id=name)
    made.cursor_blink = False
    return made


def form_row(title: str, field: Widget) -> Horizontal:
    """A field, named."""
    label = TextPane(classes="dialog-label")
    label.show([line(title, Tone.STRONG)])
    return Horizontal(label, field, classes="dialog-row")


class SettingScreen(FormScreen):
    """`write` is given what was typed, on another thread; empty means: take it out."""

    def __init__(
        self, name: str, about: Iterable[Line], value: str, write: Callable[[str], object]
    ) -> None:
        super().__init__(name, about, "enter saves   empty: the default   esc not now")
        self._before = value
        self._field = form_field("setting", value)
        self._write = write

    def rows(self) -> Iterable[Widget]:
        """The value alone."""
        yield Horizontal(self._field, classes="dialog-row")

    def on_mount(self) -> None:
        """At its end."""
        self._field.focus()

    def save(self) -> Callable[[], object] | None:
        """As it was typed."""
        value, write = self._field.value.strip(), self._write
        return None if value == self._before else lambda: write(value)
