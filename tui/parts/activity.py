"""What happened, as it was written down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.ports.journal.activity import ActivityEntry


@dataclass(frozen=True)
class ReadActivity:
    """`after` reads the disk, and may raise StateError: nothing for the UI thread. See `ActivityLog`.

    `store` is where that in use is, as entries have it.
    """

    after: Callable[[int], Sequence[ActivityEntry]]
    store: str
