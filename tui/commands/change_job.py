"""`runferry jobs set`: change what a job's record says."""

import click

from core.jobs.change_job import JobChange
from core.model import JobStatus
from tui.commands.job_records import show_job
from tui.commands.left_out_tags import LeftOutTags
from tui.commands.options import NAME, job_id_option, json_option, store_options
from tui.commands.sessions import open_session


@click.command("set")
@job_id_option
@click.option("--name", type=NAME, metavar="S", help="Another name.")
@click.option("--status", type=click.Choice([*map(str, JobStatus)]), help="Its next status.")
@click.option("--tag", "add", multiple=True, metavar="T", help="Add a tag; K=V replaces K=...")
@click.option("--untag", "remove", multiple=True, metavar="T", help="Remove a tag.")
@json_option
@store_options
def change_job(
    job_id: int,
    name: str | None,
    status: str | None,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Change a job's name, status or tags.

    The status goes forward: created, submitted, processing, then completed, failed or cancelled;
    steps may be left out. A failed job may be submitted again, the other two are final.
    """
    wanted = JobChange(name, JobStatus(status) if status else None, add, remove)
    with open_session(profile, bucket) as session:
        job = session.jobs.change_job(job_id, wanted)
        LeftOutTags(session.left_out_tags)(job_id, job.tags)
        runs = session.jobs.list_runs.count(job_id)
    show_job(job, as_json=as_json, runs=runs)
