"""What a user reads on the screen."""

import re
from html import unescape

from textual.pilot import Pilot

from tests.tui.builders import HeardApp
from tui.screens.table_screen import TableScreen
from tui.widgets.line_window import LineWindow
from tui.widgets.panes import TextPane
from tui.widgets.row_table import RowTable
from tui.widgets.run_preview import RunPreview


def text_of(pilot: Pilot[int], selector: str) -> str:
    """The lines of a pane."""
    pane = pilot.app.screen.query_one(selector)
    assert isinstance(pane, TextPane | RunPreview)
    return pane.text


def table_of(pilot: Pilot[int]) -> RowTable:
    """The table of the screen on top; of several the one that keys are about."""
    screen = pilot.app.screen
    return screen.table if isinstance(screen, TableScreen) else screen.query_one(RowTable)


def lines_of(table: RowTable | LineWindow) -> list[str]:
    """The lines of a table, or of a file, as they are drawn, without what pads them."""
    return [table.render_line(y).text.rstrip() for y in range(table.size.height)]


def toasts_of(pilot: Pilot[int]) -> list[str]:
    """The toasts that are up, oldest first."""
    shown = pilot.app._notifications  # pyright: ignore[reportPrivateUsage] - Textual has no other list
    return [notification.message for notification in shown]


def said_by(pilot: Pilot[int]) -> list[str]:
    """All toasts there ever were; to wait for one that others may have taken the place of."""
    assert isinstance(pilot.app, HeardApp)
    return pilot.app.said


def drawn_toasts_of(pilot: Pilot[int]) -> list[str]:
    """The same as they are drawn; only in tests that run with `notifications=True`."""
    return [str(toast.render()) for toast in pilot.app.screen.query("Toast")]


def drawn_text_of(pilot: Pilot[int]) -> str:
    """All that is drawn, also of screens behind the one on top."""
    return unescape(re.sub(r"<[^>]+>", "", pilot.app.export_screenshot())).replace("\xa0", " ")
