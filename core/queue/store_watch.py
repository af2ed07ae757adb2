"""Whether the store answers; what had to wait for it goes on when it does."""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from core.errors import Failure, RunFerryError, SettingsError, StoreError
from core.events import (
    Event,
    StoreReachable,
    StoreUnreachable,
    TransferFailed,
    TransferSucceeded,
)
from core.queue.outages import Outage, Outages
from core.threads import begin_thread

T = TypeVar("T")
_log = logging.getLogger(__name__)


class StoreWatch:
    """Costs nothing while the store answers. While it does not, a thread asks, ever more seldom.

    A refusal is an answer, and so is "not now": whatever is wrong then, the store is there. What
    refused a question is remembered until something succeeds. Callable from any thread.
    """

    def __init__(
        self,
        check: Callable[[], object],
        resume: Callable[[bool], object],
        publish: Callable[[Event], None],
        outages: Outages,
    ) -> None:
        """`check` asks the store; `resume` is called when it answers again.

        It is told whether the store was away: no answer to any question, not to transfers alone.
        """
        self._check = check
        self._resume = resume
        self._publish = publish
        self._outages = outages
        self._changed = threading.Condition()
        self._heard = self._obeyed = False
        self._questions = 0
        self._refusal: RunFerryError | None = None
        self._asking = False
        self._closed = False

    @property
    def outage(self) -> Outage | None:
        """None while the store answers, as far as anybody has noticed. Takes no lock."""
        return self._outages.now

    @property
    def answers(self) -> bool:
        """Whether the store did when it was last asked; False before. Takes no lock."""
        return self._heard and self._outages.now is None

    @property
    def has_answered(self) -> bool:
        """Whether it ever did what was asked since this began. Takes no lock."""
        return self._obeyed

    @property
    def is_asked(self) -> bool:
        """Whether an answer is waited for now. Takes no lock."""
        return self._questions > 0

    @property
    def refusal(self) -> RunFerryError | None:
        """Why a question got nothing, which waiting does not cure; None once something succeeded.

        Takes no lock.
        """
        return self._refusal

    def take(self, event: Event) -> None:
        """Learns from how transfers end, whoever does them.

        A store that answers and fails is there: each transfer has its own patience with that.
        """
        if isinstance(event, TransferSucceeded):
            self.answered()
        if isinstance(event, TransferFailed):
            self._learn(event.transfer.failure)

    def noted(self, call: Callable[[], T]) -> T:
        """The result of `call`, which asks the store: whether it answers is learnt on the way."""
        try:
            result = call()
        except RunFerryError as error:
            if error.unreachable:
                self.lost(error.what, away=True)
            self._remember(error)
            raise
        self.answered()
        return result

    def ask(self) -> None:
        """Looks once, on a thread of its own; it `is_asked` at once."""
        self._count(1)
        begin_thread(self._look_once, "store-look")

    def lost(self, reason: str, *, away: bool = False) -> None:
        """The store did not answer: it is asked until it does. `away` when that was a question."""
        with self._changed:
            if self._closed or not self._outages.begin(reason, away=away):
                return
            self._begin_asking()
        self._publish(StoreUnreachable(reason))

    def answered(self) -> None:
        """The store did what was asked, whoever asked."""
        self._refusal, self._obeyed = None, True
        self._end_outage(heard=True)

    def close(self) -> None:
        """Asks no more. Does not wait for an answer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _end_outage(self, *, heard: bool) -> None:
        with self._changed:
            self._heard = heard
            over = None if self._closed else self._outages.end()
            self._changed.notify_all()
        if over:
            self._publish(StoreReachable())
            self._go_on(over)

    def _learn(self, failure: Failure | None) -> None:
        if failure and failure.unreachable:
            self.lost(failure.what)

    def _go_on(self, over: Outage) -> None:
        try:
            self._resume(over.away)
        except RunFerryError:
            _log.exception("what waited for the store was not resumed")

    def _begin_asking(self) -> None:
        if not self._asking:
            self._asking = True
            begin_thread(self._ask, "store-watch")

    def _ask(self) -> None:
        while self._is_due():
            self._look()

    def _is_due(self) -> bool:
        """Waits for the next time to ask; False when there is no need any more."""
        with self._changed:
            self._changed.wait_for(self._is_over, self._outages.seconds_to_question())
            if self._is_over():
                self._asking = False
                return False
            self._outages.asked()
            return True

    def _is_over(self) -> bool:
        return self._closed or self._outages.now is None

    def _count(self, questions: int) -> None:
        with self._changed:
            self._questions += questions

    def _look_once(self) -> None:
        try:
            self._look()
        finally:
            self._count(-1)

    def _look(self) -> None:
        try:
            self._question()
        except Exception:  # noqa: BLE001 - a bug in one look must not end the watch
            _log.exception("the store could not be asked")

    def _question(self) -> None:
        try:
            self._check()
        except RunFerryError as error:
            self._learn_why_not(error)
        else:
            self.answered()

    def _learn_why_not(self, error: RunFerryError) -> None:
        if error.unreachable:
            self.lost(error.what, away=True)
        else:  # waiting does not cure it; what of it the store said itself is an answer
            self._remember(error)
            self._end_outage(heard=error.answered)

    def _remember(self, error: RunFerryError) -> None:
        if isinstance(error, StoreError | SettingsError) and not error.retryable:
            self._refusal = error
