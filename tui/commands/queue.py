"""`runferry queue`: what was left to upload or download, and what to do with it."""

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager

import click

from core.errors import EXIT_FAILED, EXIT_OK, SettingsError
from core.pace.byte_rate import parse_rate
from core.printable import printable
from core.queue.agent import Agent
from core.queue.queued_transfer import CANCELLABLE, PAUSABLE
from core.settings import MOST_PARALLEL
from core.threads import Deadline
from core.transfer_view import Direction, TransferState, TransferView
from tui.commands.options import ID, json_option, store_options
from tui.commands.queue_retry import QueueRetry
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.composition.session import Session
from tui.output import emit, note, say
from tui.wording.formatting import limit as limit_text
from tui.wording.formatting import number, percent, plural, size
from tui.wording.restores import state_word
from tui.wording.transfers import PHASE_WORDS, summarize, transfer_name

_AGENT_SECONDS = 10.0
"""The agent looks for commands once a second."""
_FREE_SECONDS = 30.0

_TRANSFERS = (
    Column("ID", right=True),
    Column("STATE", state=True),
    Column("TRANSFER"),
    Column("PROGRESS"),
    Column("WHAT"),
)
_ids = click.argument("ids", nargs=-1, type=ID, metavar="[ID]...")


class RateType(click.ParamType[int]):
    """Bytes per second."""

    name = "rate"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """The number, or a usage error."""
        try:
            return parse_rate(str(value))
        except ValueError as error:
            self.fail(f"The limit {error}.", param, ctx)


@click.group()
def queue() -> None:
    """List, retry, cancel, pause and limit uploads and downloads.

    What is queued belongs to the machine and the store: the queue of the app and of `watch`. While
    one of them is at work, it is told within a second.
    """


@queue.command("list")
@json_option
@store_options
def list_transfers(as_json: bool, profile: str, bucket: str) -> None:
    """All transfers that wait, travel or have ended, in the order of submission."""
    with _attending(profile, bucket) as session:
        views = session.transfers.views()
    if as_json:
        for view in views:
            emit(_record(view))
    else:
        show_rows(views, _TRANSFERS, _cells, _line)
    note(_summary(views, session.transfers.limit) if views else "Nothing is queued.")


@queue.command()
@_ids
@json_option
@store_options
def retry(ids: tuple[int, ...], as_json: bool, profile: str, bucket: str) -> int:
    """Try again what failed or was cancelled: these, or all of it with what still waits.

    Prints one line per event until they have ended.
    """
    with open_session(profile, bucket) as session:
        retrying = QueueRetry(session.transfers, session.bus, session.clock, as_json=as_json)
        return retrying.run(ids)


@queue.command()
@_ids
@click.option("--all", "everything", is_flag=True, help="All that is not done.")
@store_options
def cancel(ids: tuple[int, ...], everything: bool, profile: str, bucket: str) -> int:
    """Give transfers up, and free what they have sent to the store."""
    if bool(ids) == everything:
        raise click.UsageError("Name the transfers (see `runferry queue list`), or say --all.")
    with _attending(profile, bucket) as session:
        return _each(session, ids, CANCELLABLE, session.transfers.cancel, "cancel")


@queue.command()
@_ids
@store_options
def pause(ids: tuple[int, ...], profile: str, bucket: str) -> int:
    """Keep transfers from going on, also over a restart: these, or all. Nothing is lost."""
    with _attending(profile, bucket) as session:
        return _each(session, ids, PAUSABLE, session.transfers.pause, "pause")


@queue.command()
@_ids
@store_options
def resume(ids: tuple[int, ...], profile: str, bucket: str) -> int:
    """Let paused transfers go on: these, or all."""
    with _attending(profile, bucket) as session:
        return _each(session, ids, {TransferState.PAUSED}, session.transfers.resume, "resume")


@queue.command()
@store_options
def clear(profile: str, bucket: str) -> None:
    """Forget what is done or cancelled; what failed stays."""
    with _attending(profile, bucket) as session:
        count = session.transfers.clear_ended()
        _settle(session)
    note(f"Cleared {plural(count, 'transfer')}.")


@queue.command()
@click.argument("wanted", type=RateType(), metavar="RATE|off")
@store_options
def limit(wanted: int, profile: str, bucket: str) -> None:
    """Bytes per second of all transfers together ("20 MB/s"), until the RunFerry at work ends."""
    with _attending(profile, bucket) as session:
        _at_work(session.transfers, "transfers.limit")
        session.transfers.set_limit(wanted)
        _settle(session)
    note(
        f"Transfers are limited to {limit_text(wanted)}." if wanted else "Transfers have no limit."
    )


@queue.command()
@click.argument("count", type=click.IntRange(1, MOST_PARALLEL), metavar="N")
@store_options
def parallel(count: int, profile: str, bucket: str) -> None:
    """How many transfers travel at a time, until the RunFerry at work ends."""
    with _attending(profile, bucket) as session:
        _at_work(session.transfers, "transfers.parallel")
        session.transfers.set_parallel(count)
        _settle(session)
    note(f"{plural(count, 'transfer')} at a time.")


@contextmanager
def _attending(profile: str, bucket: str) -> Generator[Session]:
    """Looks at the queue, and begins no transfer."""
    with open_session(profile, bucket) as session:
        session.transfers.attend()
        yield session
        session.transfers.close(Deadline(_FREE_SECONDS, session.clock))


def _each(
    session: Session,
    ids: tuple[int, ...],
    states: Collection[TransferState],
    act: Callable[[int], bool],
    verb: str,
) -> int:
    """To these, or to all that it is possible for."""
    transfers = session.transfers
    chosen = ids or tuple(v.id for v in transfers.views() if v.state in states)
    refused = [transfer_id for transfer_id in chosen if not act(transfer_id)]
    for transfer_id in refused:
        state = next((v.state.value for v in transfers.views() if v.id == transfer_id), "not there")
        note(f"Transfer {transfer_id} is {state}: nothing to {verb}.")
    if not chosen:
        note(f"Nothing to {verb}.")
    _settle(session)
    for view in transfers.views():
        if view.id in chosen and view.id not in refused:
            say(_line(view))
    return EXIT_FAILED if refused else EXIT_OK


def _settle(session: Session) -> None:
    settled = session.transfers.settle(Deadline(_AGENT_SECONDS, session.clock))
    if not settled and (holder := session.transfers.agent):
        note(f"{holder.describe()} was asked, but has not answered yet.")


def _at_work(transfers: Agent, setting: str) -> None:
    if transfers.agent is None:
        raise SettingsError(
            "No RunFerry is at work for this store at the moment.",
            todo=f"{setting} in the settings counts from the next start on.",
        )


def _line(view: TransferView) -> str:
    state = f"{view.id:>4} {state_word(view):<9}"
    parts = (state, printable(transfer_name(view)), _how_far(view), _what(view))
    return "  ".join(part for part in parts if part)


def _cells(view: TransferView) -> Sequence[str]:
    name, how_far = printable(transfer_name(view)), _how_far(view)
    return (str(view.id), state_word(view), name, how_far, _what(view))


def _what(view: TransferView) -> str:
    """From where to where, and what became of it."""
    failure = view.failure
    words = f"{failure.what} {failure.kept} {failure.todo}" if failure else view.outcome
    what = " → ".join(printable(part) for part in view.identity if part)
    return "  ".join(part for part in (what, words.strip()) if part)


def _how_far(view: TransferView) -> str:
    if view.state is TransferState.QUEUED or not view.total:
        return size(view.total) if view.total else ""
    if view.state is TransferState.PAUSED and view.direction is Direction.UPLOAD:
        return f"{size(view.kept)} of {size(view.total)} kept"
    phase = f"{PHASE_WORDS[view.phase]} " if view.state is TransferState.ACTIVE else ""
    share = percent(view.done / view.total).strip()
    return f"{phase}{share}, {size(view.done)} of {size(view.total)}"


def _summary(views: Sequence[TransferView], per_second: int | None) -> str:
    """As in "2 active, 6 waiting, 1 cancelled; 1.7 GiB left"."""
    summary = summarize(views)
    counts = (
        (summary.active, "active"),
        (summary.queued, "waiting"),
        (summary.paused, "paused"),
        (summary.failed, "failed"),
        (summary.done, "done"),
        (summary.cancelled, "cancelled"),
    )
    text = ", ".join(f"{number(count)} {word}" for count, word in counts if count)
    if summary.active or summary.queued:
        text += f"; {size(summary.left_bytes)} left"
        text += f" and {summary.unknown} of unknown size" if summary.unknown else ""
    return f"{text}; limit {limit_text(per_second)}" if per_second else text


def _record(view: TransferView) -> dict[str, object]:
    failure = view.failure
    return {
        "id": view.id,
        "direction": view.direction.value,
        "state": state_word(view),
        "path": view.path,
        **({"key": view.source} if view.target else {}),
        "job_id": view.job_id,
        "run_id": view.run_id,
        "phase": view.phase.value,
        "bytes": view.done,
        "total_bytes": view.total,
        "sent_bytes": view.sent,
        "kept_bytes": view.kept,
        "attempts": view.attempts,
        "outcome": view.outcome,
        "error": failure.what if failure else "",
        "kept": failure.kept if failure else "",
        "todo": failure.todo if failure else "",
    }
