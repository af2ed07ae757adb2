"""`runferry members`: the directory of stored results, and single members, by ranged reads."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import click

from core.model import shortened
from core.ports.packaging import ArchiveMember
from core.printable import printable
from core.stored.record_format import format_time
from tui.commands.options import ID, job_id_option, json_option, store_options
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.output import emit, write
from tui.wording.formatting import date_time, size

_MEMBERS = (
    Column("SIZE", right=True),
    Column("STORED", right=True),
    Column("WRITTEN"),
    Column("NAME"),
)
_LONGEST_NAME = 4096


@click.command()
@job_id_option
@click.option("--run-id", type=ID, required=True, metavar="M", help="The run.")
@click.option("--version", type=ID, metavar="V", help="An older version (default: the latest).")
@click.argument("name", required=False)
@json_option
@store_options
def members(
    job_id: int,
    run_id: int,
    version: int | None,
    name: str | None,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """List the members of a stored ZIP, or print the one called NAME as it is.

    Only the directory of the ZIP and that member are fetched. The member's checksum is known at
    its end: when it is wrong, the exit code is 1 and what was printed is not to be trusted.
    """
    if name is not None and as_json:
        raise click.UsageError("--json is for the list; a member is printed as it is.")
    with open_session(profile, bucket) as session:
        archive = session.artifacts.read_members(job_id, run_id, version)
        if name is not None:
            _print(archive.read(name))
            return
        if not as_json:
            show_rows(archive.members(), _MEMBERS, _cells, _line)
            return
        for member in archive.members():
            _emit(member)


def _print(blocks: Iterator[bytes]) -> None:
    for block in blocks:
        write(block)


def _emit(member: ArchiveMember) -> None:
    sizes = {"size": member.size, "compressed_size": member.stored_bytes}
    record = {"name": member.name, **sizes, "mtime": format_time(_written(member))}
    emit(record | ({"link": True} if member.link else {}))


def _line(member: ArchiveMember) -> str:
    written = format_time(_written(member))
    return f"{member.size:>14,} B  {member.stored_bytes:>14,} B  {written}  {_name(member)}"


def _cells(member: ArchiveMember) -> Sequence[str]:
    sizes = size(member.size), size(member.stored_bytes)
    return (*sizes, date_time(_written(member)), _name(member))


def _written(member: ArchiveMember) -> datetime:
    return datetime.fromtimestamp(member.mtime, UTC)


def _name(member: ArchiveMember) -> str:
    """Longer ones are no names of files anywhere."""
    name = printable(shortened(member.name, _LONGEST_NAME))
    return f"{name} (link)" if member.link else name
