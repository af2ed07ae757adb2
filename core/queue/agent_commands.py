"""What processes ask of the agent, and how it is carried out."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import RunFerryError
from core.pace.byte_rate import check_rate
from core.ports.journal.queue import Command, Commands
from core.queue.transfer_queue import TransferQueue
from core.queue.transfer_records import request_from
from core.settings import MOST_PARALLEL

_log = logging.getLogger(__name__)


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


@dataclass(frozen=True)
class AgentActions:
    """What else than transfers a process can be asked for. Called on any thread, at once."""

    hold: Callable[[str], object]
    release: Callable[[str], object]
    auto_upload: Callable[[str, bool], object]
    rescan: Callable[[], object]


class AgentCommands:
    """The commands that other processes left in the journal."""

    def __init__(self, journal: Commands, queue: TransferQueue, actions: AgentActions) -> None:
        self._journal = journal
        self._queue = queue
        self._actions = actions

    def carry_out(self) -> None:
        """All of them, in order; each is crossed off after it was carried out.

        One that cannot be understood is logged and crossed off. Raises StateError when the journal
        fails: what is left then is carried out the next time.
        """
        for command in self._journal.commands():
            try:
                self._do(AgentVerb(command.verb), command.arguments)
            except RunFerryError:
                raise
            except Exception:  # noqa: BLE001 - no command may stand in the way of those behind it
                _log.exception("cannot carry out %s %s", command.verb, command.arguments)
            self._journal.remove_command(command.id)

    def _do(self, verb: AgentVerb, arguments: Mapping[str, object]) -> None:
        queue = self._queue
        match verb:
            case AgentVerb.SUBMIT:
                queue.submit(request_from(arguments))
            case AgentVerb.CLEAR:
                queue.clear_ended()
            case AgentVerb.LIMIT:
                queue.set_limit(check_rate(_number(arguments, "rate")))
            case AgentVerb.PARALLEL:
                queue.set_parallel(_count(arguments))
            case AgentVerb.RETRY | AgentVerb.CANCEL | AgentVerb.PAUSE | AgentVerb.RESUME:
                self._to_one(verb, _number(arguments, "id"))
            case _:
                self._do_deed(verb, arguments)

    def _to_one(self, verb: AgentVerb, transfer_id: int) -> None:
        queue = self._queue
        act = {
            AgentVerb.RETRY: queue.retry,
            AgentVerb.CANCEL: queue.cancel,
            AgentVerb.PAUSE: queue.pause,
            AgentVerb.RESUME: queue.resume,
        }
        act[verb](transfer_id)

    def _do_deed(self, verb: AgentVerb, arguments: Mapping[str, object]) -> None:
        actions = self._actions
        match verb:
            case AgentVerb.HOLD:
                actions.hold(_text(arguments, "path"))
            case AgentVerb.RELEASE:
                actions.release(_text(arguments, "path"))
            case AgentVerb.AUTO_UPLOAD:
                actions.auto_upload(_text(arguments, "root"), bool(arguments["on"]))
            case _:
                actions.rescan()


def transfer_command(verb: AgentVerb, transfer_id: int) -> Command:
    """About one transfer."""
    return Command(verb.value, {"id": transfer_id})


def _number(arguments: Mapping[str, object], name: str) -> int:
    value = arguments[name]
    if not isinstance(value, int):
        raise ValueError(f"not a number: {value!r}")  # noqa: TRY004 - whatever it is, it is no command
    return value


def _count(arguments: Mapping[str, object]) -> int:
    count = _number(arguments, "count")
    if not 1 <= count <= MOST_PARALLEL:
        raise ValueError(f"not so many at a time: {count}")
    return count


def _text(arguments: Mapping[str, object], name: str) -> str:
    value = arguments[name]
    if not isinstance(value, str):
        raise ValueError(f"not a path: {value!r}")  # noqa: TRY004 - whatever it is, it is no command
    return value
