"""The keys of one screen, made from its bindings, and what the signs mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen

from tui.widgets.cells import Tone
from tui.widgets.keys import in_order, written
from tui.widgets.panes import Line, TextPane, line
from tui.wording.action_keys import keyed
from tui.wording.signs import A_RUN, ACTIVITY_SIGNS, DOWNLOADING, RUN_SIGNS, TRANSFER_SIGNS, Sign

_KEY_WIDTH = 11
_SIGN_WIDTH = 12


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
    """Closes on esc, ? and q."""

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
        HelpScreen.-one-column #help Horizontal {
            layout: vertical;
        }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-one-column"), (78, "-two-columns")]  # noqa: RUF012 - as declared by Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "dismiss", "Close", show=False),
    ]

    def __init__(self, title: str, keys: Sequence[KeyLine], signs: Sequence[Sign]) -> None:
        super().__init__()
        self._title = title
        self._keys = keys
        self._signs = signs

    def compose(self) -> ComposeResult:
        """Moving, finding and signs at the left, doing at the right."""
        left = [*self._group("MOVE"), *self._group("FIND"), *self._legend()]
        right = [*self._group("DO"), *self._group("SELECT"), *self._group("ANYWHERE")]
        with VerticalScroll(id="help") as box:
            box.border_title = f"Help: {self._title}"
            box.border_subtitle = "grey: not here and now; its key says why    esc close"
            with Horizontal():
                for lines in (left, right):
                    pane = TextPane()
                    pane.show(lines[1:])
                    yield pane

    def _group(self, name: str) -> Sequence[Line]:
        lines = [_key_line(key) for key in self._keys if key.group == name]
        return [line(), line(name, Tone.STRONG), *lines] if lines else []

    def _legend(self) -> Sequence[Line]:
        if not self._signs:
            return []
        return [line(), line("SIGNS", Tone.STRONG), *map(_sign_line, self._signs)]


def signs_of(mode: str) -> Sequence[Sign]:
    """The signs that a screen uses."""
    signs = {
        "watch": (*RUN_SIGNS.values(), A_RUN),
        "activity": tuple(ACTIVITY_SIGNS.values()),
        "transfers": (*TRANSFER_SIGNS.values(), DOWNLOADING),
    }
    return tuple(signs.get(mode, ()))


def _key_line(key: KeyLine) -> Line:
    tones = (Tone.BUSY, Tone.PLAIN) if key.works else (Tone.DIM, Tone.DIM)
    return [(f"{' '.join(key.keys):<{_KEY_WIDTH}}", tones[0]), (key.text, tones[1])]


def _sign_line(sign: Sign) -> Line:
    return [(f"{sign.text:<{_SIGN_WIDTH}}", sign.tone), (keyed(sign.meaning), Tone.PLAIN)]
