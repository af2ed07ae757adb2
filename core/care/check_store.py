"""Compare the store with itself and with the catalog."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from core.care.adopt_orphan import AdoptOrphan
from core.care.check_job import CheckJob
from core.care.read_contents import ReadContents
from core.care.sync_store import SyncStore
from core.errors import RunFerryError
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectStore
from core.stored.compare_catalog import compare_catalog
from core.stored.findings import Checked, Finding, Problem
from core.stored.implied_rows import ImpliedRows, rows_of_store
from core.stored.job_s3_prefix import job_record_key
from core.stored.listed_jobs import listed_jobs
from core.stored.manifests import ManifestsReadOnce
from core.stored.record_reader import RecordReader

_MENDED_BY_SYNC = (Problem.NOT_IN_CATALOG, Problem.NOT_IN_STORE, Problem.OUTDATED)


class CheckStore:
    """Believes nothing that was read before."""

    def __init__(
        self, store: ObjectStore, catalog: CatalogReader, adopt: AdoptOrphan, sync: SyncStore
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._adopt = adopt
        self._sync = sync

    def __call__(
        self, counts: Checked, *, repair: bool = False, read_percent: float = 0
    ) -> Iterator[Finding]:
        """Problems as they are found; `counts` are complete when all were taken.

        To `repair` is to do what loses nothing: adopt orphans of ours, put a copy that was kept
        back into its place, and read the catalog anew. `read_percent` of the objects, chosen at
        random, are read and hashed. Raises StoreError, CatalogError, StateError.
        """
        found = self._findings(counts, read_percent)
        for finding in self._repaired(found) if repair else found:
            counts.count(finding)
            yield finding

    def _findings(self, counts: Checked, read_percent: float) -> Iterator[Finding]:
        read = ManifestsReadOnce(self._store)
        rows = rows_of_store(self._store, RecordReader(self._store, self._catalog, {}, read))
        yield from compare_catalog(self._catalog, rows)
        yield from _of_records(rows)
        yield from _of_emptied(rows, counts)
        check_job = CheckJob(self._store, read, rows)
        read_contents = ReadContents(self._store, counts, read_percent)
        for job in listed_jobs(self._store):
            check = check_job(job)
            yield from check.findings
            counts.unmanaged += check.unmanaged
            counts.objects += len(check.contents)
            yield from read_contents(check.contents)

    def _repaired(self, found: Iterator[Finding]) -> Iterator[Finding]:
        yield from map(self._mended, found)
        self._sync(rebuild=True)

    def _mended(self, finding: Finding) -> Finding:
        try:
            return replace(finding, mended=self._mend(finding))
        except RunFerryError as error:
            return replace(finding, detail=f"{finding.detail}; {error.what}")

    def _mend(self, finding: Finding) -> bool:
        if finding.problem is Problem.ORPHAN:
            self._adopt(finding.key)
            return True
        if finding.copy:
            self._store.copy(finding.copy, finding.key)
            return True
        return finding.problem in _MENDED_BY_SYNC


def _of_records(rows: ImpliedRows) -> Iterator[Finding]:
    """Manifests are told of with their runs."""
    return (found for found in rows.set_aside if found.problem is not Problem.BAD_MANIFEST)


def _of_emptied(rows: ImpliedRows, counts: Checked) -> Iterator[Finding]:
    """A job is deleted with all that was stored of it: where something is, its record was lost."""
    stored = _stored(rows)
    counts.emptied = len(rows.emptied - stored.keys())
    for job_id in sorted(rows.emptied & stored.keys()):
        detail = f"empty as that of a deleted job, which has {stored[job_id]} artifacts"
        yield Finding(Problem.BAD_RECORD, job_record_key(job_id), detail)


def _stored(rows: ImpliedRows) -> Counter[int]:
    """How many artifacts of ours there are, by job."""
    return Counter(artifact.job_id for artifact in rows.artifacts if artifact.managed)
