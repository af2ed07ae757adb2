"""`runferry watch`: one line per event of a tree."""

import click

from core.upload.upload_request import UploadRequest
from tui.commands.headless import HeadlessWatch
from tui.commands.options import ID, NAME, PATH, json_option, rule_options, store_options
from tui.commands.sessions import open_session
from tui.composition.trees import Trees
from tui.output import note


@click.command()
@click.argument("roots", nargs=-1, required=True, type=PATH, metavar="ROOT...")
@click.option("--until-idle", is_flag=True, help="Stop when every run has ended and is dealt with.")
@click.option("--auto-upload", is_flag=True, help="Store runs by themselves as they finish.")
@click.option("--job-id", type=ID, metavar="N", help="The job that uploaded runs belong to.")
@click.option(
    "--name", type=NAME, metavar="S", help="Name of a new job, or of the one that it has."
)
@click.option("--sidecars", is_flag=True, help="Store the files beside the RUN directories too.")
@rule_options
@json_option
@store_options
def watch(
    roots: tuple[str, ...],
    until_idle: bool,
    auto_upload: bool,
    job_id: int | None,
    name: str | None,
    sidecars: bool,
    kind: str,
    rule: str,
    quiet_seconds: float | None,
    stall_seconds: float | None,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Print one line per event of the trees ROOT..., until interrupted.

    A tree without runs is said to be one; with --until-idle that is a failure.

    --auto-upload counts for this command only. SIGTERM and ctrl+c stop it within seconds; what is
    queued goes on at the next start. While another RunFerry works on the same state directory, it
    does the uploads of this one. A ROOT that is not there is waited for, but not by --until-idle.
    """
    if not auto_upload and (job_id or name or sidecars):
        raise click.UsageError(
            "--job-id, --name and --sidecars are of use with --auto-upload only."
        )
    overrides = {
        "kind": kind,
        "rule": rule,
        "quiet_seconds": quiet_seconds,
        "stall_seconds": stall_seconds,
    }
    with open_session(profile, bucket, **overrides) as session:
        for root in roots:
            _check(root, session.trees, may_come=not until_idle)
        batch = session.batch_tags
        request = UploadRequest("", job_id, job_name=name, sidecars=sidecars, batch=batch)
        services = session.app_services(roots, request)
        watching = HeadlessWatch(
            services, as_json=as_json, auto_upload=auto_upload, no_runs=session.trees.no_runs
        )
        return watching.run(until=watching.idle if until_idle else lambda: False)


def _check(root: str, trees: Trees, *, may_come: bool) -> None:
    """Raises InvalidResultsDirectoryError. A path that is wrong looks as one that is still to come."""
    if not may_come:
        trees.check_root(root)
    elif absence := trees.absence(root):
        note(f"{absence} It is waited for, as long as it takes: is that the right path?")
