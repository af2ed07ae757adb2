"""The rows of `state.db` as core's values, and back."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, cast

from core.ports.journal import (
    Command,
    Intent,
    LinkRate,
    Orphan,
    StoredSource,
    TransferRecord,
    WatchedRecord,
)
from core.ports.object_store import OpenUpload, SentPart
from core.printable import printable
from core.redaction import redact
from storage.db.columns import (
    moment_from,
    moment_text,
    optional_moment_from,
    optional_moment_text,
)
from storage.db.database_session import Row

_NO_SESSION = OpenUpload("", 0)


def intent_row(store: bytes, intent: Intent) -> dict[str, Any]:
    """By column."""
    row = asdict(intent) | {"store": store, "started_at": moment_text(intent.started_at)}
    del row["session"]
    return row | asdict(intent.session or _NO_SESSION)


def intent_from(row: Row) -> Intent:
    """Raises ValueError when the row is damaged, as do the others."""
    _, token, job_id, run_id, version, key, started_at, *rest = row
    *identity, upload_id, part_bytes, checksums, encoder = rest
    intent = Intent(token, job_id, run_id, version, key, moment_from(started_at), *identity)
    begun = OpenUpload(upload_id, part_bytes, checksums) if upload_id else None
    return replace(intent, session=begun, encoder=encoder)


def part_row(store: bytes, write_token: str, part: SentPart) -> dict[str, Any]:
    """By column."""
    return {**asdict(part), "store": store, "write_token": write_token}


def part_from(row: Row) -> SentPart:
    """See `intent_from`."""
    return SentPart(*row[2:])


def link_row(store: bytes, rate: LinkRate) -> dict[str, Any]:
    """By column."""
    return {**asdict(rate), "store": store, "measured_at": moment_text(rate.measured_at)}


def link_from(row: Row) -> LinkRate:
    """See `intent_from`."""
    _, bytes_per_second, measured_at = row
    return LinkRate(bytes_per_second, moment_from(measured_at))


def orphan_row(store: bytes, orphan: Orphan) -> dict[str, Any]:
    """By column; the reason comes from an error."""
    return {
        **asdict(orphan),
        "store": store,
        "url": os.fsencode(orphan.url),
        "reason": printable(redact(orphan.reason)),
        "seen_at": moment_text(orphan.seen_at),
    }


def orphan_from(row: Row) -> Orphan:
    """See `intent_from`."""
    _, key, url, token, reason, seen_at = row
    return Orphan(os.fsdecode(url), key, token, reason, moment_from(seen_at))


def transfer_row(store: bytes, record: TransferRecord) -> dict[str, Any]:
    """By column, without the id; the texts come from an error."""
    row = asdict(record) | {
        "store": store,
        "source": os.fsencode(record.source),
        "message": printable(redact(record.message)),
        "kept": printable(redact(record.kept)),
        "todo": printable(redact(record.todo)),
        "outcome": printable(redact(record.outcome)),
        "queued_at": moment_text(record.queued_at),
        "ended_at": optional_moment_text(record.ended_at),
        "request": _json(record.request),
    }
    del row["id"]
    return row


def transfer_from(row: Row) -> TransferRecord:
    """See `intent_from`."""
    number, _, job_id, run_id, source, state, message, queued_at, kept, todo, *later = row
    retryable, ended_at, request, *progress = later
    return TransferRecord(
        number,
        job_id,
        run_id,
        os.fsdecode(source),
        state,
        message,
        moment_from(queued_at),
        kept,
        todo,
        bool(retryable),
        optional_moment_from(ended_at),
        _from_json(request),
        *progress,
    )


def stored_row(store: bytes, source: str, stored: StoredSource) -> dict[str, Any]:
    """By column."""
    return {**asdict(stored), "store": store, "source": os.fsencode(source)}


def stored_from(row: Row) -> tuple[str, StoredSource]:
    """The RUN directory, and what became of it."""
    _, source, *stored = row
    return os.fsdecode(source), StoredSource(*stored)


def watched_row(store: bytes, record: WatchedRecord) -> Row:
    """In the order of the columns."""
    return (
        store,
        os.fsencode(record.path),
        record.state,
        record.outcome,
        record.fingerprint,
        moment_text(record.changed_at),
        moment_text(record.seen_at),
        record.longest_pause,
        record.submitted,
    )


def watched_from(row: Row) -> WatchedRecord:
    """See `intent_from`."""
    _, path, state, outcome, fingerprint, changed_at, seen_at, *rest = row
    times = moment_from(changed_at), moment_from(seen_at)
    return WatchedRecord(os.fsdecode(path), state, outcome, fingerprint, *times, *rest)


def command_row(store: bytes, command: Command) -> dict[str, Any]:
    """By column, without the id."""
    return {"store": store, "verb": command.verb, "arguments": _json(command.arguments)}


def command_from(row: Row) -> Command:
    """See `intent_from`."""
    number, _, verb, arguments = row
    return Command(verb, _from_json(arguments), number)


def _json(values: Mapping[str, object]) -> bytes:
    """They may hold paths: JSON in ASCII keeps any string."""
    return json.dumps(dict(values)).encode()


def _from_json(text: bytes) -> dict[str, object]:
    return cast("dict[str, object]", json.loads(text))
