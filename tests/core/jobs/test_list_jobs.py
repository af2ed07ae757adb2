"""Jobs as the catalog knows them."""

from dataclasses import replace
from datetime import UTC, datetime

from core.errors import CatalogError
from core.jobs.list_jobs import ListJobs
from core.model import Job
from tests.fakes.catalog import FakeCatalog

JOB = Job(1, "influenza", datetime(2026, 11, 20, 12, tzinfo=UTC))


def test_one_job_among_many_is_looked_up() -> None:
    """Not searched for in pages of jobs; None where the catalog does not know it."""
    catalog = FakeCatalog()
    catalog.replace([replace(JOB, id=job_id) for job_id in range(1, 3001)], (), (), JOB.created_at)
    catalog.fail_next("jobs", CatalogError("Jobs were listed."))
    catalog.fail_next("job_count", CatalogError("Jobs were counted."))
    found = ListJobs(catalog).find
    assert (found(1), found(3000), found(3001)) == (JOB, replace(JOB, id=3000), None)


def test_all() -> None:
    """However many there are."""
    catalog = FakeCatalog()
    catalog.replace([replace(JOB, id=job_id) for job_id in range(1, 2002)], (), (), JOB.created_at)
    found = [summary.job.id for summary in ListJobs(catalog).all()]
    assert found == [*range(2001, 0, -1)]
