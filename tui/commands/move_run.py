"""`runferry jobs move-run`: a run that was stored in the wrong job, or under the wrong id."""

import click

from core.care.move_plan import MovePlan
from core.model import Artifact
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from tui.commands.job_records import artifact_record, show_artifact
from tui.commands.options import ID, job_id_option, json_option, store_options
from tui.commands.sessions import open_session
from tui.output import emit, has_terminal, note, say
from tui.wording.formatting import plural


@click.command("move-run")
@job_id_option
@click.option("--run-id", type=ID, required=True, metavar="R", help="The run.")
@click.option("--to-job", type=ID, required=True, metavar="M", help="The job that it belongs to.")
@click.option("--to-run", type=ID, metavar="R2", help="Its id there, where that is another one.")
@click.option(
    "--rebind",
    metavar="PATH",
    type=click.Path(exists=True, file_okay=False),
    help="New runs of this results root go to that job, too.",
)
@click.option("--dry-run", is_flag=True, help="Only list what would be moved.")
@click.option("--yes", is_flag=True, help="Move without asking.")
@json_option
@store_options
def move_run(
    job_id: int,
    run_id: int,
    to_job: int,
    to_run: int | None,
    rebind: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Move a run with all its versions, logs and configuration to another job, or to another id.

    It is copied within the store, looked at, and only then removed from where it was: nothing is sent.
    Cut off anywhere, the same command goes on. Uploads from its directory go to the new place. Without
    a terminal, and with --json, nobody is asked: then nothing is moved without --yes.
    """
    if dry_run and yes:
        raise click.UsageError("--dry-run moves nothing: leave --yes out.")
    with open_session(profile, bucket) as session:
        move = session.store_care.move_run
        plan = move.plan(job_id, run_id, to_job, to_run)
        _list(plan, as_json=as_json)
        if not rebind and not as_json:
            _tell_roots(plan)
        if not (yes or dry_run or as_json) and has_terminal():
            yes = click.confirm(f"Move it to {_there(plan)}?", err=True)
        if yes:
            move(plan, rebind=session.trees.results_root(rebind) if rebind else None)
            moved_to = f"moved to {_there(plan)}"
            session.activity.done(ActivityKind.STORE, f"job {job_id} · run {run_id}", moved_to)
    _sum_up(plan, moved=yes, as_json=as_json)


def _list(plan: MovePlan, *, as_json: bool) -> None:
    for artifact in plan.artifacts:
        if as_json:
            emit(artifact_record(artifact) | {"stays": False})
        else:
            show_artifact(artifact, as_json=False)
    for key in plan.stays:
        if as_json:
            emit({"kind": "foreign", "key": key, "stays": True})
        else:
            say(f"stays: no record of RunFerry's tells of it  {printable(key)}")


def _tell_roots(plan: MovePlan) -> None:
    for root in plan.roots:
        note(f"New runs of {printable(root)} still go to job {plan.job.id}; --rebind changes that.")


def _there(plan: MovePlan) -> str:
    return f'run {plan.to_run} of job {plan.to_job.id} ("{printable(plan.to_job.name)}")'


def _sum_up(plan: MovePlan, *, moved: bool, as_json: bool) -> None:
    copied: list[Artifact] = [*plan.copied]
    if as_json:
        emit(
            {
                "job_id": plan.job.id,
                "run_id": plan.run_id,
                "to_job": plan.to_job.id,
                "to_run": plan.to_run,
                "moved": moved,
                "objects": len(plan.artifacts),
                "copied": len(copied),
                "copied_bytes": plan.copied_bytes,
                "stay": len(plan.stays),
            }
        )
    what = f"run {plan.run_id} of job {plan.job.id}, {plural(len(plan.artifacts), 'artifact')}"
    how = f"{plan.copied_bytes:,} B copied within the store"
    if moved:
        note(f"{_there(plan)[0].upper()}{_there(plan)[1:]} is now what was {what}: {how}.")
    else:
        note(
            f"{what[0].upper()}{what[1:]}, would become {_there(plan)}; nothing was moved. `--yes` moves."
        )
    if plan.stays:
        note(f"{plural(len(plan.stays), 'object')} stay where they are.")
