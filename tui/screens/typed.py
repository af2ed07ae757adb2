"""Before what cannot be undone: what happens, and a name that is typed to have it happen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from core.errors import Failure, TransferCancelledError
from core.printable import printable
from core.progress import Progress
from core.redaction import conceal
from tui.screens.dialog import Dialog
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, TextPane, line
from tui.widgets.yes_no_box import YesNoBox
from tui.wording.formatting import percent

_KEYS = "enter {}   ↑ ↓ the list   esc not now"
_CLOSES = "↑ ↓ the list   esc close"
_EVERY = 0.25
_OTHER = "That is not the name. Nothing was changed."


class Steps:
    """So many steps, counted on the thread that takes them; shown and ended by the UI."""

    def __init__(self, doing: str, total: int, *, chosen: bool = False) -> None:
        """`chosen` is whether the operation's `option` was taken."""
        self._doing = doing
        self._total = total
        self.chosen = chosen
        self.progress = Progress()
        self.done = 0

    def step(self) -> None:
        """Before each one. Raises TransferCancelledError after `cancel`."""
        if self.progress.ended:
            raise TransferCancelledError("It was stopped.")
        self.done += 1

    def describe(self) -> str:
        """As in "Deleting job 12: 3 of 9"."""
        return f"{self._doing}: {self.done} of {self._total}" if self._total > 1 else self._doing

    def share(self) -> str:
        """How much of the present one has been read, as in " 41%"; empty where that is not counted."""
        total = self.progress.total
        return f" {percent(self.progress.counts()[0] / total)}" if total else ""

    def cancel(self) -> None:
        """No step more."""
        self.progress.cancel()


@dataclass(frozen=True)
class Outcome:
    """What came of it, in words; with a `failure`, why it is not all of it."""

    said: str
    failure: Failure | None = None


@dataclass(frozen=True)
class Operation:
    """`lines` tell all that happens and what stays; `verb` is what `enter` does then.

    `do` takes so many `steps` on another thread; without it nothing happens, and `lines` say why.
    What cannot be undone has a `name` to be typed before. `doing` is said meanwhile. An `option`, as in
    "New runs go there, too", is taken or left.
    """

    lines: Sequence[Line]
    verb: str = ""
    doing: str = ""
    do: Callable[[Steps], Outcome] | None = None
    steps: int = 1
    name: str = ""
    option: str = ""

    @property
    def shown_name(self) -> str:
        """As it can be seen, and typed."""
        return printable(conceal(self.name)).strip()

    def is_meant_by(self, typed: str) -> bool:
        """What the terminal shows of a name counts as the name."""
        return bool(typed.strip()) and typed.strip() in {self.name.strip(), self.shown_name}


class TypedScreen(Dialog[Operation]):
    """Answers True when `operation` is to be done; what it is about is listed by `find` first."""

    DEFAULT_CSS = """
        #operation-list {
            height: auto;
            max-height: 55vh;
            scrollbar-size-vertical: 1;
        }
        TypedScreen.-short-dialog #operation-list {
            max-height: 8;
        }
        #typed-label {
            margin-top: 1;
        }
        TypedScreen.-short-dialog #typed-label {
            margin-top: 0;
        }
    """

    BOX = "typed"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", "up", show=False),
        Binding("down", "scroll(1)", "down", show=False),
        Binding("pageup", "scroll(-5)", "up", show=False),
        Binding("pagedown", "scroll(5)", "down", show=False),
        Binding("enter", "accept", "Do it", show=False),
    ]

    def __init__(
        self, title: str, find: Callable[[], Operation], looking: Steps | None = None
    ) -> None:
        """`looking` is told while `find` takes them; who leaves cancels them."""
        super().__init__(title, "It is being looked at", find)
        self._looking = looking
        self.operation: Operation | None = None
        self._pane = TextPane(id="operation")
        self._scroll = VerticalScroll(self._pane, can_focus=False, id="operation-list")
        self._input = Input(compact=True, select_on_focus=False, id="typed-name")
        self._input.cursor_blink = False
        self._label, self._says = TextPane(id="typed-label"), TextPane(id="typed-says")
        self._option: YesNoBox | None = None

    @property
    def option(self) -> bool:
        """Whether the operation's is taken."""
        return self._option is not None and self._option.value

    def on_mount(self) -> None:
        """Says how far `find` is."""
        if self._looking:
            self.set_interval(_EVERY, self._show_looking)

    def action_leave(self) -> None:
        """Nobody wants to know any more."""
        if self._looking:
            self._looking.cancel()
        super().action_leave()

    def contents(self, found: Operation) -> Iterable[Widget] | None:
        """The list, the name, the keys."""
        self.operation = found
        self._pane.show(found.lines)
        keys = TextPane(classes="dialog-keys")
        keys.show([line(_KEYS.format(found.verb) if found.do else _CLOSES, Tone.DIM)])
        self._option = YesNoBox(found.option) if found.option else None
        if not found.name:
            return (self._scroll, *([self._option] if self._option else []), keys)
        self._label.show([line(f"Type {found.shown_name}", Tone.STRONG)])
        self._says.display = False
        return (self._scroll, self._label, self._input, self._says, keys)

    def begin(self) -> None:
        """The keys belong to the name, where there is one to type."""
        if self.operation and self.operation.name:
            self._input.focus()
        elif self._option:
            self._option.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said of another name is over."""
        event.stop()
        self._says.display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Only the whole name counts."""
        event.stop()
        if self.operation and self.operation.is_meant_by(event.value):
            self.dismiss(True)
            return
        self._says.show([line(_OTHER, Tone.WARN)])
        self._says.display = True

    def action_accept(self) -> None:
        """Where no name has to be typed."""
        if self.operation and self.operation.do and not self.operation.name:
            self.dismiss(True)

    def _show_looking(self) -> None:
        if self._looking and not self.operation:
            told = f"{self._looking.describe()}{self._looking.share()} …"
            self._waiting.show([line(told), line("esc stops", Tone.DIM)])

    def action_scroll(self, lines: int) -> None:
        """Through a long list."""
        self._scroll.scroll_relative(y=lines, animate=False)
