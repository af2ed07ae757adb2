"""Blocks on their way in, no faster than the limit allows."""

from collections.abc import Callable, Iterable, Iterator

from core.pace.throttle import Throttle
from core.ports.clock import Clock
from core.progress import Progress

Pace = Callable[[Iterable[bytes], Progress], Iterator[bytes]]
"""Passes on what it gets, in pieces of any size, when there is time for it."""


def as_it_comes(blocks: Iterable[bytes], progress: Progress) -> Iterator[bytes]:
    """Without a limit."""
    return iter(blocks)


class Paced:
    """A Pace. Whoever reads more slowly makes the other end send more slowly."""

    def __init__(self, throttle: Throttle, clock: Clock) -> None:
        self._throttle = throttle
        self._clock = clock

    def __call__(self, blocks: Iterable[bytes], progress: Progress) -> Iterator[bytes]:
        """Raises what `blocks` does, and TransferCancelledError."""
        for block in blocks:
            for piece in self._throttle.pieces(block):
                yield piece
                progress.wait(self._throttle.delay(len(piece), self._clock.monotonic()))
