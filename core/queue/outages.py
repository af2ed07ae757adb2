"""That the store does not answer: since when, why, and when it is asked again."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.ports.clock import Clock

_FIRST_SECONDS, _MOST_SECONDS, _DOUBLINGS = 2.0, 60.0, 5
_CALM_SECONDS = 300.0


@dataclass(frozen=True)
class Outage:
    """Since when the store does not answer, and why, redacted.

    It is `away` when it did not answer a question either, and not transfers alone.
    """

    since: datetime
    reason: str
    away: bool = False


def interval(asked: int, fraction: Callable[[], float] = random.random) -> float:
    """Seconds, up to twice as many after each question; random, for machines not to ask in step."""
    longest = min(_MOST_SECONDS, _FIRST_SECONDS * 2 ** min(asked, _DOUBLINGS))
    return longest * (1 + fraction()) / 2


class Outages:
    """One after the other. All but `now` is for whoever holds the lock of the watch."""

    def __init__(
        self,
        clock: Clock,
        *,
        interval: Callable[[int], float] = interval,
        silence: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`interval` are the seconds after so many vain questions.

        `silence` are those that passed without a sign of life before somebody gave up.
        """
        self.now: Outage | None = None
        self._clock = clock
        self._interval = interval
        self._silence = silence
        self._asked = 0
        self._over_at = -_CALM_SECONDS

    def begin(self, reason: str, *, away: bool) -> bool:
        """Whether it is a new one."""
        known = self.now
        self.now = replace(known, away=known.away or away) if known else self._new(reason, away)
        return known is None

    def end(self) -> Outage | None:
        """That which is over, if there was one."""
        over, self.now = self.now, None
        if over:
            self._over_at = self._clock.monotonic()
        return over

    def seconds_to_question(self) -> float:
        """Until the store is to be asked the next time."""
        return self._interval(self._asked)

    def asked(self) -> None:
        """The next question waits for longer."""
        self._asked += 1

    def _new(self, reason: str, away: bool) -> Outage:
        # What answers now and then, but lets every upload fail, is not asked more often for it.
        if self._clock.monotonic() - self._over_at >= _CALM_SECONDS:
            self._asked = 0
        return Outage(self._clock.now() - timedelta(seconds=self._silence()), reason, away)
