"""What lies in a store and belongs to nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.ports.journal.journal import Journal
from core.ports.journal.queue import TransferRecord
from core.ports.journal.uploads import Intents
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

    A manifest that cannot be read may refer to one that is `doubtful`. `write_token` tells whose
    object it is.
    """

    kind: OrphanKind
    key: str
    size: int = 0
    etag: str = ""
    since: datetime | None = None
    reason: str = ""
    upload_id: str = ""
    doubtful: bool = False
    write_token: str = ""

    @property
    def place(self) -> ParsedKey:
        """What its key says. Raises ValueError for a key that is not of the layout."""
        parsed = parse_key(self.key)
        if parsed is None:
            raise ValueError("not a key of the layout")
        return parsed


def is_in_use(journal: Journal, key: str) -> bool:
    """Whether an upload from this machine is under way to `key`, or waits and might be."""
    return has_intent(journal, key) or any(
        _may_be_to(key, transfer) for transfer in journal.transfers()
    )


def has_intent(journal: Intents, key: str) -> bool:
    """Whether an upload from this machine to `key` was begun and is not over."""
    place = parse_key(key)
    if place is None:
        return False
    intents = journal.intents(place.prefix.job_id, place.run_id)
    return any(intent.key == key for intent in intents)


def is_under_way(transfer: TransferRecord) -> bool:
    """Whether it travels, or may do so again without being asked for anew."""
    state = TransferState(transfer.state)
    return state is TransferState.PAUSED or not state.ended


def _may_be_to(key: str, transfer: TransferRecord) -> bool:
    """Ids are 0 while they are not known yet."""
    place = parse_key(key)
    return (
        place is not None
        and transfer.job_id in {0, place.prefix.job_id}
        and transfer.run_id in {0, place.run_id}
        and is_under_way(transfer)
    )
