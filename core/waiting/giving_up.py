"""Whose transfer a thread is working on, for those below who wait and do not know of transfers."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from core.progress import Progress

_progress: ContextVar[Progress | None] = ContextVar("progress", default=None)


def on_behalf_of(progress: Progress) -> AbstractContextManager[None]:
    """What this thread waits for within the block is given up with this transfer."""
    return _working_for(progress)


def not_given_up() -> AbstractContextManager[None]:
    """What this thread waits for within the block has to be done, whatever becomes of its transfer."""
    return _working_for(None)


@contextmanager
def _working_for(progress: Progress | None) -> Generator[None]:
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
