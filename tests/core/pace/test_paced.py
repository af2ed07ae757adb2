"""The limit on what comes in."""

import pytest

from core.errors import TransferCancelledError
from core.pace.paced import Paced
from core.pace.throttle import Throttle
from core.progress import Progress
from tests.fakes.clock import FixedClock

BLOCKS = (b"abc" * 1000, b"", b"d")


def test_all_arrives() -> None:
    """In order, and as it comes when there is no limit."""
    assert tuple(Paced(Throttle(), FixedClock())(BLOCKS, Progress())) == (BLOCKS[0], BLOCKS[2])
    fast = Paced(Throttle(10_000), FixedClock())
    pieces = list(fast([b"x" * 1500], Progress()))
    assert [len(piece) for piece in pieces] == [1000, 500]


def test_cancelled_while_it_waits() -> None:
    """Nobody waits for the rest of a block that is not wanted any more."""
    progress = Progress()
    pieces = Paced(Throttle(10), FixedClock())([bytes(1000)], progress)
    assert next(pieces) == b"\0"
    progress.cancel()
    with pytest.raises(TransferCancelledError):
        next(pieces)
