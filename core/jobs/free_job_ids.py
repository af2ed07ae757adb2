"""Which id the next job can have, found by a few requests however many jobs there are."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from core.jobs.recorded_ids import PAGE, RecordedIds
from core.model import HIGHEST_ID
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.stored.job_s3_prefix import JOBS_ROOT, job_record_key, parse_job_prefix


class FreeJobIds:
    """Jobs are numbered as they come; impossible ids count for nothing, deleted jobs keep theirs.

    What the catalog knows is where the search begins. Whether an id is free in the end is decided
    by who creates its record. Raises StoreError and CatalogError.
    """

    def __init__(self, store: ObjectReader, catalog: CatalogReader) -> None:
        self._store = store
        self._catalog = catalog
        self._recorded_ids = RecordedIds(store)

    def __call__(self) -> Iterator[int]:
        """Ids to try, one after the other until one can be claimed.

        The first ones are above all others. When somebody has taken the highest id that there is,
        they are from the gaps.
        """
        last = self._highest()
        if last < HIGHEST_ID:
            last += 1
            yield last
        yield from self._behind(last)
        yield from self._behind(0)

    @property
    def location(self) -> str:
        """Where they are free, in words."""
        return self._store.location

    def is_foreign(self, job_id: int) -> bool:
        """Whether another tool has stored something of a job with this id."""
        return next(iter(self._store.list_prefixes(f"{JOBS_ROOT}{job_id}/")), None) is not None

    def _highest(self) -> int:
        newest = self._catalog.jobs(limit=1)
        known = newest[0].id if newest else 0
        return max(self._highest_foreign(), self._recorded_ids.highest(known))

    def _highest_foreign(self) -> int:
        """The catalog knows those of other tools, once it has equalled the store."""
        if self._catalog.synced_at() is not None:
            return 0
        prefixes = islice(self._store.list_prefixes(JOBS_ROOT), PAGE)
        return max(filter(None, map(parse_job_prefix, prefixes)), default=0)

    def _behind(self, last: int) -> Iterator[int]:
        """Ids that are free and follow one that is not, or `last`."""
        while (free := self._free_after(last)) <= HIGHEST_ID:
            yield free
            last = free

    def _free_after(self, last: int) -> int:
        taken, step = last, 1
        while self._is_taken(taken + step):
            taken, step = taken + step, 2 * step
        between = range(taken + 1, min(taken + step, HIGHEST_ID + 1))
        return taken + 1 + bisect_left(between, x=True, key=self._is_free)

    def _is_free(self, job_id: int) -> bool:
        return not self._is_taken(job_id)

    def _is_taken(self, job_id: int) -> bool:
        """One that is too high is not."""
        if job_id > HIGHEST_ID:
            return False
        return self._store.head(job_record_key(job_id)) is not None or self.is_foreign(job_id)
