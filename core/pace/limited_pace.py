"""A limit on what goes out to a store."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from math import ceil

from core.pace.throttle import Throttle
from core.ports.clock import Clock
from core.ports.send_pace import Allow, SendPace
from core.progress import Progress

_ONE_REQUEST = 8_000_000
"""Bytes per second that one request can carry nearly everywhere."""
_CHECK_SECONDS = 0.1


class LimitedPace(SendPace):
    """Only bytes that travel count against the limit.

    As few requests at a time as it takes: what is sent one after the other is whole sooner, and
    kept when the upload is cut off. Both raise TransferCancelledError.
    """

    def __init__(self, throttle: Throttle, clock: Clock, progress: Progress) -> None:
        self._throttle = throttle
        self._clock = clock
        self._progress = progress
        self._changed = threading.Condition()
        self._begun = self._ended = 0
        self.held = False
        """Whether anything had to wait for the limit."""

    @contextmanager
    def request(self) -> Generator[Allow]:
        """In the order of their beginnings."""
        try:
            self._await_turn()
            with self._throttle.using():
                yield self._allow
        finally:
            with self._changed:
                self._ended += 1
                self._changed.notify_all()

    def _await_turn(self) -> None:
        with self._changed:
            number = self._begun
            self._begun += 1
            while number >= self._ended + self._at_a_time():
                self._changed.wait(_CHECK_SECONDS)
                self._progress.check_cancelled()

    def _at_a_time(self) -> int:
        limit = self._throttle.limit
        return ceil(limit / _ONE_REQUEST) if limit else self._begun

    def _allow(self, count: int) -> int:
        piece = self._throttle.piece(count)
        if delay := self._throttle.delay(piece, self._clock.monotonic()):
            self.held = True
            self._progress.wait(delay)
        return piece
