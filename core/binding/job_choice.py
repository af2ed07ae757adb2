"""Where somebody wants the runs of a results root to go."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NewJob:
    """One of that name, whatever other jobs hold."""

    name: str


@dataclass(frozen=True)
class ExistingJob:
    """The one with that id."""

    id: int


JobChoice = NewJob | ExistingJob
