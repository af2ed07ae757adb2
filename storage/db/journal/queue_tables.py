"""The queue, and what other processes ask the one that works on it."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import peewee

from core.model import HIGHEST_ID
from core.ports.journal.queue import Command, TransferRecord
from core.printable import harmless
from core.queue.transfer_records import view_of
from core.redaction import redact
from storage.db.columns import (
    fields_from,
    moment_from,
    moment_text,
    optional_moment_from,
    optional_moment_text,
    path_from,
    text_from,
    whole_from,
)
from storage.db.database_session import Row
from storage.db.journal.store_tables import StoreTable, StoreTables


class Transfers(StoreTable):
    """One entry of the queue."""

    id = peewee.AutoField()
    job_id = peewee.IntegerField()
    run_id = peewee.IntegerField()
    source = peewee.BlobField()
    state = peewee.TextField()
    message = peewee.TextField()
    queued_at = peewee.TextField()
    kept = peewee.TextField()
    todo = peewee.TextField()
    retryable = peewee.IntegerField()
    ended_at = peewee.TextField(null=True)
    request = peewee.BlobField()
    exit_code = peewee.IntegerField()
    phase = peewee.TextField()
    done = peewee.IntegerField()
    total = peewee.IntegerField()
    sent = peewee.IntegerField()
    attempts = peewee.IntegerField()
    outcome = peewee.TextField()
    vain = peewee.IntegerField()
    kept_bytes = peewee.IntegerField()


class Commands(StoreTable):
    """What another process asks the agent to do."""

    id = peewee.AutoField()
    verb = peewee.TextField()
    arguments = peewee.BlobField()


class QueueTables(StoreTables):
    """See `Journal`."""

    def put_transfer(self, record: TransferRecord) -> int:
        with self.database.writing() as session:
            row = _transfer_row(self._store, record)
            if record.id:
                same = Transfers.id == record.id
                session.run(Transfers.update(row).where(self._ours(Transfers), same))
                return record.id
            return session.run(Transfers.insert(row)).row_id

    def transfers(self) -> Sequence[TransferRecord]:
        ours = Transfers.select().where(self._ours(Transfers))
        return self._all(ours.order_by(Transfers.id), _transfer_from)

    def remove_transfer(self, transfer_id: int) -> None:
        with self.database.writing() as session:
            same = Transfers.id == transfer_id
            session.run(Transfers.delete().where(self._ours(Transfers), same))

    def put_command(self, command: Command) -> None:
        with self.database.writing() as session:
            arguments = _json(command.arguments)
            row = {"store": self._store, "verb": command.verb, "arguments": arguments}
            session.run(Commands.insert(row))

    def commands(self) -> Sequence[Command]:
        ours = Commands.select().where(self._ours(Commands))
        return self._all(ours.order_by(Commands.id), _command_from)

    def remove_command(self, command_id: int) -> None:
        with self.database.writing() as session:
            same = Commands.id == command_id
            session.run(Commands.delete().where(self._ours(Commands), same))


def _transfer_row(store: bytes, record: TransferRecord) -> dict[str, Any]:
    """Without the id; the texts come from an error."""
    row = asdict(record) | {
        "store": store,
        "source": os.fsencode(record.source),
        "message": harmless(redact(record.message)),
        "kept": harmless(redact(record.kept)),
        "todo": harmless(redact(record.todo)),
        "outcome": harmless(redact(record.outcome)),
        "queued_at": moment_text(record.queued_at),
        "ended_at": optional_moment_text(record.ended_at),
        "request": _json(record.request),
    }
    del row["id"]
    return row


def _transfer_from(row: Row) -> TransferRecord:
    number, _, job_id, run_id, source, state, message, queued_at, kept, todo, *later = row
    retryable, ended_at, request, exit_code, phase, done, total, sent, attempts, *last = later
    outcome, vain, kept_bytes = last
    record = TransferRecord(
        number,
        whole_from(job_id, HIGHEST_ID),
        whole_from(run_id, HIGHEST_ID),
        path_from(source),
        text_from(state),
        text_from(message),
        moment_from(queued_at),
        text_from(kept),
        text_from(todo),
        bool(retryable),
        optional_moment_from(ended_at),
        fields_from(request),
        whole_from(exit_code),
        text_from(phase),
        whole_from(done),
        whole_from(total),
        whole_from(sent),
        whole_from(attempts),
        text_from(outcome),
        whole_from(vain),
        whole_from(kept_bytes),
    )
    view_of(record)  # which says what a state, a phase and a request can be
    return record


def _command_from(row: Row) -> Command:
    """One that is damaged is a command, too: it is crossed off like others that make no sense."""
    number, _, verb, arguments = row
    try:
        return Command(text_from(verb), fields_from(arguments), number)
    except (ValueError, RecursionError):
        return Command("", {}, number)


def _json(values: Mapping[str, object]) -> bytes:
    """They may hold paths: JSON in ASCII keeps any string."""
    return json.dumps(dict(values)).encode()
