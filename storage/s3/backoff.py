"""When to try again: full jitter, bounded, and never after the work was given up."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from core.errors import StoreError
from core.waiting.store_waits import StoreWaits
from storage.machine.system import SystemClock
from storage.s3.explanations import SlowDownError

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

    A store that asks to slow down is obeyed for `slow_seconds` of waiting, however often it asks.
    One that says nothing is given up after `silent_seconds`, whatever was asked of it meanwhile.
    """

    attempts: int = 4
    base_seconds: float = 0.5
    cap_seconds: float = 20.0
    slow_seconds: float = 180.0
    silent_seconds: float = 45.0
    fraction: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic

    def limit(self, failures: int) -> float:
        """The longest wait after so many failures."""
        return min(self.cap_seconds, self.base_seconds * 2 ** min(failures - 1, 16))

    def run(
        self, call: Callable[[], T], pause: Pause = sleep, waits: StoreWaits | None = None
    ) -> T:
        """The result of `call`, repeated while it raises a StoreError that a retry can cure."""
        tries = Tries(self, pause, waits)
        while True:
            try:
                return call()
            except StoreError as error:
                if not tries.again(error):
                    raise


class Tries:
    """Those of one call; a call that gets further begins with new ones. One thread uses it."""

    def __init__(
        self, backoff: Backoff, pause: Pause = sleep, waits: StoreWaits | None = None
    ) -> None:
        self._backoff = backoff
        self._pause = pause
        self._waits = waits or StoreWaits(SystemClock())
        self._failed = self._slowed = 0
        self._waited = self._silent = 0.0
        self._since = backoff.monotonic()

    def again(self, error: StoreError) -> bool:
        """Waits until it is time for another try; False when there is none."""
        return self.wait(self.failed(error))

    def failed(self, error: StoreError) -> float | None:
        """Just now; the seconds until another try, None when there is none."""
        if isinstance(error, SlowDownError):
            return self._after_slow_down(error)
        self._failed += 1
        if not error.retryable or self._is_out_of_patience(error):
            return None
        delay = self._backoff.fraction() * self._backoff.limit(self._failed)
        if error.answered:
            self._waits.pausing("the store failed and is asked again", delay)
        return delay

    def wait(self, delay: float | None) -> bool:
        """What `failed` said; False when there is no other try, or the work was given up."""
        given_up = delay is None or self._pause(delay)
        self._since = self._backoff.monotonic()
        return not given_up

    def _after_slow_down(self, error: SlowDownError) -> float | None:
        self._slowed += 1
        enough = self._slowed >= self._backoff.attempts
        if enough and self._waited >= self._backoff.slow_seconds:
            return None
        jitter = (1 + self._backoff.fraction()) / 2
        delay = max(error.retry_after, jitter * self._backoff.limit(self._slowed))
        self._waited += delay
        self._waits.pausing("the store asks to slow down", delay)
        return delay

    def _is_out_of_patience(self, error: StoreError) -> bool:
        """Silence counts together: of this call, and of all that were made since the last answer."""
        if not error.answered:
            quiet = min(self._waits.silent_for(), self._backoff.monotonic() - self._since)
            self._silent += quiet
            patience = self._backoff.silent_seconds
            if max(self._silent, self._waits.silent_for()) >= patience:
                self._waits.give_up()
                return True
        return self._failed >= self._backoff.attempts
