"""What happened, in the past tense. Published on whatever thread it happened on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import EXIT_CONNECTION
from core.finish.rule import Check
from core.finish.run_state import RunState


@dataclass(frozen=True)
class RunView:
    """One watched run as a user sees it. `path` is its identity.

    `root` is the watched root that it is at or below, `results_root` directly contains it; what is
    bound to a job may be the directory above (`core.source.run_identity.results_root_of`).
    `settles_in` seconds, of a settling run only; `uploads_in` seconds, of a run that is about to be
    uploaded by itself. `held` is the user's decision against that. `files` and `bytes` are None
    until it was looked at. `stored` as it is now, from here; `outdated` if it was, and has changed.
    `old`: still already when it was first seen, and since. `activity` is bytes grown per look,
    oldest first.
    """

    path: str
    results_root: str
    name: str
    number: int
    state: RunState
    reason: str
    files: int | None = None
    bytes: int | None = None
    days: tuple[int, int] | None = None
    changed_at: datetime | None = None
    settles_in: float = 0.0
    checks: tuple[Check, ...] = ()
    activity: tuple[int, ...] = ()
    fingerprint: str = ""
    root: str = ""
    uploads_in: float | None = None
    held: bool = False
    stored: bool = False
    outdated: bool = False
    old: bool = False


@dataclass(frozen=True)
class RootView:
    """One watched root as a user sees it. Empty texts mean that all is well.

    `offline` says why it cannot be read, `blind` why events of its file system may be missing (it
    is looked at regularly instead).
    """

    path: str
    offline: str = ""
    blind: str = ""
    auto_upload: bool = False


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


@dataclass(frozen=True)
class ResultsRootBound:
    """From now on the runs of a results root belong to a job.

    `how` in words ("new job", "found by its content"); `runs` maps names of RUN directories to the
    run ids they are stored as.
    """

    results_root: str
    job_id: int
    job_name: str
    how: str
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


class TransferState(StrEnum):
    """Where a transfer is in the queue."""

    QUEUED = "queued"
    ACTIVE = "active"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether it neither waits nor travels; a paused one does so when it is resumed."""
        return self not in {TransferState.QUEUED, TransferState.ACTIVE}


class Phase(StrEnum):
    """What an active transfer is doing."""

    WAITING = "waiting"
    SCANNING = "scanning"
    COMPARING = "comparing"
    SENDING = "sending"
    CHECKING = "checking"
    COMPLETING = "completing"
    COPYING = "copying"
    RECEIVING = "receiving"
    VERIFYING = "verifying"
    EXTRACTING = "extracting"
    RECORDING = "recording"


class Direction(StrEnum):
    """Which way a transfer goes."""

    UPLOAD = "upload"
    DOWNLOAD = "download"


@dataclass(frozen=True)
class Failure:
    """A redacted error as it is shown and stored: what happened, what was kept, what to do.

    `exit_code` is that of the command line; `answered` as of the error.
    """

    what: str
    kept: str = ""
    todo: str = ""
    retryable: bool = False
    exit_code: int = 1
    answered: bool = False

    @property
    def offline(self) -> bool:
        """Whether it may heal by itself, and goes on by itself then."""
        return self.retryable and self.exit_code == EXIT_CONNECTION

    @property
    def unreachable(self) -> bool:
        """Whether the store did not answer: it goes on when that does."""
        return self.offline and not self.answered


@dataclass(frozen=True)
class TransferView:
    """One transfer as a user sees it. `done` and `total` are bytes of the source.

    `sent` is bytes that the store accepted, `kept` those that were there from an earlier try.
    Before it begins, `total` is what is known of it, or 0. `rate` is source bytes per second that
    travel, None while unknown; `seconds_left` None while unknown. `outcome` says how it ended:
    "uploaded v2", "unchanged". The `source` of an upload is a path; that of a download is a key,
    and `target` the path that it comes to. `run_id` is 0 while unknown, and where there is none.
    """

    id: int
    job_id: int
    run_id: int
    source: str
    state: TransferState
    phase: Phase = Phase.WAITING
    done: int = 0
    total: int = 0
    sent: int = 0
    kept: int = 0
    rate: float | None = None
    seconds_left: float | None = None
    attempts: int = 0
    outcome: str = ""
    failure: Failure | None = None
    ended_at: datetime | None = None
    direction: Direction = Direction.UPLOAD
    target: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What is transferred, and where to: the same for the same thing asked for twice."""
        return self.source, self.target

    @property
    def path(self) -> str:
        """Where it is, or is to be, on this machine."""
        return self.target or self.source


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
