"""The transfer queue: a few daemon threads that do uploads and outlive every screen."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.errors import RunFerryError, TransferCancelledError
from core.events import (
    Event,
    Failure,
    Phase,
    TransferCancelled,
    TransferFailed,
    TransferQueued,
    TransferStarted,
    TransferState,
    TransferSucceeded,
    TransferView,
)
from core.ports.clock import Clock
from core.ports.journal import Journal, TransferRecord
from core.progress import Pacer, Progress
from core.redaction import redact
from core.transfer_records import record_of, request_of, view_of
from core.transfers import Transfers
from core.upload_request import UploadRequest
from core.upload_result import UploadResult

_log = logging.getLogger(__name__)


Ferry = Callable[[UploadRequest, Progress], UploadResult]
"""Does one upload on the calling thread; raises RunFerryError."""


@dataclass
class _Transfer:
    view: TransferView
    request: UploadRequest
    queued_at: datetime
    progress: Progress = field(default_factory=Progress)
    pacer: Pacer = field(default_factory=Pacer)
    saved: tuple[int, int] = (0, 0)


class TransferQueue(Transfers):
    """Uploads in the order of submission, `parallel` at a time, in this process.

    What is queued is durable: a queue that is built again goes on with what was left.
    """

    def __init__(
        self,
        ferry: Ferry,
        journal: Journal,
        clock: Clock,
        publish: Callable[[Event], None],
        *,
        parallel: int,
    ) -> None:
        self._ferry = ferry
        self._journal = journal
        self._clock = clock
        self._publish = publish
        self._parallel = parallel
        self._changed = threading.Condition()
        self._transfers: dict[int, _Transfer] = {}
        self._threads: list[threading.Thread] = []
        self._closing = False

    @property
    def agent(self) -> None:
        """The work is done here."""

    @property
    def trouble(self) -> str:
        """Whoever makes a queue without a lock knows that it is the only one."""
        return ""

    def start(self) -> None:
        """Restores what an earlier process left and begins to work."""
        for record in self._journal.transfers():
            self._restore(record)
        for number in range(self._parallel):
            thread = threading.Thread(target=self._work, name=f"transfer-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def submit(self, request: UploadRequest) -> TransferView:
        """Queues an upload. A source that already waits or travels is not queued twice."""
        with self._changed:
            for known in self._transfers.values():
                if known.request.source == request.source and not known.view.state.ended:
                    return known.view
            view = TransferView(
                0, request.job_id or 0, request.run_id or 0, request.source, TransferState.QUEUED
            )
            now = self._clock.now()
            view = replace(view, id=self._journal.put_transfer(record_of(view, request, now)))
            self._transfers[view.id] = _Transfer(view, request, now)
            self._changed.notify_all()
        self._publish(TransferQueued(view))
        return view

    def retry(self, transfer_id: int) -> bool:
        """Queues a failed or cancelled transfer again; False when there is nothing to retry."""
        with self._changed:
            transfer = self._transfers.get(transfer_id)
            if not transfer or transfer.view.state not in {
                TransferState.FAILED,
                TransferState.CANCELLED,
            }:
                return False
            transfer.progress, transfer.pacer = Progress(), Pacer()
            self._set(transfer, state=TransferState.QUEUED, phase=Phase.WAITING, failure=None)
            self._changed.notify_all()
            view = transfer.view
        self._publish(TransferQueued(view))
        return True

    def cancel(self, transfer_id: int) -> bool:
        """Stops a waiting transfer at once and an active one at its next step."""
        with self._changed:
            transfer = self._transfers.get(transfer_id)
            if not transfer or transfer.view.state.ended:
                return False
            transfer.progress.cancel()
            if transfer.view.state is TransferState.ACTIVE:
                return True
            self._end(transfer, TransferState.CANCELLED, outcome="cancelled")
            view = transfer.view
        self._publish(TransferCancelled(view))
        return True

    def clear_ended(self) -> int:
        """Forgets transfers that are done or cancelled; returns how many."""
        with self._changed:
            gone = [
                t.view.id
                for t in self._transfers.values()
                if t.view.state in {TransferState.DONE, TransferState.CANCELLED}
            ]
            for transfer_id in gone:
                del self._transfers[transfer_id]
                self._journal.remove_transfer(transfer_id)
        return len(gone)

    def views(self) -> tuple[TransferView, ...]:
        """All transfers in the order of submission, with counters and pace of this moment.

        One thread at a time. Takes no lock: whoever draws must not wait for a disk.
        """
        now = self._clock.monotonic()
        return tuple(self._sampled(t, now) for t in list(self._transfers.values()))

    def save_progress(self) -> None:
        """Writes down how far the active transfers are, for other processes to see."""
        with self._changed:
            for transfer in self._transfers.values():
                counts = transfer.progress.counts()
                if transfer.view.state is TransferState.ACTIVE and counts != transfer.saved:
                    transfer.saved = counts
                    self._write(transfer, self._counted(transfer))

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Blocks until nothing waits or travels; False when `timeout` seconds were not enough."""
        with self._changed:
            return self._changed.wait_for(self._idle, timeout)

    def close(self, timeout: float = 2.0) -> None:
        """Lets active transfers stop at their next step; they stay queued for the next start."""
        with self._changed:
            self._closing = True
            for transfer in self._transfers.values():
                if transfer.view.state is TransferState.ACTIVE:
                    transfer.progress.stop()
            self._changed.notify_all()
        deadline = self._clock.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - self._clock.monotonic()))

    def _restore(self, record: TransferRecord) -> None:
        view = view_of(record)
        if not view.state.ended:
            view = replace(
                view, state=TransferState.QUEUED, phase=Phase.WAITING, done=0, total=0, sent=0
            )
        self._transfers[view.id] = _Transfer(view, request_of(record), record.queued_at)

    def _work(self) -> None:
        while transfer := self._next():
            self._publish(TransferStarted(transfer.view))
            self._publish(self._run(transfer))

    def _next(self) -> _Transfer | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._waiting() is not None)
            transfer = self._waiting()
            if self._closing or transfer is None:
                return None
            self._set(transfer, state=TransferState.ACTIVE, attempts=transfer.view.attempts + 1)
            return transfer

    def _run(self, transfer: _Transfer) -> Event:
        try:
            result = self._ferry(transfer.request, transfer.progress)
        except TransferCancelledError:
            return self._stopped(transfer)
        except RunFerryError as error:
            failure = Failure(error.what, error.kept, error.todo, error.retryable, error.exit_code)
            return self._failed(transfer, failure)
        except Exception as error:  # noqa: BLE001 - a bug in one transfer must not end the queue
            _log.exception("transfer %s", transfer.request.source)
            what = f"Unexpected {type(error).__name__}: {redact(str(error))}"
            return self._failed(transfer, Failure(what, todo="The log has the details."))
        with self._changed:
            stored = result.manifest
            self._set(transfer, job_id=stored.job_id, run_id=stored.run_id)
            self._end(transfer, TransferState.DONE, outcome=result.describe())
            return TransferSucceeded(transfer.view, result.fingerprint)

    def _stopped(self, transfer: _Transfer) -> Event:
        with self._changed:
            if self._closing:
                self._set(transfer, state=TransferState.QUEUED, phase=Phase.WAITING)
                return TransferQueued(transfer.view)
            self._end(transfer, TransferState.CANCELLED, outcome="cancelled")
            return TransferCancelled(transfer.view)

    def _failed(self, transfer: _Transfer, failure: Failure) -> Event:
        if self._closing:  # whatever went wrong while all around it ends, it is tried again
            return self._stopped(transfer)
        _log.warning("%s was not stored: %s", transfer.request.source, failure.what)
        with self._changed:
            self._end(transfer, TransferState.FAILED, failure=failure)
            return TransferFailed(transfer.view)

    def _waiting(self) -> _Transfer | None:
        waiting = (t for t in self._transfers.values() if t.view.state is TransferState.QUEUED)
        return next(waiting, None)

    def _idle(self) -> bool:
        return all(t.view.state.ended for t in self._transfers.values())

    def _sampled(self, transfer: _Transfer, now: float) -> TransferView:
        if transfer.view.state is not TransferState.ACTIVE:
            return transfer.view
        view = self._counted(transfer)
        pace = transfer.pacer.sample(now, view.done, view.total)
        return replace(view, rate=pace.rate, seconds_left=pace.seconds_left)

    def _counted(self, transfer: _Transfer) -> TransferView:
        progress = transfer.progress
        done, sent = progress.counts()
        return replace(
            transfer.view, phase=progress.phase, done=done, total=progress.total, sent=sent
        )

    def _end(
        self,
        transfer: _Transfer,
        state: TransferState,
        *,
        outcome: str = "",
        failure: Failure | None = None,
    ) -> None:
        done, sent = transfer.progress.counts()
        self._set(
            transfer,
            state=state,
            outcome=outcome,
            failure=failure,
            ended_at=self._clock.now(),
            done=done,
            total=transfer.progress.total,
            sent=sent,
        )

    def _set(self, transfer: _Transfer, **changes: Any) -> None:
        transfer.view = replace(transfer.view, **changes)
        self._changed.notify_all()
        self._write(transfer, transfer.view)

    def _write(self, transfer: _Transfer, view: TransferView) -> None:
        try:
            self._journal.put_transfer(record_of(view, transfer.request, transfer.queued_at))
        except RunFerryError:
            # The queue in memory stays right; only a restart would not know of this step.
            _log.exception("the state of transfer %s was not saved", view.id)
