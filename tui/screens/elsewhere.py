"""A key that means nothing on a screen: where it does, or where the keys are listed."""

from collections.abc import Iterator

from textual.binding import Binding

from tui.widgets.keys import written
from tui.widgets.tab_bar import TABS


def why_nothing_happens(key: str) -> str:
    """As in "x works in 3 Transfers: give this one up"; every screen where it works is named."""
    if found := "; ".join(_found(key)):
        return f"{written(key)} works in {found}"
    return f"{written(key)} does nothing here: ? shows the keys that do"


def _found(key: str) -> Iterator[str]:
    # Imported when it is first asked for: these screens are made on top of what asks.
    from tui.screens.browse import BrowseScreen
    from tui.screens.transfers import TransfersScreen
    from tui.screens.watch import WatchScreen

    titles = {mode: f"{number} {title}" for number, mode, title in TABS}
    for screen in (WatchScreen, BrowseScreen, TransfersScreen):
        bound = (b for b in screen.BINDINGS if isinstance(b, Binding) and key in b.key.split(","))
        if binding := next(bound, None):
            yield f"{titles[screen.MODE]}: {binding.tooltip or binding.description}"
