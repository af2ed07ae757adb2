"""Make the copy of a job, and what of it is to be copied where to."""

from collections.abc import Collection
from functools import partial

from core.copying.copied_jobs import CopiedJobs
from core.copying.copy_plan import CopyPlan
from core.jobs.get_job import GetJob
from core.stored.job_records import JobRecord
from core.stored.job_s3_prefix import JobS3Prefix
from core.upload.commit_version import Destination


class CopyJob:
    """The job's record is made first, on condition that nobody has the id."""

    def __init__(self, copied_jobs: CopiedJobs, get_job: GetJob) -> None:
        """Both are those of the store that is copied to."""
        self._copied_jobs = copied_jobs
        self._get_job = get_job

    def __call__(self, plan: CopyPlan, avoid: Collection[int]) -> Destination:
        """Where its artifacts go; an id that it cannot keep does not become one of `avoid`.

        Raises ConflictError, StoreError, CatalogError.
        """
        job = plan.to_job
        if job is None:
            record = JobRecord(plan.job, plan.claim_token, "")
            job = self._copied_jobs.claim(record, avoid)
        still_there = partial(self._get_job.still_there, job)
        return Destination(JobS3Prefix.from_job(job), job.tags, still_there)
