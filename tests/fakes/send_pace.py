"""A pace that lets little go at a time, and counts what asked for it."""

from collections.abc import Generator
from contextlib import contextmanager

from core.ports.send_pace import Allow, SendPace


class CountingPace(SendPace):
    """At most `most` bytes go at a time. Used by one request at a time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.allowed = list[int]()
        self.requests = 0

    @contextmanager
    def request(self) -> Generator[Allow]:
        self.requests += 1
        yield self._allow

    def _allow(self, count: int) -> int:
        self.allowed.append(min(count, self.most))
        return self.allowed[-1]
