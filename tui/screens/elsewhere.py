"""A key that means nothing on a screen: where it does, or where the keys are listed."""

from collections.abc import Iterable, Iterator

from textual.binding import Binding

from tui.screens.mode_screen import ModeScreen
from tui.widgets.keys import keys_now, written
from tui.wording.action_keys import key, keyed

Titled = tuple[str, type[ModeScreen]]


def why_nothing_happens(pressed: str, character: str, screens: Iterable[Titled]) -> str:
    """As in "x works in 3 Transfers: give this one up"; every screen where it works is named."""
    name = written(pressed) if character.isspace() else character
    if found := "; ".join(_found(pressed, screens)):
        return f"{name} works in {found}"
    return f"{name} does nothing here: {key('help')} shows the keys that do"


def _found(pressed: str, screens: Iterable[Titled]) -> Iterator[str]:
    for title, screen in screens:
        bound = (b for b in screen.BINDINGS if isinstance(b, Binding) and pressed in keys_now(b))
        if binding := next(bound, None):
            yield f"{title}: {keyed(binding.tooltip or binding.description)}"
