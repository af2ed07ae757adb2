"""`runferry store`: keep the catalog and the store in order."""

from collections.abc import Sequence

import click

from core.errors import EXIT_FAILED, EXIT_OK
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from core.stored.findings import Checked, Finding
from tui.commands.lifecycle import lifecycle
from tui.commands.options import PERCENT, json_option, store_options
from tui.commands.orphans import orphans
from tui.commands.sessions import open_session
from tui.commands.store_copy import copy_store
from tui.commands.store_policy import policy
from tui.commands.store_probe import probe
from tui.commands.table import Column, show_rows
from tui.output import complain, emit, note, say
from tui.wording.activity import synced_words
from tui.wording.formatting import plural

_FINDINGS = (Column("PROBLEM", width=23), Column("STATE", width=6, state=True), Column("OBJECT"))


@click.group()
def store() -> None:
    """Read the store anew, check it, find and mend what was left behind."""


store.add_command(orphans)
store.add_command(probe)
store.add_command(policy)
store.add_command(lifecycle)
store.add_command(copy_store)


@store.command()
@click.option("--rebuild", is_flag=True, help="Forget the catalog and read everything anew.")
@json_option
@store_options
def sync(rebuild: bool, as_json: bool, profile: str, bucket: str) -> int:
    """Make the catalog equal to the store.

    Only what is new or was changed is read. What uploads of this machine stored and did not live
    to record is adopted on the way.
    """
    with open_session(profile, bucket) as session:
        synced = session.store_care.sync(rebuild=rebuild)
        catalog = synced.catalog
        session.activity.done(ActivityKind.SYNC, "store", synced_words(catalog))
        if as_json:
            emit(
                {
                    "jobs": catalog.jobs,
                    "runs": catalog.runs,
                    "artifacts": catalog.artifacts,
                    "unmanaged": len(catalog.unmanaged),
                    "set_aside": len(catalog.set_aside),
                    "adopted": list(synced.adopted),
                }
            )
        else:
            counts = (
                plural(catalog.jobs, "job"),
                plural(catalog.runs, "run"),
                plural(catalog.artifacts, "artifact"),
            )
            say(f"{session.store.location}: {', '.join(counts)}")
            _remark(len(synced.adopted), "adopted: stored earlier, and recorded now")
            _remark(len(catalog.unmanaged), "unmanaged: stored by other tools, or not finished")
            _remark(len(catalog.set_aside), "set aside: `runferry store check` says why")
    for failure in synced.failures:
        complain(failure)
    return EXIT_FAILED if synced.failures else EXIT_OK


@store.command()
@click.option("--repair", is_flag=True, help="Do what loses nothing: adopt, put back, read anew.")
@click.option(
    "--read-data",
    "read_percent",
    type=PERCENT,
    default="0%",
    metavar="N%",
    help="Read so many of the objects and compare their SHA-256.",
)
@json_option
@store_options
def check(repair: bool, read_percent: float, as_json: bool, profile: str, bucket: str) -> int:
    """Compare manifests, objects and catalog with each other.

    The exit code is 1 when something is wrong in the store that was not mended. That the catalog
    is behind the store is told, and is no problem.
    """
    counts = Checked()
    with open_session(profile, bucket) as session:
        findings = session.store_care.check(counts, repair=repair, read_percent=read_percent)
        if as_json:
            for finding in findings:
                _emit(finding)
        else:
            # of the cache there may be thousands, and nothing is wrong
            told = (finding for finding in findings if not finding.problem.of_cache)
            show_rows(told, _FINDINGS, _cells, _line)
    if as_json:
        emit({"checked": True, **vars(counts)})
    else:
        _tell(counts)
    return EXIT_FAILED if counts.problems > counts.mended else EXIT_OK


def _emit(finding: Finding) -> None:
    record = {"problem": finding.problem.name.lower(), "key": finding.key}
    emit(record | {"detail": finding.detail, "mended": finding.mended})


def _cells(finding: Finding) -> Sequence[str]:
    return (finding.problem, "mended" if finding.mended else "", _where(finding))


def _line(finding: Finding) -> str:
    return f"{'mended: ' * finding.mended}{finding.problem}  {_where(finding)}"


def _where(finding: Finding) -> str:
    return printable(finding.key) + (f"  ({finding.detail})" if finding.detail else "")


def _tell(counts: Checked) -> None:
    say(
        f"{plural(counts.objects, 'object')} checked, {counts.read} of them read"
        f" ({counts.read_bytes:,} B): {plural(counts.problems, 'problem')}, {counts.mended} mended"
    )
    _remark(counts.archived, "archived: they were not read, for they have to be restored first")
    _remark(counts.unmanaged, "unmanaged: stored by other tools; `orphans adopt` makes them ours")
    _remark(counts.emptied, "of the job records empty: deleted jobs, or records that were lost")
    _remark(counts.outdated, "not in the catalog as they are: `runferry store sync` reads them")


def _remark(count: int, what: str) -> None:
    if count:
        note(f"{count} {what}.")
