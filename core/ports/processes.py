"""The processes of this host: the one sign of a simulation that has written nothing yet."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Process:
    """A process that runs `program`: its arguments (without the program) and working directory.

    `birth` tells it from others that had its id before or have it later, also on other hosts; only who made it reads
    it. Empty where that is not known.
    """

    pid: int
    arguments: tuple[str, ...]
    directory: str
    program: str = ""
    birth: str = ""


class Processes(Protocol):
    """Callable from any thread; never raises. None seen does not prove that none runs.

    It may belong to another user or another host.
    """

    @abstractmethod
    def running(self, program: str) -> Sequence[Process]:
        """Processes of a program or script whose base name matches a pattern such as `lmp*`.

        As far as this user may see where they work.
        """

    @abstractmethod
    def of_id(self, pid: int, written_at: float) -> Process | None:
        """The process that had the id at `written_at`, in seconds since 1970; None if it is not seen.

        One that began later got the id of another that has ended.
        """

    @abstractmethod
    def has_ended(self, process: Process) -> bool:
        """Whether that is certain. Quick: for asking again and again."""
