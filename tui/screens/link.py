"""How long a link is to work."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from core.model import Artifact
from core.ports.clock import Clock
from core.ports.presigned_url import LONGEST_LINK_SECONDS
from core.printable import printable
from core.stored.links import LINK_SECONDS
from tui.screens.dialog import Dialog
from tui.widgets.cells import Cell, Column, Tone
from tui.widgets.choices import ChoiceTable
from tui.widgets.panes import Line, TextPane, line
from tui.widgets.row_table import RowTable
from tui.wording.formatting import date_time, plural
from tui.wording.time_spans import seconds_of, span

_COLUMNS = (Column("WORKS FOR", 12), Column("UNTIL", 20, flexible=True))
_SPANS = (LINK_SECONDS, 24 * 3600, LONGEST_LINK_SECONDS)
_OWN = "own"
_WHOSE = "Whoever has it can download, without credentials."
_CHARGED = "What is fetched by it is charged to you: the bucket lets requesters pay."
_UNKNOWN_END = "It ends with your temporary credentials, if these end earlier."
_KEYS = "1-4 or enter copies   esc not now"
_OWN_KEYS = "enter copies   ↑ other times   esc not now"


@dataclass(frozen=True)
class Linkable:
    """What a link can lead to; none for a store that has no links that end.

    `credentials_end` is when those end that it would be signed with, as far as that is known;
    `temporary` ones do, in any case. What is fetched by a `charged` one is paid by who made it.
    """

    artifacts: Sequence[Artifact]
    ends: bool = True
    temporary: bool = False
    credentials_end: datetime | None = None
    charged: bool = False


class LinkScreen(Dialog[Linkable]):
    """Answers True when links to `artifacts` are to be made that work for `seconds`.

    Where no link ever ends it asks nothing.
    """

    BOX = "link"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("up", "spans", "other times", show=False)]

    def __init__(self, what: str, clock: Clock, find: Callable[[], Linkable]) -> None:
        super().__init__(f"Link to {what}", "Looking for what is stored", find)
        self.artifacts: Sequence[Artifact] = ()
        self.seconds = LINK_SECONDS
        self._clock = clock
        self._end: datetime | None = None
        self._table = ChoiceTable(_COLUMNS, id="link-spans")
        self._input = Input(
            compact=True, placeholder="36h, 90m, 2d", select_on_focus=False, id="link-span"
        )
        self._input.cursor_blink = False
        label = TextPane(classes="dialog-label")
        label.show([line("For", Tone.STRONG)])
        self._own = Horizontal(label, self._input, classes="dialog-row")
        self._says, self._keys = TextPane(id="link-says"), TextPane(classes="dialog-keys")

    def contents(self, found: Linkable) -> Iterable[Widget] | None:
        """Who it is for, until when it may work, what may end it earlier."""
        self.artifacts, self._end = found.artifacts, found.credentials_end
        if not found.ends or not found.artifacts:
            return None
        head = TextPane()
        is_vague = found.temporary and found.credentials_end is None
        warnings = ((is_vague, _UNKNOWN_END), (found.charged, _CHARGED))
        warned = [line(text, Tone.WARN) for holds, text in warnings if holds]
        head.show([*self._what(), line(_WHOSE), *warned])
        self._own.display = False
        self._show()
        return (head, self._table, self._own, self._says, self._keys)

    def begin(self) -> None:
        """The shortest is under the cursor; what is shown grows older with the clock."""
        self._table.focus()
        self.set_interval(1.0, self._show)

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """That long; or the keys go to what is typed."""
        message.stop()
        if message.key != _OWN:
            self._choose(int(message.key))
            return
        self._own.display = True
        self._input.focus()
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """As you type."""
        event.stop()
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter; what cannot be is said already."""
        event.stop()
        seconds = seconds_of(self._typed)
        if seconds and not _why_not(self._typed):
            self._choose(seconds)

    def action_spans(self) -> None:
        """Back to the list."""
        self._own.display = False
        self._table.focus()
        self._show()

    @property
    def _typed(self) -> str:
        return self._input.value.strip()

    def _choose(self, seconds: int) -> None:
        self.seconds = seconds
        self.dismiss(True)

    def _what(self) -> Sequence[Line]:
        if len(self.artifacts) == 1:
            return [line(printable(self.artifacts[0].key.rpartition("/")[2]), Tone.STRONG)]
        return [line(f"{plural(len(self.artifacts), 'link')}, one a line", Tone.STRONG)]

    def _show(self) -> None:
        spans = [(str(s), (Cell(span(s)), Cell(self._until(s), Tone.DIM))) for s in _SPANS]
        own = (Cell("another time"), Cell("at most 7 days", Tone.DIM))
        self._table.offer([*spans, (_OWN, own)])
        self._keys.show([line(_OWN_KEYS if self._own.display else _KEYS, Tone.DIM)])
        self._says.display = self._own.display and bool(self._typed)
        if self._says.display:
            trouble, seconds = _why_not(self._typed), seconds_of(self._typed) or 0
            says = line(trouble, Tone.WARN) if trouble else line(f"until {self._until(seconds)}")
            self._says.show([says])

    def _until(self, seconds: int) -> str:
        end = self._clock.now() + timedelta(seconds=seconds)
        if self._end and self._end < end:
            return f"{date_time(self._end)}, when your credentials end"
        return date_time(end)


def _why_not(typed: str) -> str:
    seconds = seconds_of(typed)
    if seconds is None:
        return f"{printable(typed)} is no time: 36h, 90m, 2d"
    if not seconds:
        return "A link works for a second at least"
    return "S3 accepts no link for longer than 7 days" if seconds > LONGEST_LINK_SECONDS else ""
