"""One transfer: where it is from and how it goes, or why it stopped."""

from core.events import TransferState, TransferView
from core.redaction import redact
from tui.formatting import duration, plural, rate, short_path, size
from tui.states import PHASE_WORDS, TRANSFER_SIGNS
from tui.widgets.cells import Tone
from tui.widgets.error_pane import failure_lines
from tui.widgets.text_pane import Line, TextPane, line
from tui.widgets.transfer_rows import transfer_name


class TransferDetail(TextPane):
    """Follows the cursor of the queue."""

    def show_transfer(self, view: TransferView) -> None:
        """Source first, then how it goes or what went wrong, then the keys."""
        sign = TRANSFER_SIGNS[view.state]
        head: Line = [
            (f" {transfer_name(view)}  ", Tone.STRONG),
            (sign.text, sign.tone),
            (f"  {redact(short_path(view.source))}", Tone.DIM),
        ]
        self.show([head, *_story(view, self.size.width - 1), line(f" {_keys(view)}", Tone.DIM)])


def _story(view: TransferView, width: int) -> list[Line]:
    if view.failure and view.state is TransferState.FAILED:
        return list(failure_lines(view.failure, width))
    if view.state is TransferState.ACTIVE:
        counts = f" {size(view.done)} of {size(view.total)} read, {size(view.sent)} sent"
        pace = f" {rate(view.rate)}, {duration(view.seconds_left)} left"
        return [line(f" {PHASE_WORDS[view.phase]}", Tone.BUSY), line(counts), line(pace)]
    text = view.outcome or TRANSFER_SIGNS[view.state].meaning
    tries = f", {plural(view.attempts, 'attempt')}" if view.attempts > 1 else ""
    return [line(f" {text}{tries}"), line(f" {size(view.sent)} sent" if view.sent else "")]


def _keys(view: TransferView) -> str:
    match view.state:
        case TransferState.FAILED:
            return "r retry   R retry all failed   y copy this text"
        case TransferState.CANCELLED:
            return "r retry"
        case TransferState.DONE:
            return "c clears what is done"
        case TransferState.PAUSED:
            return "p go on   x cancel"
        case _:
            return "p pause   x cancel"
