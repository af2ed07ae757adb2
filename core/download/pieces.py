"""Ranges of a long read that may be given up early."""

from collections.abc import Iterator

_FIRST = 1 << 18
_LARGEST = 16 << 20
_GROWTH = 4


def growing_pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, length) of the first, small, and of those behind it, each larger than the one before."""
    length = _FIRST
    while start < end:
        length = min(length, end - start)
        yield start, length
        start += length
        length = min(length * _GROWTH, _LARGEST)
