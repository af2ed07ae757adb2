"""Delete orphans that nobody will miss."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from core.errors import PreconditionFailedError, StoreError
from core.ports.journal.journal import Journal
from core.ports.object_store import ObjectStore
from core.printable import printable
from core.stored.loose_results import find_loose
from core.stored.manifests import WRITE_TOKEN
from core.stored.orphans import FoundOrphan, OrphanKind, is_in_use

GRACE = timedelta(hours=24)
UPLOAD_GRACE = timedelta(days=7)
_ABORTS = 5


@dataclass(frozen=True)
class Judged:
    """An orphan, and why it stays; "" when it may go."""

    orphan: FoundOrphan
    stays: str


class CleanOrphans:
    """Looks twice: when it judges, and again right before each deletion.

    What other tools stored is never touched, nor what an upload from this machine may need.
    """

    def __init__(self, store: ObjectStore, journal: Journal) -> None:
        self._store = store
        self._journal = journal

    def judge(
        self, orphans: Iterable[FoundOrphan], grace: timedelta | None = None
    ) -> Iterator[Judged]:
        """`grace` is how long an orphan stays, by the clock of the store.

        The default is a day for objects, and a week for uploads: another workstation may go on
        with one. Raises StoreError, StateError.
        """
        now = self._store.now()
        for orphan in orphans:
            usual = UPLOAD_GRACE if orphan.kind is OrphanKind.UPLOAD else GRACE
            enough = usual if grace is None else grace
            young = orphan.since is None or now - orphan.since < enough
            yield Judged(orphan, self._in_the_way(orphan) or ("it is too young" if young else ""))

    def __call__(self, orphan: FoundOrphan) -> str:
        """Deletes it; returns why it stayed after all, "" when it is gone. Raises StoreError."""
        if why := self._in_the_way(orphan):
            return why
        if orphan.kind is OrphanKind.UPLOAD:
            self._abort(orphan)
            return ""
        again = find_loose(self._store, orphan.key, surely=True)
        if again is None or again.etag != orphan.etag or WRITE_TOKEN not in again.metadata:
            return "it changed meanwhile"
        try:
            self._store.delete(orphan.key, if_match=orphan.etag)
        except PreconditionFailedError:
            return "it changed meanwhile"
        self._journal.remove_orphan(orphan.key)
        return ""

    def _in_the_way(self, orphan: FoundOrphan) -> str:
        if orphan.kind is OrphanKind.UNMANAGED:
            return "RunFerry did not store it"
        if orphan.doubtful:
            return "a manifest that cannot be read may be its"
        if is_in_use(self._journal, orphan.key):
            return "an upload from this machine needs it"
        return ""

    def _abort(self, orphan: FoundOrphan) -> None:
        """Parts that are on their way while an upload is aborted may stay: hence several times."""
        for _ in range(_ABORTS):
            self._store.discard_upload(orphan.key, orphan.upload_id)
            pending = self._store.pending_uploads(orphan.key)
            if all(upload.upload_id != orphan.upload_id for upload in pending):
                return
        raise StoreError(f"The upload to {printable(orphan.key)} cannot be ended.")
