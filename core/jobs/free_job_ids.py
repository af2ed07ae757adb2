"""Which id the next job can have, found by a few requests however many jobs there are."""

from collections.abc import Iterator, Sequence
from itertools import islice

from core.model import HIGHEST_ID
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.stored.job_s3_prefix import (
    JOB_RECORDS,
    JOBS_ROOT,
    job_record_key,
    parse_job_prefix,
    parse_job_record_key,
)

_PAGE = 1000
"""What an S3 server lists at once."""


class FreeJobIds:
    """Jobs are numbered as they come; impossible ids count for nothing, deleted jobs keep theirs.

    What the catalog knows is where the search begins. Whether an id is free in the end is decided
    by who creates its record. Raises StoreError and CatalogError.
    """

    def __init__(self, store: ObjectReader, catalog: CatalogReader) -> None:
        self._store = store
        self._catalog = catalog

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

    def is_foreign(self, job_id: int) -> bool:
        """Whether another tool has stored something of a job with this id."""
        return next(iter(self._store.list_prefixes(f"{JOBS_ROOT}{job_id}/")), None) is not None

    def _highest(self) -> int:
        known = next((job.id for job in self._catalog.jobs(limit=1)), 0)
        foreign = 0
        if self._catalog.synced_at() is None:
            prefixes = islice(self._store.list_prefixes(JOBS_ROOT), _PAGE)
            foreign = max((parse_job_prefix(prefix) or 0 for prefix in prefixes), default=0)
        return max(foreign, self._highest_recorded(known))

    def _highest_recorded(self, known: int) -> int:
        """Keys of records are in the order of their ids: "is there one behind?" can be bisected."""
        ids, more = self._recorded_after(known)
        low = max(ids, default=known)
        if not more:
            return low
        step = _PAGE
        while low + step < HIGHEST_ID and (ids := self._recorded_after(low + step)[0]):
            low, step = ids[-1], 2 * step
        high = min(low + step, HIGHEST_ID)  # there is none behind it
        while high - low > _PAGE:
            middle = (low + high) // 2
            ids, _ = self._recorded_after(middle)
            low, high = (ids[-1], high) if ids else (low, middle)
        return max(self._recorded_after(low)[0], default=low)

    def _recorded_after(self, job_id: int) -> tuple[Sequence[int], bool]:
        """The ids on the next page of records, in order; and whether there may be another page."""
        after = job_record_key(job_id) if job_id else ""
        page = [stored.key for stored in islice(self._store.list(JOB_RECORDS, after=after), _PAGE)]
        ids = (parse_job_record_key(key) or 0 for key in page)
        return [found for found in ids if found > job_id], len(page) == _PAGE

    def _behind(self, last: int) -> Iterator[int]:
        """Ids that are free and follow one that is not, or `last`."""
        while (free := self._free_after(last)) <= HIGHEST_ID:
            yield free
            last = free

    def _free_after(self, last: int) -> int:
        taken, step = last, 1
        while taken + step <= HIGHEST_ID and self._is_taken(taken + step):
            taken, step = taken + step, 2 * step
        free = min(taken + step, HIGHEST_ID + 1)
        while free - taken > 1:
            middle = (taken + free) // 2
            taken, free = (middle, free) if self._is_taken(middle) else (taken, middle)
        return free

    def _is_taken(self, job_id: int) -> bool:
        recorded = self._store.head(job_record_key(job_id)) is not None
        return recorded or self.is_foreign(job_id)
