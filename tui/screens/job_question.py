"""Before runs are put into a job that exists: what is to be known of it, and what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.jobs.list_jobs import one_of_each
from core.model import Artifact, Job
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, line
from tui.wording.formatting import date_time, plural, size

_SHOWN = 8


@dataclass(frozen=True)
class JobFacts:
    """`runs` is how many it has; `holds` the latest results of those that are about to be stored."""

    job: Job
    runs: int
    holds: tuple[Artifact, ...] = ()


def job_facts(services: AppServices, job_id: int, run_ids: Sequence[int]) -> JobFacts | None:
    """As the catalog has it: not for the UI thread. Raises CatalogError."""
    job = services.list_jobs.find(job_id)
    if job is None:
        return None
    found = [a for run_id in run_ids for a in services.list_artifacts(job_id, run_id)]
    results = one_of_each(a for a in found if a.is_current_results)
    return JobFacts(job, services.list_runs.count(job_id), tuple(results))


def job_question(what: str, facts: JobFacts) -> Sequence[Line]:
    """Whose job it is that runs are about to be put into, and how many it has."""
    job = facts.job
    whose = f", made by {job.owner}" if job.owner else ""
    made = f"on {date_time(job.created_at)[:10]}"
    return (
        line(f'Upload {what} to job {job.id} "{job.name}"?', Tone.STRONG),
        line(f" It has {plural(facts.runs, 'run')}{whose} {made}."),
        line(" Later runs of this folder go there, too.", Tone.DIM),
    )


def versions_question(facts: JobFacts) -> Sequence[Line]:
    """Runs of the same numbers are in the job already: each one by name, size, date and host."""
    held, job = facts.holds, facts.job
    head = f'Job {job.id} "{job.name}" holds {plural(len(held), "run")} of the same number'
    shown = [line(f" {_held(artifact)}") for artifact in held[:_SHOWN]]
    more = [line(f" and {len(held) - _SHOWN} more")] if len(held) > _SHOWN else []
    what = "What differs from yours gets yours as its next version."
    return (line(head, Tone.STRONG), *shown, *more, line(what), line("Upload all the same?"))


def _held(artifact: Artifact) -> str:
    when = f", stored {date_time(artifact.stored_at)}" if artifact.stored_at else ""
    where = f" from {artifact.host}" if artifact.host else ""
    return f"run {artifact.run_id}: {size(artifact.size)}{when}{where}"
