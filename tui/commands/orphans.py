"""`runferry store orphans`: what lies in the store and belongs to nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

import click

from core.care.clean_orphans import Judged
from core.errors import EXIT_FAILED, EXIT_OK, Failure, RunFerryError, StoreAccessDeniedError
from core.model import Artifact
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from core.stored.orphans import FoundOrphan, OrphanKind
from core.stored.record_format import format_time
from tui.commands.options import DURATION, json_option, store_options
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.composition.session import Session
from tui.output import complain, emit, note, say
from tui.wording.formatting import date_time, plural, size

_ORPHANS = (
    Column("KIND", width=9),
    Column("SIZE", width=8, right=True),
    Column("SINCE", width=16),
    Column("ORPHAN"),
)


@click.group()
def orphans() -> None:
    """List, adopt or delete what no manifest refers to."""


@orphans.command("list")
@json_option
@store_options
def list_orphans(as_json: bool, profile: str, bucket: str) -> None:
    """List orphans, unmanaged artifacts and unfinished uploads.

    An orphan was stored by RunFerry, which did not live to record it. Unmanaged artifacts are at a
    key of this layout, but another tool stored them.
    """
    with open_session(profile, bucket) as session:
        lying = session.store_care.find_orphans(unseen=_note_unseen)
        first = next(lying, None)
        if first is None:
            note(f"No orphans in {session.store.location}.")
            return
        found = chain((first,), lying)
        _show((_Told(o, o.reason, {"reason": o.reason}) for o in found), as_json=as_json)


@orphans.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--unmanaged", is_flag=True, help="Also what other tools stored.")
@json_option
@store_options
def adopt(keys: tuple[str, ...], unmanaged: bool, as_json: bool, profile: str, bucket: str) -> int:
    """Make orphans artifacts, results versions of their runs: all or those that are named.

    Where this machine does not know what it stored, the object is read once. Nothing is sent, and
    nothing is overwritten.
    """
    failed = 0
    with open_session(profile, bucket) as session:
        chosen = keys or _adoptable(session, unmanaged=unmanaged)
        for key in chosen:
            try:
                adopted = session.store_care.adopt(key)
                session.activity.done(
                    ActivityKind.STORE, f"job {adopted.job_id}", f"adopted {printable(key)}"
                )
                _show_adopted(adopted, as_json=as_json)
            except RunFerryError as error:
                if error.offline:
                    raise
                failed += 1
                session.activity.failed(ActivityKind.STORE, printable(key), Failure.of(error))
                complain(error)
        if not chosen:
            note("There is nothing to adopt.")
    return EXIT_FAILED if failed else EXIT_OK


@orphans.command()
@click.option("--yes", is_flag=True, help="Delete; without it they are only listed.")
@click.option(
    "--grace",
    type=DURATION,
    metavar="TIME",
    help="How long they are left alone (default: 24h, and 7d for unfinished uploads).",
)
@json_option
@store_options
def clean(yes: bool, grace: int | None, as_json: bool, profile: str, bucket: str) -> None:
    """Delete orphans and unfinished uploads that are old enough.

    What other tools stored, and what an upload of this machine may need, stays. Each one is looked
    at again right before it is deleted.
    """
    gone = 0

    def fate(judged: Judged) -> _Told:
        nonlocal gone
        stays = judged.stays or (care.clean(judged.orphan) if yes else "")
        gone += not stays
        said = f"stays: {stays}" if stays else "deleted" if yes else "would be deleted"
        return _Told(judged.orphan, said, {"deleted": yes and not stays, "stays": stays})

    with open_session(profile, bucket) as session:
        care, period = session.store_care, None if grace is None else timedelta(seconds=grace)
        judged = list(care.clean.judge(care.find_orphans(unseen=_note_unseen), period))
        _show(map(fate, judged), as_json=as_json)
        if yes and gone:
            told = f"deleted {plural(gone, 'orphan')}"
            session.activity.done(ActivityKind.DELETION, "store", told)
    if not yes:
        note(f"{plural(gone, 'orphan')} would be deleted; nothing was. `--yes` deletes.")


def _note_unseen(denied: StoreAccessDeniedError) -> None:
    note(f"Unfinished uploads were not looked for: {denied.what} {denied.todo}")


def _adoptable(session: Session, *, unmanaged: bool) -> Sequence[str]:
    kinds = {OrphanKind.ORPHAN} | ({OrphanKind.UNMANAGED} if unmanaged else set[OrphanKind]())
    return [orphan.key for orphan in session.store_care.find_orphans() if orphan.kind in kinds]


class _Told(NamedTuple):
    """What is said of an orphan; `more` for `--json`."""

    orphan: FoundOrphan
    remark: str
    more: Mapping[str, object]


def _show(found: Iterable[_Told], *, as_json: bool) -> None:
    if not as_json:
        show_rows(found, _ORPHANS, _cells, _line)
        return
    for orphan, _, more in found:
        place = orphan.place
        emit(
            {
                "kind": orphan.kind,
                "job_id": place.prefix.job_id,
                "run_id": place.run_id,
                "key": orphan.key,
                "size": orphan.size,
                "since": _since(orphan),
                **more,
            }
        )


def _cells(told: _Told) -> Sequence[str]:
    orphan = told.orphan
    since = date_time(orphan.since) if orphan.since else ""
    what = f"{printable(orphan.key)}  {told.remark}"
    return (orphan.kind, size(orphan.size), since, what)


def _line(told: _Told) -> str:
    orphan = told.orphan
    what = f"{printable(orphan.key)}  {told.remark}"
    return f"{orphan.kind:<9}  {orphan.size:>14,} B  {_since(orphan)}  {what}"


def _since(orphan: FoundOrphan) -> str:
    return format_time(orphan.since) if orphan.since else ""


def _show_adopted(artifact: Artifact, *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "job_id": artifact.job_id,
                "run_id": artifact.run_id,
                "kind": artifact.kind.value,
                "version": artifact.version,
                "key": artifact.key,
                "sha256": artifact.sha256,
                "content_id": artifact.content_id,
            }
        )
        return
    what = f"version {artifact.version}" if artifact.version else artifact.kind.value
    of_run = f" of run {artifact.run_id}" if artifact.run_id else ""
    say(f"adopted {printable(artifact.key)} as {what}{of_run} of job {artifact.job_id}")
