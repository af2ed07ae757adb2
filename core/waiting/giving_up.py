"""Whose transfer a thread is working on, for those below who wait and do not know of transfers."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from core.progress import Progress

_progress: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def on_behalf_of(progress: Progress) -> Generator[None]:
    """What this thread waits for within the block is given up with this transfer."""
    token = _progress.set(progress)
    try:
        yield
    finally:
        _progress.reset(token)


def is_given_up() -> bool:
    """Whether the transfer of this thread, if it has one, was cancelled or stopped."""
    progress = _progress.get()
    return bool(progress and progress.ended)


def check_given_up() -> None:
    """Raises TransferCancelledError then."""
    if progress := _progress.get():
        progress.check_cancelled()
