"""A chart of several runs with what is said of them below it: read in the background, by variable."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.errors import Failure, TransferCancelledError
from core.events import Event
from core.printable import printable
from core.transfer_view import TransferView
from tui.background import in_background
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.history import Spot
from tui.screens.mode_screen import ModeScreen
from tui.screens.variables import choose_variable
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.chart_view import ChartView
from tui.widgets.keys import DO, SELECT, bind
from tui.widgets.layers import Layer
from tui.widgets.panes import ErrorPane, Line, TextPane, failure_text, line
from tui.wording.action_keys import key, keyed
from tui.wording.formatting import headline

T = TypeVar("T")

COMPARISON_KEYS: Sequence[BindingType] = (
    bind(
        "previous_curve",
        "",
        action="variable(-1)",
        show=False,
        group=DO,
        tooltip="previous variable",
    ),
    bind("next_curve", "Variable", action="variable(1)", group=DO, tooltip="next variable"),
    bind(
        "curves", "Variables", action="variables", show=False, group=DO, tooltip="list of variables"
    ),
    bind("read_again", "Read again", show=False, group=DO, tooltip="read it again"),
    bind("retry", "Retry", show=False, group=DO, tooltip="try again after an error"),
    bind("copy", "Copy error", show=False, group=DO, tooltip="copy the error"),
    bind("back", "Back", group=SELECT),
)


class ComparisonScreen(ModeScreen, Generic[T]):
    """What was read stays until another variable is there; closing ends the reading."""

    DEFAULT_CSS = """
        #compared-head, #compared-legend {
            height: 1;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        #compared-head {
            background: $surface;
        }
        #compared-chart {
            height: 1fr;
            min-height: 6;
        }
        #compared-numbers {
            height: 5;
            text-wrap: nowrap;
            text-overflow: ellipsis;
            border-top: solid $surface-lighten-2;
        }
        #compared {
            height: 40%;
            border-top: solid $surface-lighten-2;
        }
        #compared-runs, #compared-differing {
            width: 3fr;
            height: 1fr;
        }
        #compared-about, #compared-lines {
            width: 2fr;
            height: 1fr;
            border-left: solid $surface-lighten-2;
        }
        ComparisonScreen.-narrow #compared-about {
            display: none;
        }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as declared by Textual
    AUTO_FOCUS = ""
    NO_CURVE: ClassVar[str] = "None of them has a curve that is known"

    class Compared(Message):
        """What was found, or why nothing was; of the variable that was asked for."""

        def __init__(self, variable: str, found: object, failure: Failure | None = None) -> None:
            super().__init__()
            self.variable = variable
            self.found = found
            self.failure = failure

    def __init__(
        self, services: AppServices, events: Signal[Event], mode: str, crumbs: Sequence[str]
    ) -> None:
        """`mode` is the main screen that it is opened from; `crumbs` are printable."""
        super().__init__(services, events, mode)
        self._way = crumbs
        self._crumbs = TextPane(id="crumbs")
        self._head = TextPane(id="compared-head")
        self._chart = ChartView(id="compared-chart")
        self._error = ErrorPane(id="error")
        self._failure: Failure | None = None
        self._wanted = ""
        self._is_reading = self._is_closed = False
        self._read_so_far = 0
        self.found: T | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Where one is, the chart, and what is said below it."""
        yield self._crumbs
        yield self._head
        yield self._chart
        yield from self.compose_below()
        yield self._error

    @abstractmethod
    def compose_below(self) -> Iterable[Widget]:
        """Below the chart."""

    @abstractmethod
    def read(self, variable: str) -> T:
        """On a thread of its own; `variable` is empty for the first one. Raises RunFerryError."""

    @abstractmethod
    def show(self, found: T) -> Sequence[Layer]:
        """Shows all but the chart, which is returned."""

    @abstractmethod
    def variables(self, found: T) -> tuple[str, Sequence[str]]:
        """The one that is shown, and all that there are."""

    @abstractmethod
    def describe(self, found: T) -> Line:
        """Of the line above the chart what comes behind the variable."""

    def on_mount(self) -> None:
        """Begins to read."""
        self._begin("")

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._is_closed = True

    def spot(self) -> Spot | None:
        """Opened for the moment."""
        return None

    def counted(self, count: int) -> None:
        """So many runs were read; on any thread. Raises TransferCancelledError when nobody waits."""
        self._read_so_far = count
        if self._is_closed:
            raise TransferCancelledError("Nobody waits for it any more.")

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """How far it is."""
        self._crumbs.show([self._where()])
        self._head.show([self._heading()])
        self._error.display = self._failure is not None
        if self._failure:
            keys = keyed("{retry} retry   {copy} copy this text   {back} back")
            self._error.show_failure("They could not be compared", self._failure, keys)
        self.refresh_bindings()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs a variable, or an error."""
        match action:
            case "variable":
                return "" if self._other(parameters[0]) else "There is no other variable there"
            case "variables":
                there = self.variables(self.found)[1] if self.found is not None else ()
                return "" if len(there) > 1 else "There is no other variable there"
            case "read_again":
                return "It is being read" if self._is_reading else ""
            case "retry" | "copy":
                return "" if self._failure else "Nothing failed"
            case _:
                return super().why_not(action, parameters)

    def action_variable(self, step: int) -> None:
        """The next or previous one."""
        if other := self._other(step):
            self._begin(other)

    def action_variables(self) -> None:
        """Asks for one of them."""
        if self.found is not None:
            shown, there = self.variables(self.found)
            choose_variable(self, there, self._wanted or shown, self._begin)

    def action_read_again(self) -> None:
        """What was written since counts, too."""
        self.toast("Reading it again")
        self._begin(self._wanted)

    def action_retry(self) -> None:
        """After an error."""
        self._begin(self._wanted)

    def action_copy(self) -> None:
        """The error."""
        if self._failure:
            self.post_message(CopyRequested(failure_text("Compare", self._failure), "error text"))

    def action_back(self) -> None:
        """To where it was opened."""
        self.dismiss()

    def on_comparison_screen_compared(self, message: Compared) -> None:
        """Shows it, unless another variable was asked for since."""
        if message.variable != self._wanted:
            self._begin_reading()
            return
        self._is_reading, self._failure = False, message.failure
        if message.failure is None:
            self._take(message.found)  # pyright: ignore[reportArgumentType] - what `read` returned
        self.look_now()

    def _take(self, found: T) -> None:
        self.found = found
        layers = self.show(found)
        self._chart.display = bool(layers)
        self._chart.draw_layers(layers)

    def _begin(self, variable: str) -> None:
        """One reading at a time: the last one that was asked for is read after it."""
        self._wanted, self._failure = variable, None
        if not self._is_reading:
            self._begin_reading()
        self.look_now()

    def _begin_reading(self) -> None:
        variable, self._is_reading, self._read_so_far = self._wanted, True, 0
        in_background(
            "compare",
            partial(self.read, variable),
            lambda found: post(self, self.Compared(variable, found)),
            lambda failure: post(self, self.Compared(variable, None, failure)),
        )

    def _other(self, step: object) -> str:
        """The variable beside the one that was asked for last; empty where there is none."""
        if self.found is None or not isinstance(step, int):
            return ""
        shown, there = self.variables(self.found)
        now = self._wanted or shown
        at = there.index(now) + step if now in there else -1
        return there[at] if 0 <= at < len(there) else ""

    def _heading(self) -> Line:
        if self.found is None:
            read = f"{self._read_so_far} of them are read" if self._read_so_far else "reading …"
            return line(f" {read}, {key('back')} stops" if self._is_reading else "", Tone.BUSY)
        shown, there = self.variables(self.found)
        if not shown:
            return line(f" {self.NO_CURVE}", Tone.WARN)
        comes = f"   {printable(self._wanted)} is being read …" if self._is_reading else ""
        at = f"   variable {there.index(shown) + 1} of {len(there)}" if len(there) > 1 else ""
        return [
            (f" {printable(shown)}", Tone.STRONG),
            *self.describe(self.found),
            (comes or at, Tone.BUSY if comes else Tone.DIM),
        ]

    def _where(self) -> Line:
        text = headline(" › ".join(self._way), max(0, self._crumbs.size.width - 2))
        return line(f" {text}")
