"""What is left of a version when its manifest is gone, written down before that."""

from core.care.clean_orphans import CleanOrphans
from core.model import Artifact, Manifest, run_id_of
from core.ports.journal.journal import Journal
from core.ports.journal.orphans import Orphan
from core.ports.object_store import ObjectStore
from core.stored.job_s3_prefix import parse_key, prefix_of
from core.stored.loose_results import find_loose
from core.stored.manifests import WRITE_TOKEN, manifest_of
from core.stored.orphans import FoundOrphan, OrphanKind

_REASON = "its version was deleted"


class Tombstones:
    """Who is killed between manifest and content leaves an orphan of which this machine knows.

    So the next call need not wait for somebody else to come back to it.
    """

    def __init__(self, store: ObjectStore, journal: Journal) -> None:
        self._store = store
        self._journal = journal
        self._clean = CleanOrphans(store, journal)

    def put(self, version: Artifact) -> None:
        """Before its manifest goes. Raises StoreError, StateError."""
        if manifest := manifest_of(self._store, version):
            key = self._place(manifest, version)
            url, token = self._store.url(key), manifest.write_token
            self._journal.put_orphan(Orphan(url, key, token, _REASON, self._store.now()))

    def clear(self, job_id: int, run_id: int) -> None:
        """Deletes what is left of versions of the run whose manifests are gone.

        Also what an earlier call left. Raises StoreError, StateError.
        """
        for orphan in filter(is_tombstone, self._journal.orphans()):
            if _run_of(orphan) == (job_id, run_id):
                self._clear(orphan)

    def _place(self, manifest: Manifest, version: Artifact) -> str:
        """Where its content will be loose; aside, if it is there too."""
        aside, _ = _places(version)
        return aside if self._store.head(aside) else manifest.key

    def _clear(self, orphan: Orphan) -> None:
        there = self._store.head(orphan.key)
        if there and there.metadata.get(WRITE_TOKEN) == orphan.write_token:
            self._delete(orphan.key)
        self._journal.remove_orphan(orphan.key)

    def _delete(self, key: str) -> None:
        if loose := find_loose(self._store, key, surely=True):
            self._clean(FoundOrphan(OrphanKind.ORPHAN, key, loose.size, loose.etag))


def is_tombstone(orphan: Orphan | FoundOrphan) -> bool:
    """Whether it is of a version that was deleted from here."""
    return orphan.reason == _REASON


def _run_of(orphan: Orphan) -> tuple[int, int | None]:
    place = parse_key(orphan.key)
    return (place.prefix.job_id, place.run_id) if place else (0, None)


def _places(version: Artifact) -> tuple[str, str]:
    """Aside, and that of the latest."""
    prefix, run_id = prefix_of(version.key), run_id_of(version)
    return prefix.superseded_results(run_id, version.version), prefix.run_results(run_id)
