"""`runferry jobs runs delete`: what is stored of a run, after its number was typed."""

from collections.abc import Mapping, Sequence

import click

from core.care.clean_orphans import Judged
from core.care.run_contents import RunContents
from core.model import Artifact
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from core.stored.orphans import FoundOrphan
from tui.commands.job_records import artifact_record, show_artifact
from tui.commands.options import ID, job_id_option, json_option, store_options
from tui.commands.sessions import open_session
from tui.output import emit, has_terminal, note, say
from tui.wording.formatting import plural


@click.command("delete")
@job_id_option
@click.option("--run-id", type=ID, required=True, metavar="M", help="The run.")
@click.option("--version", type=ID, metavar="V", help="Only this version of its results.")
@click.option("--dry-run", is_flag=True, help="Only list what would be deleted.")
@click.option("--yes", is_flag=True, help="Delete without asking for the number to be typed.")
@json_option
@store_options
def delete_run(
    job_id: int,
    run_id: int,
    version: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Delete a run with all versions, logs and its configuration, or one version of its results.

    Lists them first, then asks for the number of the run, or of the version. Without a terminal, and
    with --json, nobody is asked: then nothing is deleted without --yes. Where the latest version goes,
    the one before it becomes the latest again. Objects that are no artifacts stay.
    """
    if dry_run and yes:
        raise click.UsageError("--dry-run deletes nothing: leave --yes out.")
    with open_session(profile, bucket) as session:
        delete = session.store_care.delete_run
        contents = delete.contents(job_id, run_id, version)
        _list(contents, as_json=as_json)
        if not (yes or dry_run or as_json) and has_terminal():
            yes = _typed(contents)
        left = delete(contents) if yes else ()
        if yes:
            session.activity.done(
                ActivityKind.DELETION,
                f"job {job_id} · run {run_id}",
                f"{_named(contents)} was deleted: {_much(contents, left)}",
                job_id=job_id,
                run_id=run_id,
            )
    _sum_up(contents, left, deleted=yes, as_json=as_json)


def _list(contents: RunContents, *, as_json: bool) -> None:
    for artifact in (*contents.artifacts, *contents.what.replaced):
        _show(artifact, as_json=as_json)
    for orphan in (*contents.orphans, *contents.what.unmanaged):
        _show_key(orphan.key, orphan.size, orphan.kind, "", as_json=as_json)
    for judged in contents.stays:
        _show_key(
            judged.orphan.key,
            judged.orphan.size,
            judged.orphan.kind,
            judged.stays,
            as_json=as_json,
        )
    for key in contents.foreign:
        _show_key(key, 0, "foreign", "it is no artifact", as_json=as_json)
    if contents.again and not as_json:
        note(
            f"The content of version {contents.again.version} becomes the latest again, as a new "
            f"version: {contents.again.size:,} B are copied within the store."
        )


def _show(artifact: Artifact, *, as_json: bool) -> None:
    if as_json:
        emit(artifact_record(artifact) | {"stays": False})
    else:
        show_artifact(artifact, as_json=False)


def _show_key(key: str, size: int, kind: str, stays: str, *, as_json: bool) -> None:
    if as_json:
        emit({"kind": kind, "key": key, "size": size, "stays": bool(stays)})
    elif stays:
        say(f"stays: {stays}  {printable(key)}")
    else:
        say(f"{kind:<12} {size:>20,} B  {printable(key)}")


def _typed(contents: RunContents) -> bool:
    """Raises UsageError for anything but the number."""
    what, number = "run", contents.run_id
    if contents.version is not None:
        what, number = "version", contents.version
    typed: str = click.prompt(f"Type the number of the {what} to delete all of this", err=True)
    if typed.strip() != str(number):
        raise click.UsageError(f"That is not the number of the {what}: nothing was deleted.")
    return True


def _sum_up(contents: RunContents, left: Sequence[Judged], *, deleted: bool, as_json: bool) -> None:
    if as_json:
        emit(_summary(contents, left, deleted=deleted))
    what, run = _much(contents, left), _named(contents)
    if deleted:
        note(f"{run[0].upper()}{run[1:]} was deleted: {what}.")
    else:
        note(f"{what} would be deleted with {run}; nothing was. `--yes` deletes.")
    for judged in left:
        note(f"{printable(judged.orphan.key)} stays: {judged.stays}.")
    stay = len(contents.stays) + len(contents.foreign)
    if stay:
        note(f"{plural(stay, 'object')} that nobody here recorded stay.")


def _much(contents: RunContents, left: Sequence[Judged]) -> str:
    count = len(_going(contents)) - len(left)
    return f"{plural(count, 'artifact')} ({contents.stored_bytes:,} B)"


def _named(contents: RunContents) -> str:
    run = f"run {contents.run_id} of job {contents.job.id}"
    return run if contents.version is None else f"version {contents.version} of {run}"


def _going(contents: RunContents) -> Sequence[Artifact | FoundOrphan]:
    return (*contents.artifacts, *contents.orphans, *contents.what.unmanaged)


def _summary(
    contents: RunContents, left: Sequence[Judged], *, deleted: bool
) -> Mapping[str, object]:
    return {
        "job_id": contents.job.id,
        "run_id": contents.run_id,
        "version": contents.version,
        "deleted": deleted,
        "objects": len(_going(contents)) - len(left),
        "bytes": contents.stored_bytes,
        "stay": len(contents.stays) + len(contents.foreign) + len(left),
        "latest_again": contents.again.version if contents.again else None,
    }
