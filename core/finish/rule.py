"""What every finish rule has in common."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from core.finish.job_process import JobProcess, SeenJob
from core.finish.pid_file import NamedProcess
from core.ports.processes import Process
from core.ports.tree import FileSample, SampleRequest, Scan


class Outcome(StrEnum):
    """What one look at a run proves, before it has settled.

    FAILED ended with an error that it names. STOPPED has ended without one, and is not complete.
    """

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Check:
    """One condition of a rule: its name, whether it holds, and why in words.

    Not `looked` at, it is in nobody's way, which proves nothing. One of what is `around` the run, as
    its job, tells nothing of the run itself.
    """

    name: str
    passed: bool
    reason: str
    looked: bool = True
    around: bool = False


DAY = "day"
"""What FRED counts."""


class Reached(NamedTuple):
    """How far a run is, in its own units: days, steps; `planned` 0 if unknown."""

    done: float
    planned: float
    unit: str


@dataclass(frozen=True)
class Verdict:
    """A rule's answer. `reason` is one line; `days` is (done, planned), planned 0 if unknown.

    What is counted otherwise is `reached`. `alive` when a live process proves that the run goes on,
    however long nothing is written. `final` when the run's own last word is that it failed: there is nothing to wait for. `proof` is what the
    next look is to be given. It is `by_pause` that a run is done of which nothing but stillness says so.
    """

    outcome: Outcome
    reason: str
    checks: tuple[Check, ...] = ()
    days: tuple[int, int] | None = None
    alive: bool = False
    final: bool = False
    proof: str = ""
    by_pause: bool = False
    reached: Reached | None = None

    @property
    def measure(self) -> Reached | None:
        """How far it is, in days or whatever else."""
        return self.reached or (Reached(*self.days, DAY) if self.days else None)


@dataclass(frozen=True)
class Evidence:
    """What a rule judges by: one scan, the files it asked for, the processes that write there.

    `proof` is that of the verdict before, empty at first sight. `ended` are those that were seen to
    write there last, when all of them have certainly ended, `dead_job` the process of the job around
    the run when that has.
    """

    scan: Scan
    samples: Mapping[str, FileSample]
    processes: Sequence[Process] = ()
    proof: str = ""
    ended: Sequence[Process] = ()
    dead_job: SeenJob | None = None


class FinishRule(Protocol):
    """A named, pure function from evidence to a verdict."""

    @property
    @abstractmethod
    def name(self) -> str:
        """As written in the settings."""

    @abstractmethod
    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """What `judge` needs to have read of this run."""

    @property
    @abstractmethod
    def program(self) -> str:
        """A pattern for the programs whose live processes are evidence; empty for none."""

    @property
    @abstractmethod
    def job(self) -> JobProcess | None:
        """What runs the jobs around its runs, where they have such a thing."""

    @abstractmethod
    def places_of(self, process: Process) -> Sequence[str]:
        """Where a process of `program` works, and what it was told, as `core.finish.running.runs_of` takes it."""

    @abstractmethod
    def named_processes(
        self, scan: Scan, samples: Mapping[str, FileSample]
    ) -> Sequence[NamedProcess]:
        """Those that files of this run name as its writers, whatever programs they are of."""

    @abstractmethod
    def judge(self, evidence: Evidence) -> Verdict:
        """The verdict on one look."""

    @abstractmethod
    def settle_seconds(self, quiet_seconds: float, longest_pause: float) -> float:
        """How long a verdict must hold.

        `quiet_seconds` is what the user set, `longest_pause` the longest time that this run was
        still and went on.
        """


def first_failing(checks: Sequence[Check]) -> str:
    """The reason of the first condition that does not hold."""
    return next((check.reason for check in checks if not check.passed), "")
