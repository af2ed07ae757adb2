"""A transfer as a user sees it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import Failure


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
    RESTORING = "restoring"


class Direction(StrEnum):
    """Which way a transfer goes."""

    UPLOAD = "upload"
    DOWNLOAD = "download"


@dataclass(frozen=True)
class TransferView:
    """One transfer as a user sees it. `done` and `total` are bytes of the source.

    `sent` is bytes that the store accepted, `kept` those that were there from an earlier try; of one
    that does not travel, those that are there for the next one. Before it begins, `total` is what is known of it, or 0. `rate` is source bytes per second that
    travel, None while unknown; `seconds_left` None while unknown. `outcome` says how it ended:
    "uploaded v2", "unchanged". `again_in` are whole seconds until what waits after a try in vain may be
    tried again, None while unknown. The `source` of an upload is a path; that of a download is a key,
    and `target` the path that it comes to. `run_id` is 0 while unknown, and where there is none.
    `name` is what the run is called below its results root, empty where only paths and ids are known.
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
    again_in: float | None = None
    ended_at: datetime | None = None
    direction: Direction = Direction.UPLOAD
    target: str = ""
    name: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What is transferred, and where to: the same for the same thing asked for twice."""
        return self.source, self.target

    @property
    def waits_for_store(self) -> bool:
        """Whether it stopped for want of an answer: it goes on by itself when there is one."""
        failed = self.state is TransferState.FAILED
        return failed and self.failure is not None and self.failure.offline

    @property
    def restoring(self) -> bool:
        """Whether it waits for an archived object to be restored: no error, and no outage."""
        return self.state is TransferState.QUEUED and self.phase is Phase.RESTORING

    @property
    def path(self) -> str:
        """Where it is, or is to be, on this machine."""
        return self.target or self.source
