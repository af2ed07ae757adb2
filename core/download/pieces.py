"""Ranges of a long read that may be given up early."""

from collections.abc import Iterator

FIRST_PIECE = 1 << 18
_LARGEST = 16 << 20
_GROWTH = 4


def growing_pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, length) of a small piece, and of those behind it, each larger than the one before."""
    most = FIRST_PIECE
    while start < end:
        length = min(most, end - start)
        yield start, length
        start += length
        most = min(most * _GROWTH, _LARGEST)
