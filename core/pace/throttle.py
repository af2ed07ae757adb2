"""A limit on bytes per second."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

_PIECE_SECONDS = 0.1
_LARGEST_PIECE = 256 * 1024
_BURST_SECONDS = 0.1
_LONGEST_WAIT = 0.25


class Throttle:
    """One bucket for all transfers of a process; callable from any thread. No limit (0) at first.

    Whoever waits, waits for its own small piece: transfers take turns, and a new limit counts
    within a quarter of a second.
    """

    def __init__(self, bytes_per_second: int = 0) -> None:
        self._rate = bytes_per_second
        self._lock = threading.Lock()
        self._free_at = 0.0
        self._users = 0

    @property
    def limit(self) -> int:
        """Bytes per second; 0 for none."""
        return self._rate

    def set_limit(self, bytes_per_second: int) -> None:
        """From now on. What the old limit still had to wait for is forgiven."""
        with self._lock:
            self._rate = bytes_per_second
            self._free_at = 0.0

    def pieces(self, block: bytes) -> Generator[bytes]:
        """`block` in pieces small enough to be spread over time; as a whole without a limit."""
        with self.using():
            start = 0
            while start < len(block):
                end = start + self.piece(len(block) - start)
                yield block[start:end]
                start = end

    @contextmanager
    def using(self) -> Generator[None]:
        """One more has bytes to send: all that do wait a tenth of a second together."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1

    def delay(self, count: int, now: float) -> float:
        """Seconds to wait before the next bytes, when `count` go out at monotonic second `now`."""
        with self._lock:
            if not self._rate:
                return 0.0
            # A thread that slept too long may catch up a little.
            start = max(self._free_at, now - _BURST_SECONDS)
            # More than that is owed only by bytes that were cut for another limit.
            self._free_at = min(start + count / self._rate, now + _LONGEST_WAIT)
            return max(0.0, self._free_at - now)

    def piece(self, most: int) -> int:
        """How many of `most` bytes are to go out at once; all of them without a limit."""
        with self._lock:
            if not self._rate:
                return most
            share = int(self._rate * _PIECE_SECONDS) // max(1, self._users)
            return min(most, max(1, min(share, _LARGEST_PIECE)))
