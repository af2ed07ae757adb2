"""A clock that moves only when told to."""

from datetime import UTC, datetime, timedelta

from core.ports.clock import Clock
from core.threads import Deadline


class FixedClock(Clock):
    """Stands still at a known moment; `advance` moves both of its hands."""

    def __init__(self, moment: datetime = datetime(2026, 11, 20, 14, 7, 31, tzinfo=UTC)) -> None:
        self._moment = moment
        self._seconds = 0.0

    def now(self) -> datetime:
        return self._moment

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, seconds: float) -> None:
        self._moment += timedelta(seconds=seconds)
        self._seconds += seconds


def within(seconds: float) -> Deadline:
    """For what ends by itself: each that is waited for has so long."""
    return Deadline(seconds, FixedClock())
