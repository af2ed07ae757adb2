"""What a simulator's runs tell over time: for each simulator there is one who can read them."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from core.ports.run_files import RunFiles
from core.series import Series


class RunReader(Protocol):
    """Reads no more than it needs, and of each file at most the first 64 MiB. Keeps no state.

    Raises what the run raises. A line that is being written is no point yet.
    """

    @abstractmethod
    def knows(self, run: RunFiles) -> bool:
        """Whether it can read this run; by the names of its files, or a look at one."""

    @abstractmethod
    def variables(self, run: RunFiles) -> Sequence[str]:
        """What can be told by now, by printable names: what is worth showing first comes first.

        That is what rises and falls; what can do nothing but grow, or never changes, comes last.
        """

    @abstractmethod
    def series(self, run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
        """Those that are there; of several in one file, the file is read once."""

    @abstractmethod
    def parameters(self, run: RunFiles) -> Mapping[str, str] | None:
        """What the simulation was told, as far as its own files say; None when none of them does."""
