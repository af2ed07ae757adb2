"""Threads that the end of the process does not wait for."""

import threading
from collections.abc import Callable

from core.ports.clock import Clock


class DaemonThreads:
    """Those that were begun and may still run. Callable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def begin(self, act: Callable[[], None], name: str) -> None:
        """Calls `act` on a new thread."""
        thread = threading.Thread(target=act, name=name, daemon=True)
        with self._lock:
            self._threads = [*(known for known in self._threads if known.is_alive()), thread]
            thread.start()

    def join(self, timeout: float, clock: Clock) -> None:
        """Waits until those that run now have ended, `timeout` seconds at most for all of them."""
        with self._lock:
            threads = list(self._threads)
        deadline = clock.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, deadline - clock.monotonic()))
