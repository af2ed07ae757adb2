"""The queue as rows: one table draws all bars."""

from collections.abc import Iterable

from core.transfer_view import Phase, TransferState, TransferView
from tui.widgets.cells import Bar, Cell, Column, Drawn, Row, Tone
from tui.widgets.row_source import ListSource
from tui.wording.formatting import clock_time, duration, percent, rate, size
from tui.wording.signs import transfer_sign
from tui.wording.transfers import PHASE_WORDS, transfer_name

TRANSFER_COLUMNS = (
    Column("", 1),
    Column("ITEM", 22, flexible=True),
    Column("PROGRESS", 8, flexible=True, most=40),
    Column("", 4, right=True),
    Column("BYTES", 8, right=True, from_width=90),
    Column("RATE", 10, right=True),
    Column("ETA", 6, right=True),
    Column("PHASE", 11, from_width=75),
    Column("TRY", 3, right=True, from_width=75),
)
_WAITING_FOR = {
    TransferState.ACTIVE: 0,
    TransferState.FAILED: 1,
    TransferState.QUEUED: 2,
    TransferState.PAUSED: 2,
    TransferState.DONE: 3,
    TransferState.CANCELLED: 3,
}
_COUNTED = frozenset(
    {
        Phase.SENDING,
        Phase.CHECKING,
        Phase.COMPLETING,
        Phase.RECEIVING,
        Phase.VERIFYING,
        Phase.RECORDING,
        Phase.COMPARING,
    }
)


def transfer_rows(views: Iterable[TransferView], needle: str = "") -> ListSource[TransferView]:
    """Active transfers first, then what failed, waits, and is done; else as they were queued."""
    wanted = needle.lower()
    shown = [view for view in views if wanted in _searched(view)]
    shown.sort(key=_rank)
    return ListSource(shown, transfer_key, _row)


def _rank(view: TransferView) -> int:
    return _WAITING_FOR[TransferState.QUEUED if view.waits_for_store else view.state]


def _searched(view: TransferView) -> str:
    words = "" if view.waits_for_store else view.state, transfer_sign(view).word
    return "\n".join((transfer_name(view), view.source, view.target, *words)).lower()


def transfer_key(view: TransferView) -> str:
    """The identity of a row."""
    return str(view.id)


def _row(view: TransferView) -> Row:
    sign = transfer_sign(view)
    name = Cell(transfer_name(view), sign.tone, keep_end=True)
    return Row(transfer_key(view), (Cell(sign.glyph, sign.tone), name, *_cells(view)))


def _cells(view: TransferView) -> tuple[Drawn, ...]:
    attempts = Cell(str(view.attempts) if view.attempts > 1 else "", Tone.DIM)
    if view.state is TransferState.ACTIVE:
        return (*_progress(view), attempts)
    return (Cell(_ending(view), transfer_sign(view).tone, span=6), attempts)


def _progress(view: TransferView) -> tuple[Drawn, ...]:
    in_parts = view.phase is Phase.COPYING and view.done > 0
    counted = view.total > 0 and (view.phase in _COUNTED or in_parts)
    fraction = view.done / view.total if counted else 0.0
    return (
        Bar(fraction),
        Cell(percent(fraction) if counted else ""),
        Cell(size(view.done) if counted else ""),
        Cell(rate(view.rate)),
        Cell(duration(view.seconds_left)),
        Cell(PHASE_WORDS[view.phase], Tone.BUSY),
    )


def _ending(view: TransferView) -> str:
    waits = view.state is TransferState.QUEUED or view.waits_for_store
    if view.restoring:
        again = f", looks again in {duration(view.again_in)}" if view.again_in else ""
        return f"{transfer_sign(view).word}{again}"
    if view.failure and waits:
        seconds = f" {view.again_in:.0f} s" if view.again_in else ""
        return f"{transfer_sign(view).word}{seconds}: {view.failure.what}"
    if view.failure and view.state is TransferState.FAILED:
        return view.failure.what
    when = f" {clock_time(view.ended_at)}" if view.ended_at else ""
    return (view.outcome or transfer_sign(view).word) + when
