"""What commands do without the queue, written down as what the queue does."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

import click

from core.activity.recorder import ActivityRecorder
from core.care.sync_store import Synced
from core.download.wanted import Downloaded
from core.errors import Failure, RunFerryError, StateError, TransferCancelledError
from core.events import EventSink, TransferFailed, TransferSucceeded
from core.ports.journal.activity import ActivityKind
from core.progress import Progress
from core.queue.transfer_request import (
    TransferRequest,
    carried_download,
    carried_upload,
    waiting_view,
)
from core.transfer_view import TransferState
from core.upload.upload_result import UploadResult
from tui.background import failure_of
from tui.composition.adapters import Adapters
from tui.wording.activity import event_words, synced_words

R = TypeVar("R", bound=TransferRequest)
T = TypeVar("T", UploadResult, Downloaded)


def make_recorder(adapters: Adapters) -> ActivityRecorder:
    """For one process."""
    return ActivityRecorder(
        lambda: adapters.activity_log, adapters.clock, event_words, secrets.token_hex(8)
    )


def record_error(recorder: ActivityRecorder, command: str, error: Exception) -> None:
    """That a command ended with it, unless it was misspelt, or the state cannot be used."""
    if not isinstance(error, (StateError, click.ClickException, click.Abort)):
        recorder.failed(ActivityKind.COMMAND, command, failure_of(error))


def record_sync(recorder: ActivityRecorder, synced: Synced) -> None:
    """That the catalog is equal to the store."""
    recorder.done(ActivityKind.SYNC, "store", synced_words(synced.catalog))


class RecordedCarry(Generic[R, T]):
    """Carries a transfer of a command, and tells what became of it. Callable from any thread."""

    def __init__(
        self,
        carry: Callable[[R, Progress], T],
        record: EventSink,
        on_failure: Callable[[RunFerryError], None],
    ) -> None:
        """`on_failure` is told what need not be recorded once more."""
        self._carry = carry
        self._record = record
        self._on_failure = on_failure

    def __call__(self, request: R, progress: Progress) -> T:
        """What `carry` returns and raises."""
        try:
            result = self._carry(request, progress)
        except TransferCancelledError:
            raise
        except RunFerryError as error:
            self._on_failure(error)
            view = waiting_view(request)
            failed = replace(view, state=TransferState.FAILED, failure=Failure.of(error))
            self._record(TransferFailed(failed))
            raise
        self._record(_succeeded(request, result))
        return result


def _succeeded(request: TransferRequest, result: UploadResult | Downloaded) -> TransferSucceeded:
    if isinstance(result, UploadResult):
        carried = carried_upload(request, result)
    else:
        carried = carried_download(request, result)
    view = waiting_view(carried.request)
    done = replace(view, state=TransferState.DONE, outcome=carried.outcome)
    return TransferSucceeded(done, carried.fingerprint)
