"""Time."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only way core tells the time; callable from any thread."""

    @abstractmethod
    def now(self) -> datetime:
        """Wall clock, aware, UTC. May jump; never used to measure how long something took."""

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds since some start; never runs backwards; means nothing in another process."""
