"""Make the catalog know which jobs there are, without looking at what they hold."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.object_store import ObjectReader
from core.stored.implied_rows import ImpliedRows, rows_of_records
from core.stored.job_s3_prefix import JOBS_ROOT, parse_job_prefix, parse_job_record_key
from core.stored.manifests import read_manifest
from core.stored.record_reader import RecordReader

_MOST_NEW = 100


class RefreshJobList:
    """Two listings that do not go into jobs, and the records that are new or were changed.

    What is in a job that was not known before is read, too: until then nothing can be said of it.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: ObjectReader,
        clock: Clock,
        refresh_job: Callable[[int], object],
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._clock = clock
        self._refresh_job = refresh_job

    def __call__(self) -> None:
        """Of the new jobs at most a hundred are read, the newest; others when they are opened.

        Runs on a background thread. Raises StoreError and leaves what was not read as it was.
        """
        started, since = self._clock.now(), self._catalog.last_recording()
        known = {job.id for job in self._catalog.jobs()}
        rows = rows_of_records(self._store, self._records())
        recorded, stored = {*rows.jobs, *_unread(rows)}, self._stored()
        read = [*rows.jobs.values()], known - recorded - stored, started, rows.etags
        self._catalog.replace_job_list(*read, since=since)
        for job_id in sorted((stored | recorded) - known)[-_MOST_NEW:]:
            self._refresh_job(job_id)

    def _records(self) -> RecordReader:
        read = self._store
        etags = self._catalog.etags()
        return RecordReader(read, self._catalog, etags, lambda s: read_manifest(read, s.key))

    def _stored(self) -> AbstractSet[int]:
        """Ids below which anything is stored."""
        return {*filter(None, map(parse_job_prefix, self._store.list_prefixes(JOBS_ROOT)))}


def _unread(rows: ImpliedRows) -> Iterable[int]:
    """Ids of jobs whose records cannot be read: they are there."""
    return filter(None, (parse_job_record_key(finding.key) for finding in rows.set_aside))
