"""The queue, and what other processes ask the one that works on it."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class TransferRecord:
    """One entry of the queue, as it survives a restart and as other processes see it.

    `state` and `phase` are values of TransferState and Phase. `message`, `kept`, `todo`,
    `retryable` and `exit_code` are those of the failure, if it failed. `done`, `total`, `sent`
    and `kept_bytes` are bytes, some seconds old while it is active. `request` is what was asked for, as plain values
    of JSON; empty in records of early versions. Of the `attempts`, the last `vain` ones in a row got
    nothing across.
    """

    id: int
    job_id: int
    run_id: int
    source: str
    state: str
    message: str
    queued_at: datetime
    kept: str = ""
    todo: str = ""
    retryable: bool = False
    ended_at: datetime | None = None
    request: Mapping[str, object] = field(default_factory=dict[str, object])
    exit_code: int = 0
    phase: str = ""
    done: int = 0
    total: int = 0
    sent: int = 0
    attempts: int = 0
    outcome: str = ""
    vain: int = 0
    kept_bytes: int = 0


@dataclass(frozen=True)
class Command:
    """What another process asks the agent to do. `id` gives the order.

    `verb` is a value of AgentVerb; `arguments` are plain values of JSON.
    """

    verb: str
    arguments: Mapping[str, object]
    id: int = 0


class TransferRecords(Protocol):
    """The queue, written by the agent alone and read by every process.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_transfer(self, record: TransferRecord) -> int:
        """Inserts (id 0) or updates; returns the id."""

    @abstractmethod
    def transfers(self) -> Sequence[TransferRecord]:
        """The queue, oldest first."""

    @abstractmethod
    def remove_transfer(self, transfer_id: int) -> None:
        """The user cleared it."""


class Commands(Protocol):
    """How a process that is not the agent has its way: left here, carried out by the agent in order.

    Durable on return; callable from any thread; raises only StateError.
    """

    @abstractmethod
    def put_command(self, command: Command) -> None:
        """Leaves a command for the agent; its `id` is given here."""

    @abstractmethod
    def commands(self) -> Sequence[Command]:
        """Commands not carried out yet, oldest first."""

    @abstractmethod
    def remove_command(self, command_id: int) -> None:
        """It was carried out, or cannot be."""
