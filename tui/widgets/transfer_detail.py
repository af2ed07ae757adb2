"""One transfer: where it is from and how it goes, or why it stopped."""

from core.printable import harmless
from core.queue.queued_transfer import OPEN
from core.redaction import redact
from core.transfer_view import Direction, Phase, TransferState, TransferView
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, TextPane, line, transfer_failure_lines
from tui.wording.action_keys import keyed
from tui.wording.formatting import duration, plural, rate, short_path, size
from tui.wording.signs import transfer_sign
from tui.wording.transfers import phase_text, transfer_name


class TransferDetail(TextPane):
    """Follows the cursor of the queue."""

    def show_transfer(self, view: TransferView) -> None:
        """Source first, then how it goes or what went wrong, then the keys."""
        sign = transfer_sign(view)
        comes_back = view.direction is Direction.DOWNLOAD
        head: Line = [
            (f" {transfer_name(view)}  ", Tone.STRONG),
            (sign.text, sign.tone),
            (f"  {'→ ' * comes_back}{redact(harmless(short_path(view.path)))}", Tone.DIM),
        ]
        self.show([head, *_story(view, self.size.width - 1), line(f" {_keys(view)}", Tone.DIM)])


def _story(view: TransferView, width: int) -> list[Line]:
    if view.failure and view.state in {TransferState.FAILED, TransferState.QUEUED}:
        return list(transfer_failure_lines(view, width))
    if view.state is TransferState.ACTIVE:
        counts = f" {_counts(view)}"
        pace = f" {rate(view.rate)}, {duration(view.seconds_left)} left"
        phase = phase_text(view.phase, view.kept)
        return [line(f" {phase}", Tone.BUSY), line(counts), line(pace)]
    broken_off = view.failure if view.state is TransferState.PAUSED else None
    text = broken_off.what if broken_off else view.outcome or keyed(transfer_sign(view).meaning)
    tries = f", {plural(view.attempts, 'attempt')}" if view.attempts > 1 else ""
    return [line(f" {text}{tries}"), line(_left_there(view))]


def _left_there(view: TransferView) -> str:
    """What the store has of it; of what is received, this machine."""
    if view.state in OPEN and view.direction is Direction.UPLOAD and view.kept:
        return f" {size(view.kept)} kept in the store: it goes on there"
    return f" {size(view.sent)} sent" if view.sent else ""


def _counts(view: TransferView) -> str:
    if view.phase is Phase.COPYING:
        return f"{size(view.done)} of {size(view.total)} copied" if view.done else ""
    return f"{size(view.done)} of {size(view.total)} {_sent(view)}"


def _sent(view: TransferView) -> str:
    return "received" if view.direction is Direction.DOWNLOAD else f"read, {size(view.sent)} sent"


def _keys(view: TransferView) -> str:
    match view.state:
        case TransferState.FAILED if view.waits_for_store:
            return keyed("goes on by itself when the store answers   {retry} now   {cancel} cancel")
        case TransferState.FAILED:
            return keyed("{retry} retry   {retry_all} retry all failed   {copy} copy this text")
        case TransferState.CANCELLED:
            return keyed("{retry} retry")
        case TransferState.DONE:
            return keyed("{clear} clears what is done or cancelled")
        case TransferState.PAUSED:
            return keyed("{pause} go on   {cancel} cancel")
        case _:
            now = "{retry} now   " if view.again_in else ""
            return keyed(now + "{pause} pause   {cancel} cancel")
