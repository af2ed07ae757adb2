"""`runferry activity`: what happened, by every command and the app."""

from collections.abc import Sequence
from datetime import UTC, timedelta

import click

from core.activity.activity_filter import KINDS, ActivityFilter
from core.activity.meanings import meaning_of
from core.ports.journal.activity import ActivityEntry
from tui.commands.options import DURATION, json_option, store_options
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.output import emit, note
from tui.wording.activity import again

_COLUMNS = (
    Column("TIME (UTC)", width=16),
    Column("LEVEL", width=7, state=True),
    Column("KIND", width=8),
    Column("ABOUT", width=24),
    Column("WHAT"),
)


@click.command()
@click.option("--since", type=DURATION, metavar="TIME", help="Of the last 30m, 24h, 7d, ...")
@click.option("--kind", type=click.Choice(KINDS), help="Of this kind or level only.")
@click.option("--run", default="", metavar="NAME", help='About one run or job: RUN3, "job 12".')
@click.option(
    "--text", "words", multiple=True, metavar="TEXT", help="With TEXT in it; !TEXT without it."
)
@json_option
@store_options
def activity(
    since: int | None,
    kind: str | None,
    run: str,
    words: tuple[str, ...],
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """What happened on this machine, oldest first: runs, uploads, downloads, deletions, errors.

    The app and all commands write it down, without secrets; the newest 10,000 entries are kept. What
    happened several times within an hour is one of them.
    """
    with open_session(profile, bucket) as session:
        begin = session.clock.now() - timedelta(seconds=since) if since else None
        wanted = ActivityFilter(kind or "", run, begin, words)
        entries = list(filter(wanted, session.activity_log.after(0)))
    if as_json:
        for entry in entries:
            emit(_record(entry))
    else:
        show_rows(entries, _COLUMNS, _cells, _line)
        if not entries:
            note("Nothing of that kind is known." if wanted != ActivityFilter() else "Nothing yet.")


def _record(entry: ActivityEntry) -> dict[str, object]:
    return {
        "at": entry.last_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "first_at": entry.first_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "count": entry.count,
        "level": entry.level,
        "kind": entry.kind,
        "about": entry.subject,
        "what": entry.text,
        "means": meaning_of(entry.cause),
        "kept": entry.kept,
        "todo": entry.todo,
        "cause": entry.cause,
        "path": entry.path,
        "job_id": entry.job_id or None,
        "run_id": entry.run_id or None,
        "store": entry.store,
    }


def _cells(entry: ActivityEntry) -> Sequence[str]:
    return (f"{entry.last_at:%Y-%m-%d %H:%M}", entry.level, entry.kind, entry.subject, _what(entry))


def _line(entry: ActivityEntry) -> str:
    moment = f"{entry.last_at:%Y-%m-%d %H:%M:%S}"
    return f"{moment}  {entry.level:<7}  {entry.kind:<8}  {entry.subject}: {_what(entry)}"


def _what(entry: ActivityEntry) -> str:
    told = " ".join(filter(None, (entry.text, entry.kept, entry.todo)))
    return f"{told}{again(entry)}"
