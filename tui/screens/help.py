"""The keys of one screen, made from its bindings, and what the signs mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.widgets.cells import Tone
from tui.widgets.keys import ANYWHERE, bind, in_order, written
from tui.widgets.panes import Line, TextPane, hanging, line
from tui.wording.action_keys import keyed
from tui.wording.signs import A_RUN, ACTIVITY_SIGNS, DOWNLOADING, RUN_SIGNS, TRANSFER_SIGNS, Sign

_KEY_WIDTH = 11
_SIGN_WIDTH = 12
_COLUMN = 37
"""Cells of each of the two columns."""


@dataclass(frozen=True)
class KeyLine:
    """The keys of one action, what it does, and whether it does anything here and now."""

    group: str
    keys: tuple[str, ...]
    text: str
    works: bool = True


def key_lines(bindings: Iterable[ActiveBinding]) -> Sequence[KeyLine]:
    """One line for each thing that can be done, in the order of the bindings."""
    lines: dict[tuple[str, str], KeyLine] = {}
    for active in in_order(bindings):
        binding = active.binding
        if binding.group is None:
            continue
        group, text = binding.group.description, keyed(binding.tooltip or binding.description)
        known = lines.get((group, text))
        keys = (*(known.keys if known else ()), written(binding.key))
        works = active.enabled or (known is not None and known.works)
        lines[group, text] = KeyLine(group, keys, text, works)
    return list(lines.values())


class HelpScreen(ModalScreen[None]):
    """Closes on esc, q and the key that opened it; the filter first."""

    DEFAULT_CSS = """
        #help {
            width: 78;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 0 1;
            border: round $primary;
            border-title-color: $text-accent;
            border-subtitle-color: $foreground 60%;
            background: $surface;
            scrollbar-size-vertical: 1;
        }
        #help Horizontal {
            height: auto;
        }
        #help TextPane {
            width: 1fr;
            height: auto;
        }
        #help-filter {
            dock: top;
            height: 1;
        }
        HelpScreen.-one-column #help Horizontal {
            layout: vertical;
        }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-one-column"), (78, "-two-columns")]  # noqa: RUF012 - as declared by Textual
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("q", "dismiss", "Close", show=False),
        Binding("slash", "filter", "Filter", show=False),
        bind("help", "Close", action="dismiss", show=False, group=ANYWHERE),
    ]

    def __init__(self, title: str, keys: Sequence[KeyLine], signs: Sequence[Sign]) -> None:
        super().__init__()
        self._title = title
        self._keys = keys
        self._signs = signs
        self._filter = Input(compact=True, placeholder="filter", id="help-filter")
        self._filter.display = False
        self._filter.cursor_blink = False
        self._panes = TextPane(), TextPane()
        self._box = VerticalScroll(self._filter, Horizontal(*self._panes), id="help")

    def compose(self) -> ComposeResult:
        """Moving, what works everywhere and signs at the left; what this screen does at the right."""
        self._box.border_title = f"Help: {self._title}"
        self._box.border_subtitle = (
            "grey: not here and now; its key says why   / filter   esc close"
        )
        self._show("")
        yield self._box

    def on_mount(self) -> None:
        """Arrows scroll."""
        self._box.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """As you type."""
        self._show(event.value)
        for pane in self._panes:
            pane.refresh(layout=True)

    def on_input_submitted(self) -> None:
        """The filter stays, arrows scroll again."""
        self._box.focus()

    def action_filter(self) -> None:
        """Keys, what they do, and signs, as you type."""
        self._filter.display = True
        self._filter.focus()

    def action_back(self) -> None:
        """All again; then the screen below."""
        if not self._filter.display:
            self.dismiss()
            return
        self._filter.value, self._filter.display = "", False
        self._box.focus()

    def _show(self, needle: str) -> None:
        wanted = needle.lower().split()
        keys = [key for key in self._keys if _says(f"{' '.join(key.keys)} {key.text}", wanted)]
        signs = [s for s in self._signs if _says(f"{s.text} {keyed(s.meaning)}", wanted)]
        left = [
            *_lines(_MOVING, [key for key in keys if key.group in _MOVES]),
            *_lines(_EVERYWHERE, [key for key in keys if key.group in _ALWAYS]),
            *_section(_SIGNS, [_sign_line(sign) for sign in signs]),
        ]
        here = [key for group in _OF_HERE for key in keys if key.group == group]
        right = _lines(_HERE, here)
        nothing = [line(), line("Nothing here matches that.", Tone.DIM)]
        columns = (left, right) if left or right else (nothing, ())
        for pane, lines in zip(self._panes, columns, strict=True):
            pane.show(lines[1:])


_MOVING, _HERE, _EVERYWHERE, _SIGNS = "MOVING", "HERE", "EVERYWHERE", "SIGNS"
_MOVES, _ALWAYS = frozenset({"MOVE"}), frozenset({"ANYWHERE"})
_OF_HERE = ("DO", "FIND", "SELECT")
"""Groups of bindings."""


def _lines(title: str, keys: Sequence[KeyLine]) -> Sequence[Line]:
    return _section(title, [each for key in keys for each in _key_lines(key)])


def _section(title: str, lines: Sequence[Line]) -> Sequence[Line]:
    return [line(), line(title, Tone.STRONG), *lines] if lines else []


def _says(text: str, wanted: Sequence[str]) -> bool:
    return all(word in text.lower() for word in wanted)


def signs_of(mode: str) -> Sequence[Sign]:
    """The signs that a screen uses."""
    signs = {
        "watch": (*RUN_SIGNS.values(), A_RUN),
        "activity": tuple(ACTIVITY_SIGNS.values()),
        "transfers": (*TRANSFER_SIGNS.values(), DOWNLOADING),
    }
    return tuple(signs.get(mode, ()))


def _key_lines(key: KeyLine) -> Sequence[Line]:
    tones = (Tone.BUSY, Tone.PLAIN) if key.works else (Tone.DIM, Tone.DIM)
    keys = (f"{' '.join(key.keys):<{_KEY_WIDTH}}", tones[0])
    return hanging([keys], key.text, tones[1], _COLUMN)


def _sign_line(sign: Sign) -> Line:
    return [(f"{sign.text:<{_SIGN_WIDTH}}", sign.tone), (keyed(sign.meaning), Tone.PLAIN)]
