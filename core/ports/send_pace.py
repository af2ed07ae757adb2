"""How fast content may go out to a store."""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Allow = Callable[[int], int]
"""Asked on the sending thread before so many bytes go out: how many may, now. Waits for it."""


def all_at_once(count: int) -> int:
    """An Allow without a limit."""
    return count


class SendPace(Protocol):
    """That of one upload; used on the threads that send."""

    @abstractmethod
    def request(self) -> AbstractContextManager[Allow]:
        """Around one request that carries content. Both may raise, which ends the request."""


class AtOnce(SendPace):
    """Without a limit."""

    def request(self) -> AbstractContextManager[Allow]:
        """Waits for nothing."""
        return nullcontext(all_at_once)
