"""The whole queue in one line of numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.events import Direction, TransferState, TransferView


@dataclass(frozen=True)
class TransferSummary:
    """`rate`, `done`, `total` and `seconds_left` are those of the active transfers together.

    `downloads` counts those of them that are.
    """

    active: int = 0
    downloads: int = 0
    queued: int = 0
    failed: int = 0
    paused: int = 0
    ended: int = 0
    rate: float | None = None
    done: int = 0
    total: int = 0
    seconds_left: float | None = None

    @property
    def ways(self) -> tuple[tuple[str, int], ...]:
        """The signs of the ways on which something travels, each with its number."""
        ways = (("▲", self.active - self.downloads), ("▼", self.downloads))
        return tuple((sign, count) for sign, count in ways if count)

    @property
    def fraction(self) -> float:
        """Of the bytes of the active transfers."""
        return self.done / self.total if self.total else 0.0


def summarize(views: Iterable[TransferView]) -> TransferSummary:
    """The sum of `views`."""
    views = tuple(views)
    active = [view for view in views if view.state is TransferState.ACTIVE]
    queued = sum(view.state is TransferState.QUEUED for view in views)
    failed = sum(view.state is TransferState.FAILED for view in views)
    paused = sum(view.state is TransferState.PAUSED for view in views)
    rates = [view.rate for view in active if view.rate is not None]
    left = [view.seconds_left for view in active if view.seconds_left is not None]
    return TransferSummary(
        active=len(active),
        downloads=sum(view.direction is Direction.DOWNLOAD for view in active),
        queued=queued,
        failed=failed,
        paused=paused,
        ended=len(views) - len(active) - queued - failed - paused,
        rate=sum(rates) if rates else None,
        done=sum(view.done for view in active),
        total=sum(view.total for view in active),
        seconds_left=max(left, default=None),
    )
