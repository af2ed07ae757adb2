"""What uploads left behind of one run, and whether somebody may come back to it."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, filterfalse

from core.care.clean_orphans import Judged, too_young
from core.care.find_orphans import FindOrphans
from core.ports.catalog import CatalogReader
from core.ports.journal.journal import Journal
from core.ports.journal.uploads import Intent
from core.ports.object_store import ObjectStore
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.orphans import FoundOrphan


class LeftBehind:
    """Nobody comes back to what this machine wrote down, while nothing here stores the run.

    What another one wrote may be about to be recorded: that goes when it is old enough.
    """

    def __init__(self, store: ObjectStore, catalog: CatalogReader, journal: Journal) -> None:
        self._store = store
        self._journal = journal
        self._find_orphans = FindOrphans(store, catalog, journal)

    def __call__(
        self, job_id: int, prefixes: Iterable[JobS3Prefix], run_id: int
    ) -> Sequence[Judged]:
        """All that is surely loose, with what other tools stored, below the prefixes of a job.

        Raises StoreError, StateError, CatalogError.
        """
        here = self._written_here(job_id, run_id)
        found = chain.from_iterable(self._find_orphans.of_run(p, run_id) for p in prefixes)
        return [self._judged(orphan, here) for orphan in filterfalse(_is_doubtful, found)]

    def _judged(self, orphan: FoundOrphan, here: AbstractSet[str]) -> Judged:
        ours = {orphan.write_token, orphan.upload_id} & here
        return Judged(orphan, "" if ours else too_young(orphan, self._store.now()))

    def _written_here(self, job_id: int, run_id: int) -> AbstractSet[str]:
        """Tokens and uploads."""
        intents = self._journal.intents(job_id, run_id)
        orphans = {orphan.write_token for orphan in self._journal.orphans()}
        return ({intent.write_token for intent in intents} | _uploads(intents) | orphans) - {""}


def _is_doubtful(orphan: FoundOrphan) -> bool:
    return orphan.doubtful


def _uploads(intents: Iterable[Intent]) -> AbstractSet[str]:
    return {intent.session.upload_id for intent in intents if intent.session}
