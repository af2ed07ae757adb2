"""What must have happened to transfers between two looks at them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from core.events import (
    Event,
    TransferCancelled,
    TransferFailed,
    TransferQueued,
    TransferStarted,
    TransferSucceeded,
)
from core.ports.journal.bindings import StoredSource
from core.transfer_view import TransferState, TransferView

Rows = Mapping[int, TransferView]
"""Transfers by id, as they were written down when somebody looked."""

_ARRIVED: dict[TransferState, Callable[[TransferView], Event]] = {
    TransferState.PAUSED: TransferQueued,
    TransferState.FAILED: TransferFailed,
    TransferState.CANCELLED: TransferCancelled,
}


def news_between(
    before: Rows, now: Rows, stored: Callable[[], Mapping[str, StoredSource]]
) -> Iterator[Event]:
    """Of each that changed, all that must have been told where it happened, in that order.

    `stored` is asked once at most, when something was stored.
    """
    ask_once = cache(stored)
    for view in now.values():
        known = before.get(view.id)
        if _step(known) != _step(view):
            yield from _way(known, view)
            yield from _arrival(view, ask_once)


def _step(view: TransferView | None) -> tuple[TransferState | None, int]:
    """How far it is; what changes only while events happen."""
    return (view.state, view.attempts) if view else (None, 0)


def _way(known: TransferView | None, view: TransferView) -> Iterator[Event]:
    """That it waited, and that it began to travel."""
    state, attempts = _step(known)
    if _was_queued(state, view.state):
        yield TransferQueued(view)
    if view.attempts > attempts:
        yield TransferStarted(view)


def _was_queued(before: TransferState | None, now: TransferState) -> bool:
    return now is TransferState.QUEUED or before is None or before.ended


def _fingerprint(source: StoredSource | None) -> str:
    return source.fingerprint if source else ""


def _arrival(
    view: TransferView, stored: Callable[[], Mapping[str, StoredSource]]
) -> Iterator[Event]:
    """How it ended, if it did, or that it is paused."""
    if view.state is TransferState.DONE:
        yield TransferSucceeded(view, _fingerprint(stored().get(view.source)))
    elif event := _ARRIVED.get(view.state):
        yield event(view)
