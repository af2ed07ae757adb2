"""The queue, and what other processes ask the one that works on it."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import peewee

from core.model import HIGHEST_ID
from core.ports.journal.queue import Command, TransferRecord
from core.queue.transfer_records import view_of
from storage.db.fields import (
    AnyTextField,
    BytesField,
    ErrorTextField,
    FlagField,
    MomentField,
    NumberField,
    ObjectField,
    PathField,
    TextField,
    object_bytes,
    object_from,
    text_from,
)
from storage.db.journal.store_tables import StoreTable, StoreTables


class Transfers(StoreTable):
    """One entry of the queue; job 0 is unknown."""

    id = peewee.AutoField()
    job_id = NumberField(HIGHEST_ID)
    run_id = NumberField(HIGHEST_ID)
    source = PathField()
    state = TextField()
    message = ErrorTextField()
    queued_at = MomentField()
    kept = ErrorTextField()
    todo = ErrorTextField()
    retryable = FlagField()
    ended_at = MomentField(null=True)
    request = ObjectField()
    exit_code = NumberField()
    phase = TextField()
    done = NumberField()
    total = NumberField()
    sent = NumberField()
    attempts = NumberField()
    outcome = ErrorTextField()
    vain = NumberField()
    kept_bytes = NumberField()


class Commands(StoreTable):
    """What another process asks the agent to do."""

    id = peewee.AutoField()
    verb = AnyTextField()
    arguments = BytesField()


class QueueTables(StoreTables):
    """See `Journal`."""

    def put_transfer(self, record: TransferRecord) -> int:
        columns = asdict(record)
        del columns["id"]
        with self.database.writing() as session:
            if record.id:
                same = Transfers.id == record.id
                session.run(Transfers.update(columns).where(self._ours(Transfers), same))
                return record.id
            return session.run(Transfers.insert(store=self._store, **columns))

    def transfers(self) -> Sequence[TransferRecord]:
        ours = Transfers.of(TransferRecord).where(self._ours(Transfers))
        return self._all(ours.order_by(Transfers.id), _transfer)

    def remove_transfer(self, transfer_id: int) -> None:
        self._delete(Transfers, Transfers.id == transfer_id)

    def put_command(self, command: Command) -> None:
        self._put(Commands, verb=command.verb, arguments=object_bytes(command.arguments))

    def commands(self) -> Sequence[Command]:
        ours = Commands.of(Command).where(self._ours(Commands))
        return self._all(ours.order_by(Commands.id), _command)

    def remove_command(self, command_id: int) -> None:
        self._delete(Commands, Commands.id == command_id)


def _transfer(**columns: Any) -> TransferRecord:
    record = TransferRecord(**columns)
    view_of(record)  # which says what a state, a phase and a request can be
    return record


def _command(verb: object, arguments: object, **number: int) -> Command:
    """One that is damaged is a command, too: it is crossed off like others that make no sense."""
    try:
        return Command(text_from(verb), object_from(arguments), **number)
    except (ValueError, RecursionError):
        return Command("", {}, **number)
