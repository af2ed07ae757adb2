"""`runferry jobs`: register and list jobs; the commands that change them are elsewhere."""

from datetime import datetime
from itertools import islice

import click

from core.errors import StoreConnectionError
from core.model import Job, JobStatus
from tui.commands.job_records import (
    NOTHING,
    archive_record,
    is_about,
    newest_results,
    results_of_runs,
    run_record,
    show_job,
    show_jobs,
    show_origin,
    show_runs,
)
from tui.commands.lazy_group import LazyGroup
from tui.commands.left_out_tags import LeftOutTags
from tui.commands.options import ID, NAME, SINCE, job_id_option, json_option, store_options
from tui.commands.refresh import refresh
from tui.commands.sessions import open_session
from tui.output import note
from tui.wording.formatting import plural


@click.group(
    cls=LazyGroup,
    places={
        "archive": "tui.commands.archive:archive_jobs",
        "config": "tui.commands.job_files:config",
        "delete": "tui.commands.delete_job:delete_job",
        "input": "tui.commands.job_files:job_input",
        "move-run": "tui.commands.move_run:move_run",
        "results": "tui.commands.results:results",
        "runs": "tui.commands.job_runs:job_runs",
        "set": "tui.commands.change_job:change_job",
        "uploads": "tui.commands.uploads:uploads",
    },
)
def jobs() -> None:
    """Register, list, change, archive and delete jobs; store, list and download their data."""


@jobs.command()
@click.option("--name", type=NAME, required=True, metavar="S", help="What people call the job.")
@click.option("--job-id", type=ID, metavar="N", help="Ask for this id.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="May be given several times.")
@json_option
@store_options
def register(
    name: str,
    job_id: int | None,
    tags: tuple[str, ...],
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Make a new job."""
    with open_session(profile, bucket) as session:
        try:
            job = session.register_job(name, tags=tags, job_id=job_id)
        except StoreConnectionError as error:
            error.kept = (
                "No job was made; should its claim have arrived, the same command takes it up."
            )
            error.todo = (
                "Retry, or `runferry upload PATH --name S`: its job is made when it is sent."
            )
            raise
        LeftOutTags(session.left_out_tags)(job.id, job.tags)
    show_job(job, as_json=as_json)


@jobs.command("list")
@click.option(
    "--search",
    default="",
    metavar="TEXT",
    help="Only jobs with TEXT in name, tags, status, owner or host.",
)
@click.option("--status", type=click.Choice([*map(str, JobStatus)]), help="Only such jobs.")
@click.option("--owner", default="", metavar="USER", help="Only jobs of this user.")
@click.option("--since", type=SINCE, metavar="WHEN", help="Made after 2026-11-30, or within 7d.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The newest N of these.")
@json_option
@store_options
def list_jobs(
    search: str,
    status: str | None,
    owner: str,
    since: datetime | None,
    limit: int | None,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """List all jobs, the newest first."""

    def is_wanted(job: Job) -> bool:
        fits = status in (None, job.status) and owner in ("", job.owner)
        return fits and (since is None or job.created_at >= since) and is_about(job, search)

    with open_session(profile, bucket) as session:
        set_aside = refresh(session).set_aside
        found = islice((s for s in session.jobs.list_jobs.all() if is_wanted(s.job)), limit)
        if as_json:
            for summary in found:
                show_job(summary.job, as_json=True, runs=summary.runs)
        else:
            show_jobs(found)
        if not session.jobs.list_jobs.count():
            note(f"No jobs in {session.store.location}.")
        if set_aside:
            note(f"{plural(set_aside, 'object')} set aside: `runferry store check` says why.")


@jobs.command()
@job_id_option
@json_option
@store_options
def info(job_id: int, as_json: bool, profile: str, bucket: str) -> None:
    """Show one job and its runs."""
    with open_session(profile, bucket) as session:
        answered = refresh(session).answered
        job = session.jobs.get_job(job_id)
        runs = session.jobs.list_runs(job_id)
        known = session.artifacts.archived(job) if answered else NOTHING
        archived = results_of_runs(runs, known, session.store.url)
        newest = newest_results(session.jobs.list_artifacts(job_id))
        if as_json:
            details = [
                run_record(r, newest.get(r.run_id)) | archive_record(archived.get(r.run_id))
                for r in runs
            ]
            show_job(job, as_json=True, runs=len(runs), details=details)
            return
        show_job(job, as_json=False, runs=len(runs))
        show_origin(job)
        show_runs(runs, archived, newest)
