"""What travels, in one line."""

from tui.widgets.cells import Part, Tone, bar_parts
from tui.widgets.panes import TextPane
from tui.wording.formatting import duration, percent, rate
from tui.wording.transfers import TransferSummary

_SMALLEST_BAR, _LARGEST_BAR = 8, 40


class TransferStrip(TextPane):
    """Rate, bar and time left of the active transfers, then the counts of the others."""

    def show_summary(self, summary: TransferSummary) -> None:
        """Repaints when something changed."""
        head, tail = _head(summary), _tail(summary)
        fixed = 1 + _SMALLEST_BAR * bool(summary.active) + sum(len(text) for text, _ in head)
        while tail and fixed + sum(len(text) for text, _ in tail) > self.size.width:
            tail = tail[:-1]
        bar: list[Part] = []
        if summary.active:
            room = self.size.width - sum(len(text) for text, _ in (*head, *tail)) - 1
            bar = list(bar_parts(summary.fraction, max(_SMALLEST_BAR, min(room, _LARGEST_BAR))))
        self.show([[(" ", Tone.PLAIN), *head, *bar, *tail]])


def _head(summary: TransferSummary) -> list[Part]:
    if not summary.active:
        return [("Nothing is being uploaded", Tone.DIM)]
    ways = "".join(f"{sign} {count} " for sign, count in summary.ways)
    return [(ways, Tone.BUSY), (f"{rate(summary.rate):>10} ", Tone.PLAIN)]


def _tail(summary: TransferSummary) -> list[Part]:
    parts: list[Part] = []
    if summary.active:
        unknown = f" + {summary.unknown} unknown" if summary.unknown else ""
        left = f"ETA {duration(summary.seconds_left)}{unknown}"
        parts.append((f" {percent(summary.fraction)}  {left:<10}", Tone.PLAIN))
    for count, word, tone in (
        (summary.queued, "waiting", Tone.PLAIN),
        (summary.failed, "failed", Tone.BAD),
        (summary.paused, "paused", Tone.WARN),
        (summary.done, "done", Tone.GOOD),
        (summary.cancelled, "cancelled", Tone.DIM),
    ):
        if count:
            parts += [(f" │ {word} {count}", tone)]
    return parts
