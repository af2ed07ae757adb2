"""What can be done with a transfer as it is now, and what to say where nothing can."""

from collections.abc import Iterable

from core.queue.queued_transfer import CANCELLABLE, CLEARABLE, PAUSABLE, RETRYABLE
from core.transfer_view import Direction, TransferState, TransferView
from tui.wording.transfers import transfer_name


def why_no_retry(view: TransferView) -> str:
    """Empty for what failed or was cancelled, and for what waits for its next try."""
    waits = view.state is TransferState.QUEUED and view.again_in
    return "" if waits or view.state in RETRYABLE else _nothing_to(view, "retry")


def why_no_cancel(view: TransferView) -> str:
    """Empty for what has not come to its end, and for what failed."""
    return "" if view.state in CANCELLABLE else _nothing_to(view, "cancel")


def why_no_pause(view: TransferView) -> str:
    """Empty for what waits or travels; of what is paused nobody asks."""
    can = view.state in PAUSABLE or view.state is TransferState.PAUSED
    return "" if can else _nothing_to(view, "pause")


def why_no_retry_of_all(views: Iterable[TransferView]) -> str:
    """Empty when something failed."""
    failed = any(view.state is TransferState.FAILED for view in views)
    return "" if failed else "Nothing failed: there is nothing to retry"


def why_no_clearing(views: Iterable[TransferView]) -> str:
    """Empty when something is done or cancelled."""
    ended = any(view.state in CLEARABLE for view in views)
    return "" if ended else "Nothing is done or cancelled: there is nothing to clear"


def loses_bytes(view: TransferView) -> bool:
    """Whether cancelling it throws away what this or an earlier try has sent; what was received stays."""
    there = max(view.sent, view.kept)
    return view.direction is Direction.UPLOAD and there > 0 and not why_no_cancel(view)


def _nothing_to(view: TransferView, verb: str) -> str:
    return f"{transfer_name(view)} is {view.state}: nothing to {verb}"
