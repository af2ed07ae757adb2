"""One transfer as the queue keeps it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil
from typing import Self

from core.errors import Failure
from core.ports.journal.queue import TransferRecord
from core.progress import Pacer, Progress
from core.queue.transfer_records import record_of, request_of, view_of
from core.queue.transfer_request import TransferRequest, waiting_view
from core.transfer_view import Direction, Phase, TransferState, TransferView

RETRYABLE = frozenset({TransferState.FAILED, TransferState.CANCELLED})
PAUSABLE = frozenset({TransferState.QUEUED, TransferState.ACTIVE})
RESUMABLE = frozenset({TransferState.PAUSED, TransferState.ACTIVE})
CANCELLABLE = PAUSABLE | {TransferState.PAUSED, TransferState.FAILED}
CLEARABLE = frozenset({TransferState.DONE, TransferState.CANCELLED})
FORGETTABLE = CANCELLABLE - {TransferState.ACTIVE}
OPEN = PAUSABLE | {TransferState.PAUSED}
"""The same is not queued a second time."""


@dataclass
class QueuedTransfer:
    """`then` is what it becomes when it stops before its end.

    `vain` are the tries in a row that got nothing across although the store answered, `in_vain` tells
    it of the last one; before `due`, a monotonic second, it is not tried again by itself. `looks` are
    those at an archived object that is being restored. `reached` are the bytes that earlier tries came
    to.
    """

    view: TransferView
    request: TransferRequest
    queued_at: datetime
    progress: Progress = field(default_factory=Progress)
    pacer: Pacer = field(default_factory=Pacer)
    saved: tuple[int, int] = (0, 0)
    then: TransferState = TransferState.QUEUED
    vain: int = 0
    in_vain: bool = False
    due: float = 0.0
    looks: int = 0
    reached: int = 0

    @classmethod
    def restored(cls, record: TransferRecord) -> Self:
        """As an earlier process left it; what travelled then waits."""
        view = view_of(record)
        if view.state in PAUSABLE and not view.restoring:  # that is looked at anew, too
            view = waiting(view)
        transfer = cls(view, request_of(record), record.queued_at, vain=record.vain)
        if view.direction is Direction.UPLOAD:
            transfer.progress.expect_kept(view.kept)
        return transfer

    @property
    def active(self) -> bool:
        """Whether a thread is at it."""
        return self.view.state is TransferState.ACTIVE

    @property
    def open(self) -> bool:
        """Whether it waits, travels or is paused."""
        return self.view.state in OPEN

    @property
    def lost(self) -> Failure | None:
        """Why it failed, if it goes on when the store answers."""
        failure = self.view.failure if self.view.state is TransferState.FAILED else None
        return failure if failure and failure.offline else None

    def is_like(self, view: TransferView, states: frozenset[TransferState]) -> bool:
        """Whether it is the same transfer, or the same thing asked for again, in one of these states."""
        return self.view.identity == view.identity and self.view.state in states

    def is_due(self, now: float) -> bool:
        """Whether it waits for nothing but its turn, at monotonic second `now`."""
        return self.view.state is TransferState.QUEUED and self.due <= now

    def is_later(self, now: float) -> bool:
        """Whether it waits for its next try."""
        return self.view.state is TransferState.QUEUED and self.due > now

    def take(self, request: TransferRequest) -> None:
        """What was asked for has turned out to be this."""
        known = waiting_view(request)
        self.request = request
        self.view = replace(
            self.view,
            job_id=known.job_id,
            run_id=known.run_id,
            source=known.source,
            target=known.target,
            name=known.name or self.view.name,
        )

    def renew(self) -> None:
        """Makes it ready for another try, which finds what this one left."""
        left = self.progress.in_store
        self.progress, self.pacer, self.then = Progress(), Pacer(), TransferState.QUEUED
        self.progress.expect_kept(left)

    def take_stock(self) -> None:
        """A try has failed: did it get further than any before, also before a restart?

        What a store took and lost again is nothing that came across.
        """
        kept = self.progress.kept
        done, sent = self.progress.counts()
        came = done if self.view.direction is Direction.DOWNLOAD else sent + kept
        self.in_vain = came <= max(self.reached, kept)
        self.vain = self.vain if self.in_vain else 0
        self.reached = max(self.reached, came)

    def count_vain(self) -> None:
        """The store answered meanwhile."""
        self.vain += self.in_vain

    def counted(self) -> TransferView:
        """With the counters of this moment."""
        progress = self.progress
        done, sent = progress.counts()
        return replace(
            self.view,
            phase=progress.phase,
            done=done,
            total=progress.total or self.view.total,
            sent=sent,
            kept=progress.kept_before,
        )

    def stopped(self) -> TransferView:
        """The same at the end of a try; `kept` is what it leaves to the next one."""
        progress = self.progress
        return replace(self.counted(), kept=max(progress.kept, progress.in_store))

    def sampled(self, now: float) -> TransferView:
        """With counters and pace while it is active, else the seconds to its next try. One thread."""
        if not self.active:
            return self._counted_down(now)
        view = self.counted()
        pace = self.pacer.of(self.progress, now)
        return replace(view, rate=pace.rate, seconds_left=pace.seconds_left)

    def _counted_down(self, now: float) -> TransferView:
        waits = self.view.failure is not None or self.view.restoring
        if self.view.state is not TransferState.QUEUED or not waits:
            return self.view
        return replace(self.view, again_in=float(ceil(max(0.0, self.due - now))))

    def has_moved(self) -> bool:
        """Whether it travels and is further than when this was asked last."""
        if not self.active:
            return False
        before, self.saved = self.saved, self.progress.counts()
        return self.saved != before

    def record(self) -> TransferRecord:
        """As a restart should find it: with what is kept, and paused if it is about to pause."""
        view = self.counted() if self.active else self.view
        return record_of(self._durable(view), self.request, self.queued_at, self.vain)

    def _durable(self, view: TransferView) -> TransferView:
        if not self.active:
            return view
        pauses = self.then is TransferState.PAUSED
        state = TransferState.PAUSED if pauses else view.state
        return replace(view, state=state, kept=self.stopped().kept)


def waiting(view: TransferView) -> TransferView:
    """The same transfer, of which nothing travels."""
    return replace(view, state=TransferState.QUEUED, phase=Phase.WAITING, done=0, sent=0)
