"""A key that means nothing on a screen: where it does, or where the keys are listed."""

from collections.abc import Iterable, Iterator

from textual.binding import Binding

from tui.screens.mode_screen import ModeScreen
from tui.widgets.keys import written

Titled = tuple[str, type[ModeScreen]]


def why_nothing_happens(key: str, character: str, screens: Iterable[Titled]) -> str:
    """As in "x works in 3 Transfers: give this one up"; every screen where it works is named."""
    name = written(key) if character.isspace() else character
    if found := "; ".join(_found(key, screens)):
        return f"{name} works in {found}"
    return f"{name} does nothing here: ? shows the keys that do"


def _found(key: str, screens: Iterable[Titled]) -> Iterator[str]:
    for title, screen in screens:
        bound = (b for b in screen.BINDINGS if isinstance(b, Binding) and key in b.key.split(","))
        if binding := next(bound, None):
            yield f"{title}: {binding.tooltip or binding.description}"
