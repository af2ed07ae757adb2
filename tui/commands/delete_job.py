"""`runferry jobs delete`: everything that is stored of a job, after its name was typed."""

import click

from core.care.job_contents import JobContents
from core.model import Job
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from core.redaction import conceal
from core.stored.orphans import FoundOrphan
from tui.commands.job_records import artifact_record, show_artifact, show_job, time_in_line
from tui.commands.options import job_id_option, json_option, store_options
from tui.commands.sessions import open_session
from tui.output import emit, has_terminal, note, say
from tui.wording.formatting import plural


@click.command("delete")
@job_id_option
@click.option("--dry-run", is_flag=True, help="Only list what would be deleted.")
@click.option(
    "--confirm", metavar="NAME", help="The job's name: deletes without asking for it to be typed."
)
@json_option
@store_options
def delete_job(
    job_id: int,
    dry_run: bool,
    confirm: str | None,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Delete a job with all runs, versions, logs and configurations, whoever stored them.

    Lists them first, then asks for the job's name. Without a terminal, and with --json, nobody is
    asked: then nothing is deleted without --confirm. Objects that are no artifacts stay. The id is never given to another job.
    """
    if dry_run and confirm is not None:
        raise click.UsageError("--dry-run deletes nothing: leave --confirm out.")
    with open_session(profile, bucket) as session:
        contents = session.store_care.delete_job.contents(job_id)
        _list(contents, as_json=as_json)
        if confirm is None and not dry_run and not as_json and has_terminal():
            confirm = click.prompt("Type the job's name to delete all of this", err=True)
        deleted = confirm is not None and not dry_run
        if deleted:
            _check_name(contents.job, confirm or "")
            session.store_care.delete_job(contents)
            about = f"job {contents.job.id}"
            session.activity.done(
                ActivityKind.DELETION, about, f"deleted: {_summary(contents)}", job_id=job_id
            )
    _sum_up(contents, deleted=deleted, as_json=as_json)


def _list(contents: JobContents, *, as_json: bool) -> None:
    if not as_json:
        show_job(contents.job, as_json=False, runs=contents.runs)
    for artifact in contents.artifacts:
        if as_json:
            emit(artifact_record(artifact) | {"stays": False})
        else:
            show_artifact(artifact, as_json=False)
    for orphan in contents.orphans:
        _show_loose(orphan, time_in_line(orphan.since) if orphan.since else "", as_json=as_json)
    for found in contents.unmanaged:
        _show_loose(found, "-", as_json=as_json)
    for key in contents.foreign:
        if as_json:
            emit({"kind": "foreign", "key": key, "stays": True})
        else:
            say(f"stays: it is no artifact  {printable(key)}")


def _show_loose(found: FoundOrphan, since: str, *, as_json: bool) -> None:
    if as_json:
        emit({"kind": found.kind, "key": found.key, "size": found.size, "stays": False})
    else:
        say(f"{found.kind:<12} {since:<5} {found.size:>14,} B  {printable(found.key)}")


def _check_name(job: Job, typed: str) -> None:
    """What the terminal shows of a name counts as the name."""
    if not typed.strip():
        raise click.UsageError(
            "A blank name confirms nothing, and nothing was deleted. "
            "`runferry jobs set --name` names a job that has no name."
        )
    if typed.strip() not in {job.name.strip(), printable(conceal(job.name)).strip()}:
        raise click.UsageError(f"That is not the name of job {job.id}: nothing was deleted.")


def _sum_up(contents: JobContents, *, deleted: bool, as_json: bool) -> None:
    job, what = contents.job, _summary(contents)
    if as_json:
        emit(
            {
                "job_id": job.id,
                "name": job.name,
                "deleted": deleted,
                "runs": contents.runs,
                "objects": _count(contents),
                "bytes": contents.stored_bytes,
                "stay": len(contents.foreign),
            }
        )
    if deleted:
        note(f"Job {job.id} was deleted: {what}.")
    else:
        note(f"{what} would be deleted with job {job.id}; nothing was. `--confirm NAME` deletes.")
    if contents.foreign:
        note(f"{plural(len(contents.foreign), 'object')} that are no artifacts stay.")


def _summary(contents: JobContents) -> str:
    what = f"{plural(_count(contents), 'artifact')} of {plural(contents.runs, 'run')}"
    return f"{what} ({contents.stored_bytes:,} B)"


def _count(contents: JobContents) -> int:
    return sum(map(len, (contents.artifacts, contents.orphans, contents.unmanaged)))
