"""Many small requests at a time."""

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TypeVar

from core.pieces import Piece, PieceFetcher

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
