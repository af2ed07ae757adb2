"""What somebody who asks for help is asked first: what is there, what is in force, and does it work?"""

from abc import abstractmethod
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """Unknown where looking was not possible."""

    OK = "ok"
    NOT_OK = "not ok"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Diagnosis:
    """What was looked at and how it is; `hint` is what a user can do. Nothing in it is a secret."""

    what: str
    outcome: Outcome
    detail: str = ""
    hint: str = ""


class Examiner(Protocol):
    """Looks at one thing, by itself: nothing else has to be in order."""

    @abstractmethod
    def examine(self) -> Generator[Diagnosis]:
        """One diagnosis after the other, each when it was made. Raises RunFerryError where it cannot go on."""


class StoreExaminers(Protocol):
    """Of one store: what looks at it apart from what every store does."""

    @property
    @abstractmethod
    def by_subject(self) -> Mapping[str, Callable[[], Examiner]]:
        """To be made when their turn has come."""

    @abstractmethod
    def close(self) -> None:
        """Frees connections."""
