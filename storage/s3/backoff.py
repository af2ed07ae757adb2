"""When to try again: full jitter, bounded, and never after the work was given up."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from core.errors import StoreError

T = TypeVar("T")
Pause = Callable[[float], bool]
"""Waits that many seconds; True as soon as the work was given up. `threading.Event.wait` is one."""


def sleep(seconds: float) -> bool:
    """A pause that nothing interrupts."""
    time.sleep(seconds)
    return False


@dataclass(frozen=True)
class Backoff:
    """Waits of random length below a limit that doubles, so that clients do not return in step.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
    """

    attempts: int = 4
    base_seconds: float = 0.5
    cap_seconds: float = 20.0
    fraction: Callable[[], float] = random.random

    def delays(self) -> Iterator[float]:
        """Seconds before the second, third, … attempt."""
        for attempt in range(self.attempts - 1):
            yield self.fraction() * min(self.cap_seconds, self.base_seconds * 2**attempt)

    def run(self, call: Callable[[], T], pause: Pause = sleep) -> T:
        """The result of `call`, repeated while it raises a StoreError that a retry can cure."""
        for delay in self.delays():
            try:
                return call()
            except StoreError as error:
                if not error.retryable or pause(delay):
                    raise
        return call()
