"""A program of the user's that is told what happened."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol


class Told(Protocol):
    """One call of it."""

    @abstractmethod
    def wait(self) -> None:
        """Until it has ended; one that takes too long is ended. Raises NotifyError for what went wrong."""


class NotifyProgram(Protocol):
    """Callable from any thread."""

    @abstractmethod
    def begin(self, text: str, facts: Mapping[str, str]) -> Told:
        """Starts it with `text`, a few KiB, on its standard input and `facts` in its environment.

        It does not end with this process. Raises NotifyError when it cannot be started.
        """
