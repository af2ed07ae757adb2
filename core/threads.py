"""Threads that the end of the process does not wait for, and work that several of them share."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

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


_CHECK_SECONDS = 0.1


@dataclass(frozen=True)
class Piece:
    """`length` bytes from byte `start` on; `number` counts from 0."""

    number: int
    start: int
    length: int


def pieces_of(size: int, piece_bytes: int) -> Sequence[Piece]:
    """All of an object of `size` bytes, in order."""
    return [
        Piece(number, start, min(piece_bytes, size - start))
        for number, start in enumerate(range(0, size, piece_bytes))
    ]


class PieceFetcher:
    """Calls `fetch` for each piece, in order, on daemon threads, until one fails.

    Nobody waits for the threads: after `close` they end with their piece, or with its failure.
    """

    def __init__(
        self, pieces: Sequence[Piece], fetch: Callable[[Piece], None], threads: int
    ) -> None:
        self._fetch = fetch
        self._left = deque(pieces)
        self._missing = {piece.number for piece in pieces}
        self._failure: BaseException | None = None
        self._changed = threading.Condition()
        for number in range(min(threads, len(pieces))):
            threading.Thread(target=self._work, name=f"download-{number}", daemon=True).start()

    def wait_for(self, piece: Piece, check: Callable[[], None]) -> None:
        """Returns when the piece is there; raises what `fetch` raised for any of them.

        `check` is called several times a second and may raise.
        """
        with self._changed:
            while piece.number in self._missing:
                if self._failure:
                    raise self._failure
                self._changed.wait(_CHECK_SECONDS)
                check()

    def close(self) -> None:
        """Begins no further piece; safe to repeat."""
        with self._changed:
            self._left.clear()

    def _work(self) -> None:
        while piece := self._next():
            try:
                self._fetch(piece)
            except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
                self._end(error)
                return
            with self._changed:
                self._missing.discard(piece.number)
                self._changed.notify_all()

    def _next(self) -> Piece | None:
        with self._changed:
            return self._left.popleft() if self._left else None

    def _end(self, error: BaseException) -> None:
        with self._changed:
            self._left.clear()
            self._failure = self._failure or error
            self._changed.notify_all()


A = TypeVar("A")
B = TypeVar("B")
_THREADS = 8


def in_parallel(work: Callable[[A], B], items: Sequence[A]) -> Sequence[B]:
    """What `work` makes of each item, in their order, on daemon threads.

    The first failure is raised; the others are not waited for.
    """
    made: dict[int, B] = {}

    def make(piece: Piece) -> None:
        made[piece.number] = work(items[piece.number])

    pieces = [Piece(number, number, 1) for number in range(len(items))]
    with closing(PieceFetcher(pieces, make, _THREADS)) as fetcher:
        for piece in pieces:
            fetcher.wait_for(piece, lambda: None)
    return [made[piece.number] for piece in pieces]
