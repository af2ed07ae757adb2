"""The first line of every screen: where you are, what needs you, where things go."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from core.printable import harmless
from core.queue.store_state import StoreCondition, StoreState
from tui.modes import MODES, Mode
from tui.wording.action_keys import key
from tui.wording.formatting import headline, limit
from tui.wording.store import store_sign, store_word
from tui.wording.transfers import TransferSummary

_NAME = " runferry "
_WIDE = 100
_READ_ONLY = "read-only "
_LEAST_LOCATION = 8
_SIGN = 2
"""Cells that tell whether the store answers."""
_ACTIVE, _ACTIVE_ANSI = "bold $text on $primary-muted", "bold reverse"
_ERRORS, _OF_ERRORS = "bold $text-error", "activity"
_QUIET, _WARNING = "$foreground 60%", "$text-warning"
_AS_USUAL = frozenset({StoreCondition.OK, StoreCondition.NOT_ASKED, StoreCondition.SYNCING})


@dataclass(frozen=True)
class Place:
    """The store in use, and whether anything can be changed from here."""

    profile: str
    location: str
    read_only: bool = False


class TabBar(Widget):
    """Clickable tabs with counters of active and failed transfers."""

    ALLOW_SELECT = False

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, active: str, place: Place) -> None:
        super().__init__()
        self._active = active
        self._place = place
        self._counts: tuple[str, int] = ("", 0)
        self._limit = 0
        self._errors = 0
        self._sign: tuple[str, str, str] = ("", "", "")

    def show(
        self,
        summary: TransferSummary,
        *,
        store: StoreState,
        limited: int | None,
        errors: int = 0,
    ) -> None:
        """Repaints when a counter changed, what the store does, or the limit.

        `errors` came since Activity was looked at.
        """
        counts = ("".join(f"{sign}{n} " for sign, n in summary.ways), summary.failed)
        per_second = limited or 0
        style = _QUIET if store.condition in _AS_USUAL else _WARNING
        sign = (store_sign(store), store_word(store), style)
        shown = (self._counts, self._sign, self._limit, self._errors)
        if (counts, sign, per_second, errors) != shown:
            self._counts, self._sign, self._limit = counts, sign, per_second
            self._errors = errors
            self.refresh()

    def render(self) -> Content:
        """Name, tabs, counters; the store at the right."""
        parts: list[tuple[str, str]] = [(self._program(), "bold $text-accent")]
        active = _ACTIVE_ANSI if self.app.current_theme.ansi else _ACTIVE  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        for mode, text in self._titles():
            told = _ERRORS if self._mark(mode) else ""
            parts.append((text, active if mode.name == self._active else told))
        parts += self._counters()
        left = Content.assemble(*parts)
        left += self._limit_text(self.size.width - left.cell_length)
        return Content.assemble(left, self._store(self.size.width - left.cell_length))

    def on_click(self, event: events.Click) -> None:
        """Switches to the tab under the pointer."""
        at = cell_len(self._program())
        for mode, text in self._titles():
            end = at + len(text)
            if at <= event.x < end:
                self.post_message(self.Chosen(mode.name))
            at = end

    def _program(self) -> str:
        """What needs the user is worth more than the name of the program."""
        titles = sum(len(text) for _, text in self._titles())
        return _NAME if titles + self._told(0) <= self.size.width - len(_NAME) else " "

    def _titles(self) -> Sequence[tuple[Mode, str]]:
        """Where there is not room for all, the others are their keys alone."""
        whole = [(m, f" {key(m.name)} {' '.join((m.title, *self._mark(m)))} ") for m in MODES]
        if sum(len(text) for _, text in whole) + self._told(1) < self.size.width:
            return whole
        short = {m: f" {' '.join((key(m.name), *self._mark(m)))} " for m in MODES}
        return [(m, text if m.name == self._active else short[m]) for m, text in whole]

    def _mark(self, mode: Mode) -> Sequence[str]:
        """How many errors are to be looked at there, if any are."""
        return (f"!{self._errors}",) if self._errors and mode.name == _OF_ERRORS else ()

    def _told(self, form: int) -> int:
        """Cells that it takes to say what needs the user, the limit in this form, and what the store does."""
        sign, word, _ = self._sign
        limited = cell_len(_limit_forms(self._limit)[form]) if self._limit else 0
        counters = sum(cell_len(text) for text, _ in self._counters())
        return counters + limited + max(_SIGN, cell_len(f"{sign} {word} ") if word else 0)

    def _counters(self) -> list[tuple[str, str]]:
        travelling, failed = self._counts
        shown = [(_READ_ONLY, _WARNING)] if self._place.read_only else []
        shown += [(travelling, "$text-primary")] if travelling else []
        return shown + ([(f"!{failed} ", "bold $text-error")] if failed else [])

    def _limit_text(self, room: int) -> Content:
        """Nobody should wonder why everything is slow."""
        if not self._limit:
            return Content("")
        forms = _limit_forms(self._limit)
        fitting = (form for form in forms if cell_len(form) <= room - _SIGN)
        return Content.styled(next(fitting, forms[-1]), _WARNING)

    def _store(self, room: int) -> Content:
        wide = self.size.width >= _WIDE
        profile = harmless(f"profile {self._place.profile}" if wide else self._place.profile)
        sign, word, style = self._sign
        told = f"{sign} {word}" if word else sign
        taken = cell_len(profile) + len(told) + 5
        location = _end_of(harmless(self._place.location), room - taken)
        # Where there is no room, whether the store answers is worth more than its name.
        short = f"{told} " if len(told) < room else f"{sign} "
        text = f"{profile}  {told} {location} " if location else f"{profile}  {told} "
        text = text if taken <= room else short
        pad = " " * max(0, room - cell_len(text))
        return Content.assemble(pad, (text, style))


def _end_of(location: str, room: int) -> str:
    """Nothing rather than a few letters."""
    shown = headline(location, max(0, room))
    return shown if len(shown) >= min(_LEAST_LOCATION, len(location)) else ""


def _limit_forms(per_second: int) -> Sequence[str]:
    """The longest first."""
    words = limit(per_second)
    return f"limit {words} ", f"≤{words} ", f"≤{words.replace(' ', '').removesuffix('B/s')} "
