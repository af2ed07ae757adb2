"""Which job the runs of a results root go to, as somebody has chosen it: never a text that may mean either."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NewJob:
    """One of that name. Without a name whatever job holds the runs already, else one as proposed."""

    name: str = ""


@dataclass(frozen=True)
class ExistingJob:
    """The one with that id."""

    id: int


JobChoice = NewJob | ExistingJob
