"""What requests to a store wait for, while they do."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from math import ceil, inf

from core.ports.clock import Clock
from core.threads import Deadline

_SILENCE = 3.0
"""Seconds without a sign of life before it is spoken of."""
_PERSON = "waiting for a code"
_MEMORY = 60.0
"""Seconds for which a silence is remembered while nobody asks."""


class StoreWaits:
    """One for all requests to a store: that a server is silent holds for all who ask it.

    The adapter tells, screens and progress lines show. Callable from any thread; cheap.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asking = 0
        self._heard_at = self._left_at = 0.0
        self._given_up = False
        self._reason, self._until = "", 0.0
        self._attended = list[str]()
        self._attended_until = -inf

    @contextmanager
    def attending(self, reason: str = "") -> Generator[None]:
        """Something else is waited for before the store can be asked: that is no silence of it.

        `reason` as in "waiting for a program that makes credentials"; empty for a person, who sees
        the question.
        """
        with self._lock:
            self._attended.append(reason)
        try:
            yield
        finally:
            with self._lock:
                self._attended.remove(reason)
                self._attended_until = self._clock.monotonic()
                self._heard_at = max(self._heard_at, self._attended_until)

    @property
    def person_is_asked(self) -> bool:
        """Whether lines that come and go would be in the way of a question. Takes no lock."""
        return "" in self._attended

    def since_attended(self) -> float:
        """Seconds since something else was waited for: 0 while it is, infinite when it never was."""
        with self._lock:
            return 0.0 if self._attended else self._clock.monotonic() - self._attended_until

    def deadline(self, seconds: float) -> Deadline:
        """By the clock that silence is counted with."""
        return Deadline(seconds, self._clock)

    @contextmanager
    def asking(self) -> Generator[None]:
        """Around a request with all its repetitions and pauses; may be nested.

        Silence is counted from the first of those that are under way together, or from `heard`.
        """
        with self._lock:
            if not self._asking:
                self._begin(self._clock.monotonic())
            self._asking += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking -= 1
                self._left_at = self._clock.monotonic()

    def heard(self) -> None:
        """A sign of life: an answer, whichever, or bytes that went through."""
        with self._lock:
            self._heard_at = max(self._heard_at, self._clock.monotonic())
            self._given_up = False

    def give_up(self) -> None:
        """Who asks within a minute does not begin to be patient anew: silence is counted on.

        Until `heard`; without the time in which nobody asked.
        """
        with self._lock:
            self._given_up = True

    def silent_for(self) -> float:
        """Seconds since the last sign of life; 0 while nobody asks or expects one."""
        with self._lock:
            if not self._asking or self._attended:
                return 0.0
            return max(0.0, self._clock.monotonic() - self._heard_at)

    def silence(self) -> float:
        """For how many seconds the last one who gave up had heard nothing; 0 after a sign of life."""
        with self._lock:
            return max(0.0, self._left_at - self._heard_at) if self._given_up else 0.0

    def pausing(self, reason: str, seconds: float) -> None:
        """The store answered, and is asked again after a pause.

        `reason` as in "the store asks to slow down". Until then nobody expects to hear anything.
        """
        until = self._clock.monotonic() + seconds
        with self._lock:
            self._heard_at = max(self._heard_at, until)
            if until > self._until:
                self._reason, self._until = reason, until

    def describe(self) -> str:
        """In words, as in "no answer from the store since 12 s, trying again"; else empty."""
        now = self._clock.monotonic()
        with self._lock:
            if not self._asking or self._attended:
                return (self._attended[-1] or _PERSON) if self._attended else ""
            if self._until > now:
                return f"{self._reason}; waiting {ceil(self._until - now)} s"
            silent = now - self._heard_at
        if silent < _SILENCE:
            return ""
        return f"no answer from the store since {int(silent)} s, trying again"

    def _begin(self, now: float) -> None:
        idle = now - self._left_at
        self._given_up = self._given_up and idle < _MEMORY
        self._heard_at = min(self._heard_at + idle, now) if self._given_up else now
