"""What happened as rows, the newest first."""

from collections.abc import Sequence
from datetime import datetime

from core.ports.journal.activity import ActivityEntry, Level
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import ListSource
from tui.wording.formatting import number
from tui.wording.signs import ACTIVITY_SIGNS

ACTIVITY_COLUMNS = (
    Column("TIME", 8),
    Column("", 1),
    Column("KIND", 8, from_width=100),
    Column("ABOUT", 18, flexible=True, most=30),
    Column("WHAT", 20, flexible=True),
    Column("", 5, right=True),
)


def activity_rows(entries: Sequence[ActivityEntry], now: datetime) -> ListSource[ActivityEntry]:
    """In the order in which they are given; made when they are shown."""
    today = now.astimezone().date()

    def row(entry: ActivityEntry) -> Row:
        return _row(entry, _moment(entry.last_at, today=entry.last_at.astimezone().date() == today))

    return ListSource(entries, activity_key, row)


def activity_key(entry: ActivityEntry) -> str:
    """The identity of a row."""
    return str(entry.id)


def _row(entry: ActivityEntry, moment: str) -> Row:
    sign = ACTIVITY_SIGNS[entry.level]
    loud = sign.tone if entry.level in {Level.ERROR, Level.WARNING} else Tone.PLAIN
    times = f"{number(entry.count)}x" if entry.count > 1 else ""
    return Row(
        activity_key(entry),
        (
            Cell(moment, Tone.DIM),
            Cell(sign.glyph, sign.tone),
            Cell(entry.kind, Tone.DIM),
            Cell(entry.subject, keep_end=True),
            Cell(entry.text, loud),
            Cell(times, Tone.STRONG),
        ),
    )


def _moment(moment: datetime, *, today: bool) -> str:
    return moment.astimezone().strftime("%H:%M:%S" if today else "%m-%d")
