"""That the store keeps a command waiting, as one line on stderr, also where nobody draws progress."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial

from core.threads import DaemonThreads
from core.waiting.store_waits import StoreWaits
from tui.output import note

_EVERY = 0.25
_PATIENCE = 4
"""Looks in a row at which the store was waited for: a pause that ends at once is not spoken of."""


@contextmanager
def tell_waiting(
    waits: StoreWaits, every: float = _EVERY, tell: Callable[[str], None] = note
) -> Generator[None]:
    """Says so while the block lasts, once: more lines would tell nothing more."""
    stop = threading.Event()
    threads = DaemonThreads()
    threads.begin(partial(_tell, waits, stop, every, tell), "waiting-line")
    try:
        yield
    finally:
        stop.set()
        threads.join()


def _tell(
    waits: StoreWaits, stop: threading.Event, every: float, tell: Callable[[str], None]
) -> None:
    looks = 0
    while not stop.wait(every):
        waiting = "" if waits.person_is_asked else waits.describe()
        looks = looks + 1 if waiting else 0
        if looks == _PATIENCE:
            tell(f"{waiting[0].upper()}{waiting[1:]}.")
            return
