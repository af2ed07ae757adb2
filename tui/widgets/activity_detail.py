"""One thing that happened: what it means, what was kept, and what to do about it."""

from datetime import datetime

from core.ports.journal.activity import ActivityEntry, Level
from core.redaction import redact
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, TextPane, hanging, line
from tui.wording.activity import story, when
from tui.wording.signs import ACTIVITY_SIGNS


class ActivityDetail(TextPane):
    """Follows the cursor of Activity."""

    def show_entry(self, entry: ActivityEntry, now: datetime, here: str, keys: str) -> None:
        """`here` is the store in use: another one is named. `keys` are those that do something."""
        if not self.size.width:
            return  # it has its place from the next look on
        sign = ACTIVITY_SIGNS[entry.level]
        width = self.size.width - 1
        head: Line = [
            (f" {sign.glyph} ", sign.tone),
            (redact(entry.subject), Tone.STRONG),
            (f"  {entry.kind}, {when(entry, now)}", Tone.DIM),
        ]
        lines: list[Line] = [head]
        for label, text in story(entry):
            tone = Tone.BAD if label == "What" and entry.level is Level.ERROR else Tone.PLAIN
            lines += hanging(line(f" {label:<6}", Tone.DIM), redact(text), tone, width)
        if entry.store != here:
            lines += hanging(line(" Store ", Tone.DIM), redact(entry.store), Tone.PLAIN, width)
        self.show([*lines, line(f" {keys}", Tone.DIM)])
