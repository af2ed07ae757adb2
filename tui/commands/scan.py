"""`runferry scan`: the RUN directories of a tree and their states."""

from collections.abc import Sequence
from functools import partial
from itertools import chain, filterfalse

import click

from core.printable import printable
from core.source.find_results import FindResults
from core.source.left_out_lines import briefly, is_excluded
from core.source.scan_tree import ScannedRun
from tui.commands.options import PATH, json_option, kind_option, rule_option, store_options
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.output import emit, note, say
from tui.wording.formatting import size
from tui.wording.measures import as_plain
from tui.wording.signs import check_mark
from tui.wording.titles import id_beside

_RUNS = (
    Column("STATE", width=8, state=True),
    Column("FILES", width=7, right=True),
    Column("SIZE", width=8, right=True),
    Column("RUN"),
)
_CHECK_WIDTH = 22


@click.command()
@click.argument("root", type=PATH)
@kind_option
@rule_option
@click.option("--explain", is_flag=True, help="Show every finish check and its reason.")
@json_option
@store_options
def scan(
    root: str, kind: str, rule: str, explain: bool, as_json: bool, profile: str, bucket: str
) -> None:
    """Show the RUN directories at or below ROOT: state, why, files, bytes."""
    with open_session(profile, bucket, kind=kind, rule=rule) as session:
        runs = session.trees.scan_tree(root, _problem, session.trees.number)
        first = next(runs, None)
        if first is None:
            note(f"No RUN directories at or below {printable(root)}.")
            note(f"  {session.trees.no_runs(root)}")
            return
        found = chain((first,), runs)
        left_out = partial(_left_out, session.trees.find_results)
        if as_json:
            for run in found:
                without = left_out(run)
                record = scanned_record(run, checks=explain)
                emit(record | ({"left_out": [*without]} if without else {}))
        elif explain:
            for run in found:
                explain_run(run)
                for line in left_out(run):
                    say(f"  not stored: {line}")
        else:
            told = ((run, _besides(left_out(run))) for run in found)
            show_rows(told, _RUNS, _cells, _line)


def _problem(path: str, why: str) -> None:
    note(f"{printable(path)} cannot be looked into: {why}. There may be runs in it.")


def _left_out(find_results: FindResults, run: ScannedRun) -> Sequence[str]:
    return find_results.left_out(run.scan) if run.scan else ()


def _besides(left_out: Sequence[str]) -> str:
    """The bytes of what is excluded are told anyway."""
    return briefly([*filterfalse(is_excluded, left_out)])


def scanned_record(run: ScannedRun, *, checks: bool) -> dict[str, object]:
    """As JSON; with `checks`, also what its rule found."""
    record: dict[str, object] = {
        "path": run.path,
        "run_id": run.run_id,
        "state": run.state.value,
        "reason": run.reason,
        "files": run.files,
        "bytes": run.bytes,
    }
    record |= as_plain(run.reached)
    if run.bytes_left_out:
        record["bytes_left_out"] = run.bytes_left_out
    if checks:
        record["rule"] = run.rule
        record["checks"] = [
            {"name": check.name, "passed": check.passed, "reason": check.reason}
            for check in run.checks
        ]
    return record


def explain_run(run: ScannedRun) -> None:
    """Each check of its rule on a line."""
    say(_line((run, "")))
    say(f"  by the rule {run.rule}:")
    width = max([_CHECK_WIDTH, *(len(check.name) for check in run.checks)])
    for check in run.checks:
        say(f"  {check_mark(check)} {check.name:<{width}} {check.reason}")


def _line(told: tuple[ScannedRun, str]) -> str:
    run = told[0]
    files, size = _number(run.files), _number(run.bytes)
    return f"{run.state.value:<9} {files:>7} files {size:>14} B  {_what(*told)}"


def _cells(told: tuple[ScannedRun, str]) -> Sequence[str]:
    run = told[0]
    files, count = _number(run.files), "?" if run.bytes is None else size(run.bytes)
    return (run.state.value, files, count, _what(*told))


def _what(run: ScannedRun, also: str) -> str:
    left_out = f"  left out: {size(run.bytes_left_out)}" if run.bytes_left_out else ""
    path = printable(run.path)
    said = f"{path}{id_beside(run.run_id, path)}{left_out}  {run.reason}"
    return f"{said}; {also}" if also else said


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
