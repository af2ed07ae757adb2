"""Which ids have job records, without reading them all."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from core.model import HIGHEST_ID
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.job_s3_prefix import JOB_RECORDS, job_record_key, parse_job_record_key

PAGE = 1000
"""What an S3 server lists at once."""


class _Page(NamedTuple):
    """Ids in their order; when it is `full` there may be another page behind it."""

    ids: Sequence[int]
    full: bool


class RecordedIds:
    """Keys of records are in the order of their ids: "is there one behind?" can be bisected.

    Impossible ids count for nothing. Raises StoreError.
    """

    def __init__(self, store: ObjectReader) -> None:
        self._store = store

    def highest(self, known: int) -> int:
        """The search begins behind `known`, which is the answer when there is none behind it.

        One page is all that is listed if nothing much has happened since.
        """
        first = self._page(known)
        low = max(first.ids, default=known)
        if not first.full:
            return low
        low = self._nearly_highest(*self._bounds(low))
        return max(self._behind(low), default=low)

    def _bounds(self, low: int) -> tuple[int, int]:
        """An id that has a record, and one that none is behind."""
        step = PAGE
        while ids := self._behind(low + step):
            low, step = ids[-1], 2 * step
        return low, min(low + step, HIGHEST_ID)

    def _nearly_highest(self, low: int, high: int) -> int:
        """Less than a page is behind it."""
        while high - low > PAGE:
            middle = (low + high) // 2
            ids = self._behind(middle)
            low, high = (ids[-1], high) if ids else (low, middle)
        return low

    def _behind(self, job_id: int) -> Sequence[int]:
        return self._page(job_id).ids if job_id < HIGHEST_ID else ()

    def _page(self, job_id: int) -> _Page:
        """What is listed behind an id; 0 for all."""
        after = job_record_key(job_id) if job_id else ""
        listed = [*islice(self._store.list(JOB_RECORDS, after=after), PAGE)]
        return _Page([*filter(job_id.__lt__, _ids(listed))], len(listed) == PAGE)


def _ids(records: Iterable[StoredObject]) -> Iterator[int]:
    return filter(None, (parse_job_record_key(stored.key) for stored in records))
