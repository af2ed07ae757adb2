"""What the main screens have in common, and how one is left for a place on another."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.signal import Signal
from textual.widget import Widget

from core.errors import Failure
from core.events import Event
from core.model import Job
from core.ports.journal.activity import ActivityKind
from core.printable import harmless
from core.redaction import redact
from core.transfer_view import TransferView
from tui.background import in_background
from tui.bridge import post
from tui.history import Spot
from tui.screens.confirm import ConfirmScreen
from tui.screens.dialog import Dialog, put_on_top
from tui.screens.subject import Subject
from tui.services import AppServices
from tui.toasts import at_top, what_is_read
from tui.widgets.cells import Tone
from tui.widgets.key_bar import KeyBar
from tui.widgets.keys import Explained
from tui.widgets.panes import HintPane, Line, line, refusal_lines
from tui.widgets.tab_bar import Place, TabBar
from tui.wording.formatting import clock_time
from tui.wording.notices import TOAST_SECONDS, Notice, Severity
from tui.wording.transfers import summarize

_LOOKS_PER_SECOND = 4
_ELSEWHERE = 4
"""So many looks are one while the terminal has not the focus."""
_SMALLEST = (60, 16)
_STATUS_LINES = 2
"""What travels, and the keys."""
_TOP_LINES = 2
"""Tabs, and where one is."""
_OFFLINE = " ○ The store has not answered since {}; transfers wait"


class RunChosen(Message):
    """Go to a run on the Watch screen."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class JobChosen(Message):
    """Go to a job on the Browse screen, to what is stored of one `run`, to one of its artifacts by its `key`."""

    def __init__(self, job: Job, run: str = "", key: str = "") -> None:
        super().__init__()
        self.job = job
        self.run = run
        self.key = key


class ModeChosen(Message):
    """Go to one of the main screens."""

    def __init__(self, mode: str) -> None:
        super().__init__()
        self.mode = mode


class TransferChosen(Message):
    """Go to the newest transfer of a run on the Transfers screen."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.subject = subject


class PlaceSeen(Message):
    """One is somewhere else by now."""


class UnboundKey(Message):
    """A key that means nothing on the screen."""

    def __init__(self, key: str, character: str) -> None:
        super().__init__()
        self.key = key
        self.character = character


class TooSmall(Widget):
    """The refusal names both sizes."""

    def render(self) -> Content:
        """As in "needs 60x16, is 52x14"."""
        width, height = _SMALLEST
        return Content(f"needs {width}x{height}, is {self.size.width}x{self.size.height}")


class ModeScreen(Explained, Screen[None]):
    """Tabs, a body, keys. Looks at core four times a second while it is seen, also behind a dialog.

    Once a second is enough while the user looks elsewhere.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as declared by Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-low"), (20, "-tall")]  # noqa: RUF012 - as declared by Textual
    MODE: ClassVar[str] = ""

    class WorkDone(Message):
        """What was done in the background, in words."""

        def __init__(self, notices: Sequence[Notice]) -> None:
            super().__init__()
            self.notices = notices

    def __init__(self, services: AppServices, events: Signal[Event], mode: str = "") -> None:
        """`mode` is that of the tab that it belongs to, where it is not always the same."""
        super().__init__()
        self.mode = mode or self.MODE
        self.services = services
        self._core_events = events
        self._hints = HintPane(id="hints")
        self._spot: Spot | None = None
        self._ticks = 0
        self._hinted: Sequence[Line] = ()
        place = Place(services.profile, services.store_location, services.read_only)
        self._tabs = TabBar(self.mode, place)

    def compose(self) -> ComposeResult:
        """The body is the subclass's."""
        yield TooSmall(id="too-small")
        yield self._tabs
        with Vertical(id="body"):
            yield from self.compose_body()
            yield self._hints
        yield KeyBar()

    def compose_body(self) -> Iterable[Widget]:
        """Everything between tabs and keys."""
        return ()

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """Shows what is true now; called four times a second."""

    def hints(self) -> Sequence[Line]:
        """What is not as usual, and stays so."""
        lines: list[Line] = []
        if agent := self.services.transfers.agent:
            lines.append(line(f" Uploads are handed over to {agent.describe()}", Tone.DIM))
        state = self.services.store_state()
        if state.outage:
            lines.append(line(_OFFLINE.format(clock_time(state.outage.since)), Tone.WARN))
        elif state.waits:
            lines.append(line(f" ◌ {state.waits[0].upper()}{state.waits[1:]}", Tone.WARN))
        elif state.refusal:
            lines += refusal_lines(state.refusal, self.size.width)
        return lines

    def subject(self) -> Subject | None:
        """The run that the user put the cursor on, or came here for; None when nobody chose one."""
        return None

    def follow(self, subject: Subject | None) -> str:
        """Shows a run that another screen was left for; else says why there is nothing of it here."""
        return ""

    def take(self, event: Event) -> None:
        """Something happened in core; called on the UI thread, up to thousands of times a second."""

    def on_mount(self) -> None:
        """Starts to look."""
        self._core_events.subscribe(self, self.take, immediate=True)
        self.set_interval(1 / _LOOKS_PER_SECOND, self.tick)

    def on_key(self, event: Key) -> None:
        """A key that nothing here is bound to may mean something elsewhere."""
        letter = event.character is not None and event.is_printable
        if letter and event.key not in self.active_bindings:
            self.post_message(UnboundKey(event.key, event.character or ""))

    def on_screen_resume(self) -> None:
        """On top again."""
        self._spot = None
        self.call_after_refresh(self.look_now)

    def tick(self) -> None:
        """Time for a look; nobody minds a later one of a terminal without the focus."""
        self._ticks += 1
        if self.app.app_focus or self._ticks % _ELSEWHERE == 0:  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
            self.look_now()

    def look_now(self) -> None:
        """One look, now; none while nothing of it is seen."""
        if not self.is_mounted or not self.is_current:
            return
        transfers = self.services.transfers.views()
        self._hinted = self.hints()
        self._hints.show_hints(self._hinted)
        self.place_toasts()
        self._tabs.show(
            summarize(transfers),
            store=self.services.store_state(),
            limited=self.services.transfers.limit,
            errors=self.services.activity.unseen_errors,
        )
        self.look(transfers)
        if (spot := self.spot()) != self._spot:
            self._spot = spot
            self.post_message(PlaceSeen())

    def spot(self) -> Spot | None:
        """The place that this is, to come back to; None for what is opened for the moment."""
        return Spot(self.mode)

    def return_to(self, spot: Spot) -> str:
        """Shows it again; else says why it cannot be shown."""
        return ""

    def place_toasts(self) -> None:
        """Above what stands at the bottom, or below what stands at the top when that is where one reads."""
        on_top = self.app.screen  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        below = _STATUS_LINES + len(self._hinted)
        for rack in on_top.query("ToastRack"):
            lines = max(len(rack.children), rack.virtual_size.height)
            is_high = at_top(what_is_read(on_top), on_top.size, lines, _TOP_LINES, below)
            rack.styles.dock = "top" if is_high else "bottom"
            rack.styles.margin = (_TOP_LINES, 0, 0, 0) if is_high else (0, 0, below, 0)

    def work(self, name: str, act: Callable[[], Sequence[Notice]]) -> None:
        """Acts on another thread: the queue and the catalog write to disk. Then says what came of it."""

        def failed(failure: Failure) -> None:
            self.services.activity.failed(ActivityKind.COMMAND, name, failure)
            post(self, self.WorkDone([notice_of(failure)]))

        in_background(name, act, lambda notices: post(self, self.WorkDone(notices)), failed)

    def on_mode_screen_work_done(self, message: WorkDone) -> None:
        """Says it, and shows what changed."""
        self.say(message.notices)

    def say(self, notices: Iterable[Notice]) -> None:
        """Says what was done, and shows what changed."""
        for notice in notices:
            self.toast(notice.text, notice.severity)
        self.look_now()

    def open(self, dialog: ModalScreen[bool], then: Callable[[], None]) -> None:
        """Puts it on top at once, so that no key goes past it; calls `then` after a yes."""

        def act_if(answer: bool) -> None:
            if answer:
                then()
            elif isinstance(dialog, Dialog) and dialog.failure:
                self.services.activity.failed(ActivityKind.COMMAND, "the app", dialog.failure)
                self.say([notice_of(dialog.failure)])

        put_on_top(self, dialog, act_if)

    def confirm(self, question: Sequence[Line], yes: str, act: Callable[[], None]) -> None:
        """Asks at once; calls `act` when the user insists."""
        self.open(ConfirmScreen(question, yes=yes, no="No"), act)

    def toast(self, text: str, severity: Severity = "information") -> None:
        """Literal, redacted, one line."""
        self.notify(
            redact(harmless(text)),
            severity=severity,
            timeout=TOAST_SECONDS[severity],
            markup=False,
        )


def notice_of(failure: Failure) -> Notice:
    """What went wrong, and what to do about it."""
    return Notice(" ".join(part for part in (failure.what, failure.todo) if part), "error")
