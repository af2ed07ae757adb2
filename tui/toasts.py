"""Toasts: few, each once, and where nobody reads or types."""

import re
from collections.abc import Sequence
from typing import Any

from textual.geometry import Region, Size
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from tui.widgets.row_table import RowTable

MOST = 3
_AGAIN = re.compile(r" \((\d+)x\)$")
_WIDEST = 72
"""Cells of one, with its border."""


def with_news(up: Sequence[str], news: str) -> tuple[str, Sequence[int]]:
    """What to say of `news` beside the toasts that are up, oldest first, and which of these go.

    What is said again takes the place of itself, as in "No rows are marked (3x)".
    """
    alike = [number for number, text in enumerate(up) if _AGAIN.sub("", text) == news]
    count = 1 + sum(_count(up[number]) for number in alike)
    others = [number for number in range(len(up)) if number not in alike]
    too_many = others[: max(0, len(others) + 1 - MOST)]
    return (f"{news} ({count}x)" if alike else news), [*alike, *too_many]


def _count(text: str) -> int:
    again = _AGAIN.search(text)
    return int(again[1]) if again else 1


def what_is_read(screen: Screen[Any]) -> Region:
    """The dialog, the field that is typed into, or the row under the cursor; nothing of other screens."""
    if isinstance(screen, ModalScreen):
        boxes = (box.region for box in screen.children if not box.has_class("-textual-system"))
        return Region.from_union([*boxes] or [Region()])
    focused = screen.focused
    if isinstance(focused, RowTable):
        return focused.cursor_region
    return focused.region if isinstance(focused, Input) else Region()


def at_top(read: Region, screen: Size, lines: int, above: int, below: int) -> bool:
    """Whether so many lines of toasts go to the top, as at the bottom they would cover what is read.

    `above` and `below` lines stay free.
    """
    width = min(_WIDEST, screen.width)
    lower = Region(screen.width - width, screen.height - below - lines, width, lines)
    upper = Region(screen.width - width, above, width, lines)
    return lower.overlaps(read) and not upper.overlaps(read)
