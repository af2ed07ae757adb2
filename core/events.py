"""What happened, in the past tense. Published on whatever thread it happened on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.finish.run_state import RunState
from core.run_view import RunView
from core.transfer_view import TransferView


@dataclass(frozen=True)
class _OfRun:
    run: RunView


class RunDetected(_OfRun):
    """A RUN directory was seen for the first time in this session."""


@dataclass(frozen=True)
class RunStateChanged:
    """A run went from one state to another."""

    run: RunView
    before: RunState


class RunReasonChanged(_OfRun):
    """A run stays in its state, for another reason."""


class RunVanished(_OfRun):
    """A RUN directory that was watched is gone; nothing stored is touched."""


@dataclass(frozen=True)
class AutoUploadRefused:
    """A run that should have been queued by itself was not; `reason` is redacted."""

    run: RunView
    reason: str


class AutoUploadAnnounced(_OfRun):
    """A finished run will be queued by itself in `run.uploads_in` seconds unless it is held."""


class AutoUploadHeld(_OfRun):
    """A finished run that would be queued by itself waits until the user releases it."""


@dataclass(frozen=True)
class UploadAwaited:
    """An upload waits for another one, perhaps of another process, that is `doing` something.

    `path` is what it is about, a results root or a RUN directory.
    """

    path: str
    doing: str


class BoundHow(StrEnum):
    """How it was decided which job a results root belongs to, in the words a user reads."""

    NEW_JOB = "new job"
    AS_ASKED = "as asked"
    BY_CONTENT = "found in the store by its content"


@dataclass(frozen=True)
class ResultsRootBound:
    """From now on the runs of a results root belong to a job.

    `runs` maps names of RUN directories to the run ids they are stored as.
    """

    results_root: str
    job_id: int
    job_name: str
    how: BoundHow
    runs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class RootWentOffline:
    """The watched tree cannot be read; all states are frozen."""

    root: str
    reason: str


@dataclass(frozen=True)
class RootCameBack:
    """The watched tree can be read again."""

    root: str


@dataclass(frozen=True)
class WatchTroubled:
    """Events of the file system were or may be missing; everything is looked at again."""

    root: str
    reason: str


@dataclass(frozen=True)
class _OfTransfer:
    transfer: TransferView


class TransferQueued(_OfTransfer):
    """A transfer waits for its turn."""


class TransferStarted(_OfTransfer):
    """A transfer has begun."""


@dataclass(frozen=True)
class TransferSucceeded:
    """What it should store is stored and recorded; `fingerprint` is that of the packed run."""

    transfer: TransferView
    fingerprint: str = ""


class TransferFailed(_OfTransfer):
    """It stopped; `transfer.failure` says why."""


class TransferCancelled(_OfTransfer):
    """The user stopped it."""


@dataclass(frozen=True)
class StoreUnreachable:
    """The store does not answer; `reason` is redacted. Once per outage."""

    reason: str


@dataclass(frozen=True)
class StoreReachable:
    """The store answers again."""


RunEvent = (
    RunDetected
    | RunStateChanged
    | RunReasonChanged
    | RunVanished
    | AutoUploadAnnounced
    | AutoUploadHeld
    | AutoUploadRefused
)
RootEvent = RootWentOffline | RootCameBack | WatchTroubled
TransferEvent = (
    TransferQueued | TransferStarted | TransferSucceeded | TransferFailed | TransferCancelled
)
StoreEvent = StoreUnreachable | StoreReachable
BindingEvent = UploadAwaited | ResultsRootBound
Event = RunEvent | RootEvent | BindingEvent | TransferEvent | StoreEvent

EventSink = Callable[[Event], None]
"""Takes an event on any thread; returns at once; never raises."""
