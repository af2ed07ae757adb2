"""The rows of `state.db` as core's values, and back."""

import os
from dataclasses import asdict
from typing import Any

from core.ports.journal import Intent, Orphan, TransferRecord
from core.printable import printable
from core.redaction import redact
from storage.db.columns import moment_from, moment_text
from storage.db.database_session import Row


def intent_row(store: bytes, intent: Intent) -> dict[str, Any]:
    """By column."""
    return {**asdict(intent), "store": store, "started_at": moment_text(intent.started_at)}


def intent_from(row: Row) -> Intent:
    """Raises ValueError when the row is damaged, as do the others."""
    _, token, job_id, run_id, version, key, started_at, *identity = row
    return Intent(token, job_id, run_id, version, key, moment_from(started_at), *identity)


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
        "queued_at": moment_text(record.queued_at),
    }
    del row["id"]
    return row


def transfer_from(row: Row) -> TransferRecord:
    """See `intent_from`."""
    number, _, job_id, run_id, source, state, message, queued_at, *advice = row
    queued, path = moment_from(queued_at), os.fsdecode(source)
    return TransferRecord(number, job_id, run_id, path, state, message, queued, *advice)
