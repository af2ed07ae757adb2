"""What is known of a run of this machine before it goes."""

from dataclasses import dataclass

from core.errors import (
    CleanUpError,
    ConflictError,
    ResultsUploadError,
    RunFerryError,
    UnprovenRunError,
)
from core.model import Manifest
from core.source.find_results import Results

OF_ONE_RUN = (CleanUpError, ConflictError, ResultsUploadError, UnprovenRunError)
"""What keeps one run from going, and no other; what is wrong with the store is wrong for all."""


@dataclass(frozen=True)
class Proven:
    """All that the run at `path` held when it was read was in the store then, as version `stored`.

    `name` is its path below its results root. `results` are what was read.
    """

    path: str
    name: str
    stored: Manifest
    results: Results

    @property
    def bytes(self) -> int:
        """What its files take, as far as their sizes tell."""
        return self.results.bytes

    @property
    def files(self) -> int:
        """How many there are."""
        return self.results.extent.files


@dataclass(frozen=True)
class Stays:
    """A run that is not touched, and why; redacted."""

    path: str
    name: str
    why: str

    @classmethod
    def because(cls, path: str, name: str, error: RunFerryError) -> "Stays":
        """One of `OF_ONE_RUN` speaks against it."""
        why = f"{error.what.rstrip('.')}. {error.todo}" if error.todo else error.what
        return cls(path, name, why)
