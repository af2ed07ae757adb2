"""A search for runs that ends when it is told to."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol

from core.kinds.run_kind import RunKind
from core.ports.tree import FoundRuns


class RunFinder(Protocol):
    """For who looks around before anything is watched: a folder may hold anything, and any number of it."""

    @abstractmethod
    def __call__(self, folder: str, kind: RunKind, going_on: Callable[[], bool]) -> FoundRuns:
        """As `TreeScanner.find_runs`, were all runs below it of that kind; any thread.

        `going_on` is asked before each directory that is looked into; after a no, what was found by then is
        returned. Raises InvalidResultsDirectoryError.
        """

    @abstractmethod
    def resolve(self, path: str) -> str:
        """As `TreeScanner.resolve`."""
