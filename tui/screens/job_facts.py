"""What is to be known of a job before runs are put into it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.jobs.list_jobs import one_of_each
from core.model import Artifact, ArtifactKind, Job
from tui.screens.shelf import find_job
from tui.services import AppServices


@dataclass(frozen=True)
class JobFacts:
    """`runs` is how many it has; `holds` the latest results of those that are about to be stored."""

    job: Job
    runs: int
    holds: tuple[Artifact, ...] = ()


def job_facts(services: AppServices, job_id: int, run_ids: Sequence[int]) -> JobFacts | None:
    """As the catalog has it: not for the UI thread. Raises CatalogError."""
    job = find_job(services, str(job_id), 0)
    if job is None:
        return None
    found = [a for run_id in run_ids for a in services.list_artifacts(job_id, run_id)]
    results = one_of_each(a for a in found if a.kind is ArtifactKind.RUN_RESULTS)
    return JobFacts(job, services.list_runs.count(job_id), tuple(results))
