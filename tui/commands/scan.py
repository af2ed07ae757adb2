"""`runferry scan`: the RUN directories of a tree and their states."""

import click

from core.use_cases.scan_tree import ScannedRun
from tui.commands.options import json_option, store_options
from tui.output import emit, note, say


@click.command()
@click.argument("root")
@click.option("--rule", default="", metavar="NAME", help="Finish rule: fred or sentinel.")
@json_option
@store_options
def scan(root: str, rule: str, as_json: bool, profile: str, bucket: str) -> None:
    """Show the RUN directories at or below ROOT: state, why, files, bytes."""
    from tui.bootstrap import Options, Session

    found = 0
    with Session(Options(profile, bucket, {"rule": rule})) as session:
        for run in session.scan_tree(root):
            found += 1
            _show(run, as_json=as_json)
    if not found:
        note(f"No RUN directories at or below {root}.")


def _show(run: ScannedRun, *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "path": run.path,
                "run_id": run.run_id,
                "state": run.state.value,
                "reason": run.reason,
                "files": run.files,
                "bytes": run.bytes,
            }
        )
    else:
        say(
            f"{run.state.value:<9} {run.files:>7} files {run.bytes:>14,} B  {run.path}  {run.reason}"
        )
