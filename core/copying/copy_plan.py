"""What it takes for a job of one store to be in another one, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.model import Artifact, Job


class Standing(StrEnum):
    """How an artifact of a job stands in the store that it is copied to."""

    MISSING = "missing"
    THERE = "there"
    DIFFERS = "differs"
    BESIDE = "beside"
    """Another one of its run and kind is the current one: a copy would make one of two."""


@dataclass(frozen=True)
class PlannedCopy:
    """`artifact` as the first store has it. Of the versions of a run the newest is to be `in_place`."""

    artifact: Artifact
    standing: Standing
    in_place: bool = True


@dataclass(frozen=True)
class CopyPlan:
    """All that RunFerry recorded of a `job`, each run's newest version first.

    `claim_token` tells the job from all others, in any store. `to_job` is the same job in the other
    store; None while there is none, and then it gets its own id where that `keeps_id`. `foreign` are
    what other tools stored, which stays. `claim_token` is empty for a job without a record.
    """

    job: Job
    claim_token: str
    to_job: Job | None
    keeps_id: bool
    copies: Sequence[PlannedCopy]
    foreign: Sequence[Artifact] = ()

    @property
    def missing(self) -> Sequence[PlannedCopy]:
        """What is to be copied."""
        return [copy for copy in self.copies if copy.standing is Standing.MISSING]

    @property
    def missing_bytes(self) -> int:
        """Of all that is to be copied."""
        return sum(copy.artifact.size for copy in self.missing)
