"""Compare the store with itself and with the catalog."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from core.care.adopt_orphan import AdoptOrphan
from core.care.check_run import check_run
from core.care.sync_store import SyncStore
from core.errors import (
    ObjectArchivedError,
    ObjectNotFoundError,
    PreconditionFailedError,
    RunFerryError,
)
from core.model import ArtifactKind
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectStore, StoredObject
from core.stored.compare_catalog import compare_catalog
from core.stored.findings import Checked, Finding, Problem
from core.stored.implied_rows import ImpliedRows, rows_of_store
from core.stored.job_s3_prefix import JobS3Prefix, job_record_key
from core.stored.listed_jobs import ListedJob, listed_jobs
from core.stored.manifests import ManifestsReadOnce
from core.stored.record_reader import RecordReader
from core.threads import in_parallel

_Content = tuple[StoredObject, str]
_RANDOM = secrets.SystemRandom()


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
        for finding in self._findings(counts, read_percent):
            mended = self._mended(finding) if repair else finding
            counts.count(mended)
            yield mended
        if repair:
            self._sync(rebuild=True)

    def _findings(self, counts: Checked, read_percent: float) -> Iterator[Finding]:
        read = ManifestsReadOnce(self._store)
        rows = rows_of_store(self._store, RecordReader(self._store, self._catalog, {}, read))
        yield from compare_catalog(self._catalog, rows)
        yield from (f for f in rows.set_aside if f.problem is not Problem.BAD_MANIFEST)
        yield from _of_emptied(rows, counts)
        digests = _digests_of_unversioned(rows)
        for job in listed_jobs(self._store):
            yield from self._of_prefix(job, rows)
            contents = [(s, digests[s.key]) for s in job.others if s.key in digests]
            for check in in_parallel(partial(check_run, self._store, read), [*job.runs.values()]):
                yield from check.findings
                counts.unmanaged += check.unmanaged
                contents += check.contents
            counts.objects += len(contents)
            for content in contents:
                if _RANDOM.uniform(0, 100) < read_percent:
                    yield from self._read(content, counts)

    def _of_prefix(self, job: ListedJob, rows: ImpliedRows) -> Iterator[Finding]:
        known = rows.jobs.get(job.prefix.job_id)
        if known and JobS3Prefix.from_job(known) != job.prefix:
            yield Finding(Problem.STRAY, str(job.prefix), "it is not shown")

    def _read(self, content: _Content, counts: Checked) -> Iterator[Finding]:
        """A byte may have changed on the way: what is wrong is read twice before it is damaged."""
        stored, expected = content
        try:
            digest = self._digest(stored, counts)
            if digest != expected:
                digest = self._digest(stored, counts)
        except ObjectArchivedError:
            counts.archived += 1
            return
        except (ObjectNotFoundError, PreconditionFailedError):
            return  # replaced or deleted since it was listed, which may be hours ago
        counts.read += 1
        if digest != expected:
            yield Finding(Problem.DAMAGED, stored.key, f"SHA-256 is {digest}")

    def _digest(self, stored: StoredObject, counts: Checked) -> str:
        digest = hashlib.sha256()
        for block in self._store.read(stored.key, if_match=stored.etag):
            digest.update(block)
            counts.read_bytes += len(block)
        return digest.hexdigest()

    def _mended(self, finding: Finding) -> Finding:
        try:
            return replace(finding, mended=self._mend(finding))
        except RunFerryError as error:
            return replace(finding, detail=f"{finding.detail}; {error.what}")

    def _mend(self, finding: Finding) -> bool:
        if finding.problem is Problem.ORPHAN:
            self._adopt(finding.key)
        elif finding.copy:
            self._store.copy(finding.copy, finding.key)
        else:
            return finding.problem.of_cache or finding.problem is Problem.NOT_IN_STORE
        return True


def _of_emptied(rows: ImpliedRows, counts: Checked) -> Iterator[Finding]:
    """A job is deleted with all that was stored of it: where something is, its record was lost."""
    stored = Counter(artifact.job_id for artifact in rows.artifacts if artifact.managed)
    counts.emptied = len(rows.emptied - stored.keys())
    for job_id in sorted(rows.emptied & stored.keys()):
        detail = f"empty as that of a deleted job, which has {stored[job_id]} artifacts"
        yield Finding(Problem.BAD_RECORD, job_record_key(job_id), detail)


def _digests_of_unversioned(rows: ImpliedRows) -> Mapping[str, str]:
    """By key: the digest of such an artifact stands in its own metadata."""
    unversioned = (a for a in rows.artifacts if a.kind is not ArtifactKind.RUN_RESULTS)
    return {artifact.key: artifact.sha256 for artifact in unversioned if artifact.sha256}
