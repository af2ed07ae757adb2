"""What several RunFerrys on one state must not do at the same time."""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class Turns(Protocol):
    """One after the other, across threads and processes, for each matter on its own.

    A turn ends with the process that has it, however that ends. Where no turns can be had, on a
    file system without locks, everybody goes ahead: work that nobody does is worse.
    """

    @abstractmethod
    def turn(self, matter: str, wait: Callable[[], object]) -> AbstractContextManager[None]:
        """To be entered by one at a time; not again by who is in it.

        `wait` is called several times a second while another one is in it. What it raises ends the
        waiting.
        """
