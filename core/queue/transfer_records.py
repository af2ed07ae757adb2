"""Transfers as they are written down, and back."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, replace
from datetime import datetime
from typing import Any

from core.download.download_request import DownloadRequest
from core.errors import EXIT_FAILED, Failure
from core.model import ArtifactKind
from core.ports.journal.queue import TransferRecord
from core.queue.transfer_request import TransferRequest, waiting_view
from core.transfer_view import Direction, Phase, TransferState, TransferView
from core.upload.upload_request import UploadRequest

_DIRECTION = "direction"


def record_of(
    view: TransferView, request: TransferRequest, queued_at: datetime, vain: int = 0
) -> TransferRecord:
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
        request=values_of(request),
        phase=view.phase.value,
        done=view.done,
        total=view.total,
        sent=view.sent,
        attempts=view.attempts,
        outcome=view.outcome,
        vain=vain,
        kept_bytes=view.kept,
    )


def view_of(record: TransferRecord) -> TransferView:
    """The transfer as it was written down last."""
    return replace(
        waiting_view(request_of(record), record.id),
        job_id=record.job_id,
        run_id=record.run_id,
        source=record.source,
        state=TransferState(record.state),
        phase=Phase(record.phase or Phase.WAITING),
        done=record.done,
        total=record.total,
        sent=record.sent,
        kept=record.kept_bytes,
        attempts=record.attempts,
        outcome=record.outcome,
        failure=_failure_of(record),
        ended_at=record.ended_at,
    )


def request_of(record: TransferRecord) -> TransferRequest:
    """What was asked for."""
    if record.request:
        return request_from(record.request)
    return UploadRequest(record.source, record.job_id or None, record.run_id or None)


def values_of(request: TransferRequest) -> dict[str, object]:
    """As plain values of JSON. Without a direction it is an upload."""
    values = asdict(request)
    if isinstance(request, DownloadRequest):
        values |= {_DIRECTION: Direction.DOWNLOAD.value, "kind": request.kind.value}
    return values


def request_from(values: Mapping[str, object]) -> TransferRequest:
    """What `values_of` made of a request. Raises ValueError when it made something else."""
    known: dict[str, Any] = dict(values)
    if Direction(known.pop(_DIRECTION, Direction.UPLOAD)) is Direction.UPLOAD:
        return UploadRequest(**_checked(UploadRequest, known))
    known["kind"] = ArtifactKind(known.get("kind", ""))
    return DownloadRequest(**_checked(DownloadRequest, known))


def _checked(request: type[TransferRequest], values: dict[str, Any]) -> dict[str, Any]:
    kinds: dict[str, Any] = {field.name: field.type for field in fields(request)}
    for name, value in values.items():
        if name not in kinds or not isinstance(value, kinds[name]):
            raise ValueError(f"a request with {name} {value!r}")
    missing = {f.name for f in fields(request) if f.default is MISSING} - values.keys()
    if missing:
        raise ValueError(f"a request without {', '.join(sorted(missing))}")
    return values


def _failure_of(record: TransferRecord) -> Failure | None:
    if not record.message:
        return None
    exit_code = record.exit_code or EXIT_FAILED
    return Failure(record.message, record.kept, record.todo, record.retryable, exit_code)
