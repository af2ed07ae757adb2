"""Compare the store with itself and with the catalog."""

from collections import Counter
from collections.abc import Iterator

from core.care.check_job import CheckJob
from core.care.mend_store import MendStore
from core.care.read_contents import ReadContents
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.stored.compare_catalog import compare_catalog
from core.stored.findings import Checked, Finding, Problem
from core.stored.implied_rows import ImpliedRows, rows_of_store
from core.stored.job_s3_prefix import job_record_key
from core.stored.keep_proofs import KeepProofs
from core.stored.listed_jobs import listed_jobs
from core.stored.manifests import ManifestsReadOnce
from core.stored.record_reader import RecordReader


class CheckStore:
    """Believes nothing that was read before."""

    def __init__(
        self, store: ObjectReader, catalog: CatalogReader, mend: MendStore, keep_proofs: KeepProofs
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._mend = mend
        self._keep_proofs = keep_proofs

    def __call__(
        self, counts: Checked, *, repair: bool = False, read_percent: float = 0
    ) -> Iterator[Finding]:
        """Problems as they are found; `counts` are complete when all were taken.

        To `repair` is to do what loses nothing: adopt orphans of ours, put a copy that was kept
        back into its place, and read the catalog anew. `read_percent` of the objects, chosen at
        random, are read and hashed. Raises StoreError, CatalogError, StateError.
        """
        found = self._findings(counts, read_percent)
        for finding in self._mend(found) if repair else found:
            counts.count(finding)
            yield finding

    def _findings(self, counts: Checked, read_percent: float) -> Iterator[Finding]:
        read = ManifestsReadOnce(self._store)
        rows = rows_of_store(self._store, RecordReader(self._store, self._catalog, {}, read))
        yield from compare_catalog(self._catalog, rows)
        yield from _of_records(rows)
        yield from _of_emptied(rows, counts)
        check_job = CheckJob(self._store, read, rows)
        read_contents = ReadContents(self._store, counts, read_percent, self._keep_proofs)
        for job in listed_jobs(self._store):
            check = check_job(job)
            yield from check.findings
            counts.unmanaged += check.unmanaged
            counts.objects += len(check.contents)
            yield from read_contents(check.contents)


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
