"""What lies in a store and belongs to nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.ports.journal.journal import Journal
from core.ports.journal.queue import TransferRecord
from core.stored.job_s3_prefix import ParsedKey, parse_key
from core.transfer_view import TransferState


class OrphanKind(StrEnum):
    """How it came to be there."""

    ORPHAN = "orphan"
    """RunFerry stored it; no manifest refers to it, or one that was never recorded here."""
    UNMANAGED = "unmanaged"
    """Another tool stored it under a key of the layout."""
    UPLOAD = "upload"
    """Parts of an upload that was not finished."""


@dataclass(frozen=True)
class FoundOrphan:
    """One of them. `since` is by the store's clock; `size` is unknown (0) of an unfinished upload.

    A manifest that cannot be read may refer to one that is `doubtful`.
    """

    kind: OrphanKind
    key: str
    size: int = 0
    etag: str = ""
    since: datetime | None = None
    reason: str = ""
    upload_id: str = ""
    doubtful: bool = False

    @property
    def place(self) -> ParsedKey:
        """What its key says. Raises ValueError for a key that is not of the layout."""
        parsed = parse_key(self.key)
        if parsed is None:
            raise ValueError("not a key of the layout")
        return parsed


def is_in_use(journal: Journal, key: str) -> bool:
    """Whether an upload from this machine is under way to `key`, or waits and might be."""
    place = parse_key(key)
    if place is None:
        return False
    job_id, run_id = place.prefix.job_id, place.run_id or 0
    if any(intent.key == key for intent in journal.intents(job_id, run_id)):
        return True
    return any(_may_be_of(transfer, job_id, run_id) for transfer in journal.transfers())


def _may_be_of(transfer: TransferRecord, job_id: int, run_id: int) -> bool:
    """Ids are 0 while they are not known yet."""
    waits = transfer.state == TransferState.PAUSED or not TransferState(transfer.state).ended
    return waits and transfer.job_id in {0, job_id} and transfer.run_id in {0, run_id}
