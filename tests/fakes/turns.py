"""Turns between the threads of one process."""

import threading
from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import contextmanager

from core.ports.turns import Turns


class FakeTurns(Turns):
    """Behaves as the files do; pretended processes share one."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def turn(self, matter: str, wait: Callable[[], object]) -> Generator[None]:
        lock = self._locks[matter]
        while not lock.acquire(timeout=0.01):
            wait()
        try:
            yield
        finally:
            lock.release()
