"""Whether the store answers; what had to wait for it goes on when it does."""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from core.errors import RunFerryError
from core.events import (
    Event,
    StoreReachable,
    StoreUnreachable,
    TransferFailed,
    TransferSucceeded,
)
from core.ports.clock import Clock
from core.threads import begin_thread

T = TypeVar("T")
_log = logging.getLogger(__name__)
_FIRST_SECONDS, _MOST_SECONDS, _DOUBLINGS = 2.0, 60.0, 5
_CALM_SECONDS = 300.0


@dataclass(frozen=True)
class Outage:
    """Since when the store does not answer, and why, redacted."""

    since: datetime
    reason: str


def interval(asked: int, fraction: Callable[[], float] = random.random) -> float:
    """Seconds, up to twice as many after each question; random, for machines not to ask in step."""
    longest = min(_MOST_SECONDS, _FIRST_SECONDS * 2 ** min(asked, _DOUBLINGS))
    return longest * (1 + fraction()) / 2


class StoreWatch:
    """Costs nothing while the store answers. While it does not, a thread asks, ever more seldom.

    A refusal is an answer, and so is "not now": whatever is wrong then, the store is there. Callable
    from any thread.
    """

    def __init__(
        self,
        check: Callable[[], object],
        resume: Callable[[bool], object],
        clock: Clock,
        publish: Callable[[Event], None],
        *,
        interval: Callable[[int], float] = interval,
        silence: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`check` asks the store; `resume` is called when it answers again.

        It is told whether the store was away: no answer to any question, not to transfers alone.
        `interval` are the seconds after so many vain questions, `silence` those that passed without a
        sign of life before somebody gave up.
        """
        self._check = check
        self._resume = resume
        self._clock = clock
        self._publish = publish
        self._interval = interval
        self._silence = silence
        self._changed = threading.Condition()
        self._outage: Outage | None = None
        self._away = False
        self._asked = 0
        self._answered_at = -_CALM_SECONDS
        self._asking = False
        self._closed = False

    @property
    def outage(self) -> Outage | None:
        """None while the store answers, as far as anybody has noticed. Takes no lock."""
        return self._outage

    def take(self, event: Event) -> None:
        """Learns from how transfers end, whoever does them.

        A store that answers and fails is there: each transfer has its own patience with that.
        """
        if isinstance(event, TransferSucceeded):
            self.answered()
        if not isinstance(event, TransferFailed):
            return
        if (failure := event.transfer.failure) and failure.unreachable:
            self.lost(failure.what)

    def noted(self, call: Callable[[], T]) -> T:
        """The result of `call`, which asks the store: whether it answers is learnt on the way."""
        try:
            result = call()
        except RunFerryError as error:
            if error.unreachable:
                self.lost(error.what, away=True)
            raise
        self.answered()
        return result

    def ask(self) -> None:
        """Looks once, on a thread of its own."""
        begin_thread(self._look, "store-look")

    def lost(self, reason: str, *, away: bool = False) -> None:
        """The store did not answer: it is asked until it does. `away` when that was a question."""
        with self._changed:
            self._away = away or (self._away and self._outage is not None)
            if self._outage or self._closed:
                return
            self._outage = Outage(self._clock.now() - timedelta(seconds=self._silence()), reason)
            # What answers now and then, but lets every upload fail, is not asked more often for it.
            if self._clock.monotonic() - self._answered_at >= _CALM_SECONDS:
                self._asked = 0
            if not self._asking:
                self._asking = True
                begin_thread(self._ask, "store-watch")
        self._publish(StoreUnreachable(reason))

    def answered(self) -> None:
        """The store answered, whoever asked."""
        with self._changed:
            if self._outage is None or self._closed:
                return
            self._outage = None
            away = self._away
            self._answered_at = self._clock.monotonic()
            self._changed.notify_all()
        self._publish(StoreReachable())
        try:
            self._resume(away)
        except RunFerryError:
            _log.exception("what waited for the store was not resumed")

    def close(self) -> None:
        """Asks no more. Does not wait for an answer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _ask(self) -> None:
        while self._is_due():
            self._look()

    def _is_due(self) -> bool:
        """Waits for the next time to ask; False when there is no need any more."""
        with self._changed:
            self._changed.wait_for(self._is_over, self._interval(self._asked))
            if self._is_over():
                self._asking = False
                return False
            self._asked += 1
            return True

    def _is_over(self) -> bool:
        return self._closed or self._outage is None

    def _look(self) -> None:
        try:
            self._check()
        except RunFerryError as error:
            if error.unreachable:
                self.lost(error.what, away=True)
                return
        except Exception:  # noqa: BLE001 - a bug in one look must not end the watch
            _log.exception("the store could not be asked")
            return
        self.answered()
