"""Transfers as they are written down, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from core.errors import EXIT_FAILED
from core.events import Failure, Phase, TransferState, TransferView
from core.ports.journal import TransferRecord
from core.upload_request import UploadRequest


def record_of(view: TransferView, request: UploadRequest, queued_at: datetime) -> TransferRecord:
    """Everything that a restart and other processes have to know."""
    failure = view.failure or Failure("", exit_code=0)
    return TransferRecord(
        id=view.id,
        job_id=view.job_id,
        run_id=view.run_id,
        source=view.source,
        state=view.state.value,
        message=failure.what,
        queued_at=queued_at,
        kept=failure.kept,
        todo=failure.todo,
        retryable=failure.retryable,
        exit_code=failure.exit_code,
        ended_at=view.ended_at,
        request=asdict(request),
        phase=view.phase.value,
        done=view.done,
        total=view.total,
        sent=view.sent,
        attempts=view.attempts,
        outcome=view.outcome,
    )


def view_of(record: TransferRecord) -> TransferView:
    """The transfer as it was written down last."""
    return TransferView(
        id=record.id,
        job_id=record.job_id,
        run_id=record.run_id,
        source=record.source,
        state=TransferState(record.state),
        phase=Phase(record.phase or Phase.WAITING),
        done=record.done,
        total=record.total,
        sent=record.sent,
        attempts=record.attempts,
        outcome=record.outcome,
        failure=_failure_of(record),
        ended_at=record.ended_at,
    )


def request_of(record: TransferRecord) -> UploadRequest:
    """What was asked for."""
    if record.request:
        return request_from(record.request)
    return UploadRequest(record.source, record.job_id or None, record.run_id or None)


def request_from(values: Mapping[str, object]) -> UploadRequest:
    """What `asdict` made of a request. Raises ValueError when it made something else."""
    kinds: dict[str, Any] = {field.name: field.type for field in fields(UploadRequest)}
    for name, value in values.items():
        if name not in kinds or not isinstance(value, kinds[name]):
            raise ValueError(f"a request with {name} {value!r}")
    if "source" not in values:
        raise ValueError("a request without source")
    known: dict[str, Any] = dict(values)
    return UploadRequest(**known)


def _failure_of(record: TransferRecord) -> Failure | None:
    if not record.message:
        return None
    exit_code = record.exit_code or EXIT_FAILED
    return Failure(record.message, record.kept, record.todo, record.retryable, exit_code)
