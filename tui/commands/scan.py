"""`runferry scan`: the RUN directories of a tree and their states."""

import click

from core.printable import printable
from core.source.scan_tree import ScannedRun
from tui.commands.options import RULE_HELP, json_option, store_options
from tui.commands.output import emit, note, say
from tui.commands.sessions import open_session


@click.command()
@click.argument("root")
@click.option("--rule", default="", metavar="NAME", help=RULE_HELP)
@click.option("--explain", is_flag=True, help="Show every finish check and its reason.")
@json_option
@store_options
def scan(root: str, rule: str, explain: bool, as_json: bool, profile: str, bucket: str) -> None:
    """Show the RUN directories at or below ROOT: state, why, files, bytes."""
    found = 0
    with open_session(profile, bucket, rule=rule) as session:
        by = session.trees.scan_tree.rule if explain else ""
        for run in session.trees.scan_tree(root, _problem):
            found += 1
            if as_json:
                emit(_record(run, by))
            else:
                _show(run, by)
    if not found:
        note(f"No RUN directories at or below {root}.")


def _problem(path: str, why: str) -> None:
    note(f"{printable(path)} cannot be looked into: {why}. There may be runs in it.")


def _record(run: ScannedRun, rule: str) -> dict[str, object]:
    """With `rule`, also what it found."""
    record: dict[str, object] = {
        "path": run.path,
        "run_id": run.run_id,
        "state": run.state.value,
        "reason": run.reason,
        "files": run.files,
        "bytes": run.bytes,
    }
    if rule:
        record["rule"] = rule
        record["checks"] = [
            {"name": check.name, "passed": check.passed, "reason": check.reason}
            for check in run.checks
        ]
    return record


def _show(run: ScannedRun, rule: str) -> None:
    files, size = _number(run.files), _number(run.bytes)
    say(f"{run.state.value:<9} {files:>7} files {size:>14} B  {printable(run.path)}  {run.reason}")
    if rule:
        say(f"  by the rule {rule}:")
        for check in run.checks:
            say(f"  {'✓' if check.passed else '✗'} {check.name:<22} {check.reason}")


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
