"""See what of a job is missing in another store."""

from collections.abc import Sequence

from core.copying.copied_jobs import CopiedJobs
from core.copying.copy_plan import CopyPlan
from core.copying.standings import planned_copies, present, split
from core.model import Artifact, Job
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.stored.job_records import JobRecord, job_record
from core.stored.job_s3_prefix import JobS3Prefix, job_record_key


class CopiesThere:
    """What the other store has of a job."""

    def __init__(self, store: ObjectReader, catalog: CatalogReader) -> None:
        self._store = store
        self._catalog = catalog

    def of(self, job: Job | None) -> Sequence[Artifact]:
        """By its catalog and one listing; nothing of no job. Raises StoreError, CatalogError."""
        if job is None:
            return ()
        listed = self._store.list(str(JobS3Prefix.from_job(job)))
        return present(self._catalog.artifacts(job.id), listed)


class PlanCopy:
    """By the catalogs of both stores, which have been made equal to them."""

    def __init__(
        self,
        source: ObjectReader,
        catalog: CatalogReader,
        copied_jobs: CopiedJobs,
        copies_there: CopiesThere,
    ) -> None:
        """The `catalog` is that of the `source`."""
        self._source = source
        self._catalog = catalog
        self._copied_jobs = copied_jobs
        self._copies_there = copies_there

    def __call__(self, job: Job) -> CopyPlan:
        """Raises StoreError, CatalogError; changes nothing anywhere."""
        artifacts = self._catalog.artifacts(job.id)
        record = job_record(self._source, job_record_key(job.id))
        if record is None:
            return CopyPlan(job, "", None, False, (), artifacts)
        return self._plan(record, artifacts)

    def _plan(self, record: JobRecord, artifacts: Sequence[Artifact]) -> CopyPlan:
        ours, foreign = split(artifacts)
        to_job = self._copied_jobs.find(record)
        keeps_id = to_job is None and self._copied_jobs.can_keep_id(record.job)
        copies = [*planned_copies(ours, self._copies_there.of(to_job))]
        return CopyPlan(record.job, record.token, to_job, keeps_id, copies, foreign)
