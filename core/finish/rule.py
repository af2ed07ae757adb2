"""What every finish rule has in common."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.ports.tree import FileSample, SampleRequest, Scan


class Outcome(StrEnum):
    """What one look at a run proves, before it has settled."""

    EMPTY = "empty"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One condition of a rule: its name, whether it holds, and why in words."""

    name: str
    passed: bool
    reason: str


@dataclass(frozen=True)
class Verdict:
    """A rule's answer. `reason` is one line; `days` is (done, planned), planned 0 if unknown."""

    outcome: Outcome
    reason: str
    checks: tuple[Check, ...] = ()
    days: tuple[int, int] | None = None


class FinishRule(Protocol):
    """A named, pure function from what the scanner read to a verdict."""

    @property
    @abstractmethod
    def name(self) -> str:
        """As written in the settings."""

    @property
    @abstractmethod
    def requests(self) -> Sequence[SampleRequest]:
        """What `judge` needs to have read."""

    @abstractmethod
    def judge(self, scan: Scan, samples: Mapping[str, FileSample]) -> Verdict:
        """The verdict on one look."""


def first_failing(checks: Sequence[Check]) -> str:
    """The reason of the first condition that does not hold."""
    return next((check.reason for check in checks if not check.passed), "")
