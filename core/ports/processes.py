"""The processes of this host: the one sign of a simulation that has written nothing yet."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Process:
    """A process that runs a program: its arguments (without the program) and working directory."""

    pid: int
    arguments: tuple[str, ...]
    directory: str


class Processes(Protocol):
    """Callable from any thread."""

    @abstractmethod
    def running(self, program: str) -> Sequence[Process]:
        """Processes whose program has this base name, as far as this user may see them.

        None found does not prove that none runs: it may belong to another user or another host.
        """
