"""What processes ask of the agent, and how it is carried out."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from core.errors import RunFerryError
from core.pace.byte_rate import check_rate
from core.ports.journal.queue import Command, Commands
from core.queue.transfer_queue import TransferQueue
from core.queue.transfer_records import request_from
from core.settings import MOST_PARALLEL

_log = logging.getLogger(__name__)

Arguments = Mapping[str, object]
"""Of a command: plain values of JSON, not checked."""


class AgentVerb(StrEnum):
    """Carrying one out twice does no harm: a crash may come before it is crossed off."""

    SUBMIT = "submit"
    RETRY = "retry"
    CANCEL = "cancel"
    CLEAR = "clear"
    HOLD = "hold"
    RELEASE = "release"
    AUTO_UPLOAD = "auto_upload"
    RESCAN = "rescan"
    PAUSE = "pause"
    RESUME = "resume"
    LIMIT = "limit"
    PARALLEL = "parallel"
    FORGET_FAILED = "forget_failed"


@dataclass(frozen=True)
class AgentActions:
    """What else than transfers a process can be asked for. Called on any thread, at once."""

    hold: Callable[[str], object]
    release: Callable[[str], object]
    auto_upload: Callable[[str, bool, bool | None], object]
    rescan: Callable[[], object]


class AgentCommands:
    """What one process asks of another, by way of the journal."""

    def __init__(self, journal: Commands, queue: TransferQueue, actions: AgentActions) -> None:
        self._journal = journal
        self._verbs: Mapping[AgentVerb, Callable[[Arguments], object]] = {
            AgentVerb.SUBMIT: lambda given: queue.submit(request_from(given)),
            AgentVerb.RETRY: lambda given: queue.retry(_number(given, "id")),
            AgentVerb.CANCEL: lambda given: queue.cancel(_number(given, "id")),
            AgentVerb.PAUSE: lambda given: queue.pause(_number(given, "id")),
            AgentVerb.RESUME: lambda given: queue.resume(_number(given, "id")),
            AgentVerb.FORGET_FAILED: lambda given: queue.forget_failed(_number(given, "id")),
            AgentVerb.CLEAR: lambda given: queue.clear_ended(_ids(given)),
            AgentVerb.LIMIT: lambda given: queue.set_limit(check_rate(_number(given, "rate"))),
            AgentVerb.PARALLEL: lambda given: queue.set_parallel(_count(given)),
            AgentVerb.HOLD: lambda given: actions.hold(_text(given, "path")),
            AgentVerb.RELEASE: lambda given: actions.release(_text(given, "path")),
            AgentVerb.AUTO_UPLOAD: lambda given: actions.auto_upload(
                _text(given, "root"), bool(given["on"]), _choice(given, "changed")
            ),
            AgentVerb.RESCAN: lambda _: actions.rescan(),
        }

    def do(self, verb: AgentVerb, arguments: Arguments) -> None:
        """Here, at once. Raises StateError; ValueError, KeyError when the arguments are not its own."""
        self._verbs[verb](arguments)

    def leave(self, verb: AgentVerb, arguments: Arguments) -> None:
        """For the agent to carry out. Raises StateError."""
        self._journal.put_command(Command(verb.value, arguments))

    def any_left(self) -> bool:
        """Whether the agent has not come to all of them. Raises StateError."""
        return bool(self._journal.commands())

    def carry_out(self, tell: Callable[[], object]) -> None:
        """All that were left, in order; each is crossed off after it was carried out.

        Before that `tell` is called: who sees that nothing is left may believe what is told.
        One that cannot be understood is logged and crossed off. Raises StateError when the journal
        fails: what is left then is carried out the next time.
        """
        for command in self._journal.commands():
            self._try(command)
            tell()
            self._journal.remove_command(command.id)

    def _try(self, command: Command) -> None:
        try:
            self.do(AgentVerb(command.verb), command.arguments)
        except RunFerryError:
            raise
        except Exception:  # noqa: BLE001 - no command may stand in the way of those behind it
            _log.exception("cannot carry out %s %s", command.verb, command.arguments)


def transfer_command(verb: AgentVerb, transfer_id: int) -> Command:
    """About one transfer."""
    return Command(verb.value, {"id": transfer_id})


def _number(arguments: Arguments, name: str) -> int:
    value = arguments[name]
    if not isinstance(value, int):
        raise ValueError(f"not a number: {value!r}")  # noqa: TRY004 - whatever it is, it is no command
    return value


def _ids(arguments: Arguments) -> Collection[int] | None:
    """None without any: all are meant. Raises TypeError for what is no list."""
    ids = cast("Sequence[object] | None", arguments.get("ids"))
    return None if ids is None else [_number({"id": each}, "id") for each in ids]


def _count(arguments: Arguments) -> int:
    count = _number(arguments, "count")
    if not 1 <= count <= MOST_PARALLEL:
        raise ValueError(f"not so many at a time: {count}")
    return count


def _choice(arguments: Arguments, name: str) -> bool | None:
    value = arguments.get(name)
    return None if value is None else bool(value)


def _text(arguments: Arguments, name: str) -> str:
    value = arguments[name]
    if not isinstance(value, str):
        raise ValueError(f"not a path: {value!r}")  # noqa: TRY004 - whatever it is, it is no command
    return value
