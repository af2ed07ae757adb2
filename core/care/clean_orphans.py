"""Delete orphans that nobody will miss."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

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
_CHANGED = "it changed meanwhile"


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
            yield Judged(orphan, self._in_the_way(orphan) or too_young(orphan, now, grace))

    def __call__(self, orphan: FoundOrphan) -> str:
        """Deletes it; returns why it stayed after all, "" when it is gone. Raises StoreError."""
        if why := self._in_the_way(orphan):
            return why
        if orphan.kind is OrphanKind.UPLOAD:
            self._abort(orphan)
            return ""
        return self._delete(orphan)

    def _in_the_way(self, orphan: FoundOrphan) -> str:
        if why := _not_surely_loose(orphan):
            return why
        in_use = is_in_use(self._journal, orphan.key)
        return "an upload from this machine needs it" if in_use else ""

    def _delete(self, orphan: FoundOrphan) -> str:
        if not self._is_unchanged(orphan):
            return _CHANGED
        try:
            self._store.delete(orphan.key, if_match=orphan.etag)
        except PreconditionFailedError:
            return _CHANGED
        self._journal.remove_orphan(orphan.key)
        return ""

    def _is_unchanged(self, orphan: FoundOrphan) -> bool:
        """Whether it is the very object still, ours, and no manifest may refer to it."""
        again = find_loose(self._store, orphan.key, surely=True)
        return again is not None and again.etag == orphan.etag and WRITE_TOKEN in again.metadata

    def _abort(self, orphan: FoundOrphan) -> None:
        """Parts that are on their way while an upload is aborted may stay: hence several times."""
        for _ in range(_ABORTS):
            self._store.discard_upload(orphan.key, orphan.upload_id)
            if not self._is_pending(orphan):
                return
        raise StoreError(f"The upload to {printable(orphan.key)} cannot be ended.")

    def _is_pending(self, orphan: FoundOrphan) -> bool:
        pending = self._store.pending_uploads(orphan.key)
        return any(upload.upload_id == orphan.upload_id for upload in pending)


def _not_surely_loose(orphan: FoundOrphan) -> str:
    if orphan.kind is OrphanKind.UNMANAGED:
        return "RunFerry did not store it"
    return "a manifest that cannot be read may be its" if orphan.doubtful else ""


def too_young(orphan: FoundOrphan, now: datetime, grace: timedelta | None = None) -> str:
    """Why it stays, when somebody may come back to it; "" when it is old enough.

    `grace` and its default are those of `CleanOrphans.judge`.
    """
    old = orphan.since is not None and now - orphan.since >= _enough(orphan, grace)
    return "" if old else "it is too young"


def _enough(orphan: FoundOrphan, grace: timedelta | None) -> timedelta:
    if grace is not None:
        return grace
    return UPLOAD_GRACE if orphan.kind is OrphanKind.UPLOAD else GRACE
