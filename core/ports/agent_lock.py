"""Who of several RunFerrys on one state does the work."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Holder:
    """The process that holds the lock.

    `limit` (bytes per second, 0 for none) and `parallel` (transfers at a time) are what it works
    with; None as long as it has not told.
    """

    pid: int
    host: str
    started_at: datetime
    limit: int | None = None
    parallel: int | None = None

    def is_same(self, other: "Holder | None") -> bool:
        """Whether it is this process, whatever it worked with then."""
        return other is not None and other == replace(
            self, limit=other.limit, parallel=other.parallel
        )

    def describe(self) -> str:
        """As in "process 4711 on lab7"."""
        return f"process {self.pid} on {self.host}"


class AgentLock(Protocol):
    """Held by one process at a time; free as soon as that process is gone, however it ended.

    Callable from any thread. Never raises: work that nobody does is worse than a missing lock.
    """

    @abstractmethod
    def acquire(self) -> bool:
        """Takes the lock without waiting; False while another process holds it. Safe to repeat.

        True as well where no lock can be had at all: `trouble` says why.
        """

    @abstractmethod
    def tell(self, limit: int, parallel: int) -> None:
        """What `holder` says from now on of how this process works, while it has the lock."""

    @abstractmethod
    def holder(self) -> Holder | None:
        """What is written of the process that took the lock last; None when that is unreadable."""

    @property
    @abstractmethod
    def trouble(self) -> str:
        """Why the lock protects nothing, or empty."""

    @abstractmethod
    def release(self) -> None:
        """Lets another process have the lock; safe to repeat."""
