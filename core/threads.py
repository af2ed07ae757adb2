"""Threads that the end of the process does not wait for, and work that several of them share.

No other module makes threads.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from core.ports.clock import Clock


class Deadline:
    """`seconds` that all who are given it wait at most together, from the first wait on.

    Callable from any thread.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._end: float | None = None

    def left(self) -> float:
        """Seconds that may still be waited; 0 when it is over."""
        now = self._clock.monotonic()
        if self._end is None:
            self._end = now + self._seconds
        return max(0.0, self._end - now)


class DaemonThreads:
    """Those of one owner that were begun and may still run. Callable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def running(self) -> bool:
        """Whether one of them has not ended."""
        return any(thread.is_alive() for thread in self._threads)

    def begin(self, act: Callable[[], object], name: str) -> None:
        """Calls `act` on a new thread; what it raises goes to the log."""
        with self._lock:
            thread = threading.Thread(target=act, name=name, daemon=True)
            self._threads = [*(known for known in self._threads if known.is_alive()), thread]
            thread.start()

    def join(self, deadline: Deadline | None = None) -> bool:
        """Waits for those that run now, and for what these begin.

        False when the deadline was over before they ended.
        """
        joined = set[threading.Thread]()
        while others := self._begun() - joined:
            for thread in others:
                thread.join(deadline.left() if deadline else None)
            joined |= others
        return not any(thread.is_alive() for thread in joined)

    def _begun(self) -> set[threading.Thread]:
        with self._lock:
            return set(self._threads)


def begin_thread(act: Callable[[], object], name: str) -> None:
    """Calls `act` on a new daemon thread that nobody waits for; what it raises goes to the log."""
    DaemonThreads().begin(act, name)


class SharedWork(DaemonThreads):
    """Threads that do one thing together: when one fails, it has failed.

    What was raised first is raised where they are waited for. `on_failure` lets the others end; it is
    called on the thread that failed.
    """

    def __init__(self, on_failure: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._on_failure = on_failure
        self._failure: BaseException | None = None

    def begin(self, act: Callable[[], object], name: str) -> None:
        """As for all threads, but what `act` raises is kept."""

        def try_to_act() -> None:
            try:
                act()
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
                self._failure = self._failure or error
                self._on_failure()

        super().begin(try_to_act, name)

    def join(self, deadline: Deadline | None = None) -> bool:
        """As for all threads; raises what one of them raised first."""
        ended = super().join(deadline)
        self.check()
        return ended

    def check(self) -> None:
        """Raises what one of them raised first."""
        if self._failure:
            raise self._failure


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
        self._changed = threading.Condition()
        self._work = SharedWork(self.close)
        for number in range(min(threads, len(pieces))):
            self._work.begin(self._fetch_all, f"fetcher-{number}")

    def wait_for(self, piece: Piece, check: Callable[[], None]) -> None:
        """Returns when the piece is there; raises what `fetch` raised for any of them.

        `check` is called several times a second and may raise.
        """
        with self._changed:
            while piece.number in self._missing:
                self._work.check()
                self._changed.wait(_CHECK_SECONDS)
                check()

    def close(self) -> None:
        """Begins no further piece; safe to repeat."""
        with self._changed:
            self._left.clear()
            self._changed.notify_all()

    def _fetch_all(self) -> None:
        while piece := self._next():
            self._fetch(piece)
            with self._changed:
                self._missing.discard(piece.number)
                self._changed.notify_all()

    def _next(self) -> Piece | None:
        with self._changed:
            return self._left.popleft() if self._left else None


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
