"""A limit on bytes per second."""

import threading
from collections.abc import Iterator

_PIECE = 16 * 1024


class Throttle:
    """Shared by all transfers that the limit is for; callable from any thread."""

    def __init__(self, bytes_per_second: int) -> None:
        self._rate = bytes_per_second
        self._lock = threading.Lock()
        self._free_at = 0.0

    def pieces(self, block: bytes) -> Iterator[bytes]:
        """`block` in pieces small enough to be spread over time."""
        for start in range(0, len(block), _PIECE):
            yield block[start : start + _PIECE]

    def delay(self, count: int, now: float) -> float:
        """Seconds to wait before the next bytes, when `count` go out at monotonic second `now`."""
        with self._lock:
            self._free_at = max(self._free_at, now) + count / self._rate
            return self._free_at - now
