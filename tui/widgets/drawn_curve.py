"""What a chart shows."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Curve:
    """`across` and `up` are equally many finite numbers, at least one; `peak` says the largest.

    `remark` is what has to be known of it, as that it is of a part only.
    """

    title: str
    across: Sequence[float]
    up: Sequence[float]
    peak: str
    remark: str = ""
