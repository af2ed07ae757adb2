"""The limit on a clock that the test moves: what goes out, and how long anybody waits."""

import pytest

from core.pace.byte_rate import parse_rate
from core.pace.throttle import Throttle

KB = 1000


def sent_by(
    throttle: Throttle, transfers: int, seconds: float, start: float = 0.0
) -> tuple[list[int], float]:
    """(bytes of each transfer, longest wait), when each sends as much as it may."""
    sent, due = [0] * transfers, [start] * transfers
    endless = bytes(120_000_000)
    blocks = [throttle.pieces(endless) for _ in range(transfers)]
    longest = 0.0
    while min(due) < start + seconds:
        turn = due.index(min(due))
        piece = next(blocks[turn])
        wait = throttle.delay(len(piece), due[turn])
        longest = max(longest, wait)
        sent[turn] += len(piece)
        due[turn] += wait
    for block in blocks:
        block.close()
    return sent, longest


@pytest.mark.parametrize("rate", [10 * KB, 500 * KB, 20_000 * KB])
@pytest.mark.parametrize("transfers", [1, 3, 16])
def test_rate(rate: int, transfers: int) -> None:
    """All together keep to it, in equal shares, and nobody sleeps for long."""
    sent, longest = sent_by(Throttle(rate), transfers, 5.0)
    assert 4.75 * rate <= sum(sent) <= 5.5 * rate
    assert min(sent) >= 0.75 * max(sent)
    assert longest <= 0.25


def test_no_limit() -> None:
    """A block goes as a whole, and nothing waits."""
    throttle = Throttle()
    assert list(throttle.pieces(b"abc")) == [b"abc"]
    assert throttle.delay(1 << 30, 1.0) == 0.0


def test_pieces_are_the_block() -> None:
    """Nothing is lost or changed where it is cut."""
    block = bytes(range(256)) * 40
    pieces = list(Throttle(3 * KB).pieces(block))
    assert b"".join(pieces) == block
    assert len(pieces) > 1


def test_changed_while_it_is_cut() -> None:
    """A new limit counts for the rest of a block, off too."""
    throttle = Throttle()
    pieces = throttle.pieces(bytes(10_000))
    throttle.set_limit(1 * KB)
    assert len(next(pieces)) == 100
    throttle.set_limit(0)
    assert len(next(pieces)) == 9_900


def test_limit_in_the_middle() -> None:
    """A block that was cut without a limit makes nobody wait for long under a new one."""
    throttle = Throttle()
    (block,) = throttle.pieces(bytes(50_000_000))
    throttle.set_limit(10 * KB)
    assert throttle.delay(len(block), 1.0) <= 0.25


def test_lowered_and_raised() -> None:
    """What goes out follows the limit of the moment."""
    throttle = Throttle(1_000 * KB)
    sent_by(throttle, 2, 5.0)
    throttle.set_limit(100 * KB)
    (slow, _) = sent_by(throttle, 2, 5.0, start=5.0)
    throttle.set_limit(10_000 * KB)
    (fast, _) = sent_by(throttle, 2, 5.0, start=10.0)
    assert 450 * KB <= sum(slow) <= 560 * KB
    assert 45_000 * KB <= sum(fast) <= 56_000 * KB


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("20 MB/s", 20_000_000),
        ("20MB/s", 20_000_000),
        ("1.5MiB/s", 1_572_864),
        ("500k", 500_000),
        ("500 KiB", 512_000),
        ("2G", 2_000_000_000),
        ("1000000", 1_000_000),
        ("1000 B/s", 1000),
        ("off", 0),
        ("Off", 0),
        ("0", 0),
        (" 3 MB ", 3_000_000),
    ],
)
def test_written(text: str, rate: int) -> None:
    """As people write it."""
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "fast", "-1", "20", "20 Mbit/s", "1e9", "2 TB", "1001 GB", "٣MB"]
)
def test_not_understood(text: str) -> None:
    """What is no rate, or far too small or large for one, is refused: a unit was forgotten."""
    with pytest.raises(ValueError, match="must be"):
        parse_rate(text)
