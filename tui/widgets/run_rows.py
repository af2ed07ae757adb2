"""The watched trees as rows: a heading for each results root, its runs below."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from core.finish.rule import DAY
from core.finish.run_state import RunState
from core.printable import harmless
from core.run_view import RunView
from core.transfer_view import Phase, TransferState, TransferView
from tui.widgets.cells import Cell, Column, Part, Row, Tone, fit
from tui.widgets.root_in_store import Standing
from tui.widgets.row_source import ListSource
from tui.widgets.run_picture import (
    BY,
    Order,
    RunGroup,
    RunPicture,
    Total,
    by_store_root,
    sorted_runs,
)
from tui.wording.formatting import headline, number, percent, size, sparkline
from tui.wording.measures import reached, share_of
from tui.wording.signs import RUN_SIGNS, transfer_sign
from tui.wording.transfers import PHASE_WORDS

_ACTIVITY = 12
_DAYS = 9
RUN_COLUMNS = (
    Column("RUN", 10, flexible=True, order=BY[Order.NAME]),
    Column("STATE", 15, order=BY[Order.STATE]),
    Column("DAYS", _DAYS, right=True, from_width=66),
    Column("FILES", 6, right=True, from_width=66),
    Column("SIZE", 8, right=True, order=BY[Order.SIZE]),
    Column("ACTIVITY", _ACTIVITY, from_width=77, order=BY[Order.CHANGED]),
    Column("UPLOAD", 9),
)
_INDENT = 2
_ROOM = RUN_COLUMNS[0].width - _INDENT
_LONG_NAMED = 100
"""Where names are long, no narrower table has room for both them and the activity."""
_OUTDATED = Cell("outdated", Tone.WARN)
_NOT_READ = Cell("…", Tone.DIM)
_STORED = {
    Standing.AS_IT_IS: Cell("✓ stored", Tone.GOOD),
    Standing.OUTDATED: _OUTDATED,
    Standing.SOMETHING: Cell("in store"),
}
_GIVEN_UP = frozenset({TransferState.FAILED, TransferState.CANCELLED})
_IN_OTHER_UNITS = tuple(
    replace(column, title="PROGRESS") if column.title == "DAYS" else column
    for column in RUN_COLUMNS
)


class RunRows(ListSource[RunGroup | RunView]):
    """Rows of a picture, and the totals of all its runs."""

    def __init__(self, picture: RunPicture) -> None:
        self.picture = picture
        self.total_bytes = Total.of(run.bytes for run in picture.runs)
        self.members = {
            root: tuple(run.path for run in runs)
            for root, runs in by_store_root(picture.runs).items()
        }
        self.shown = picture.matching()
        self.groups = tuple(picture.groups(self.shown))
        self._transfers = latest_by_source(picture.transfers)
        super().__init__(list(self._flat()), key_of, self._row)

    def transfer(self, run: RunView) -> TransferView | None:
        """The one that was queued last."""
        return self._transfers.get(run.path)

    def destination(self, run: RunView) -> str:
        """As in "job 3, run 17"; empty while unknown."""
        found = self.picture.root_in_store(run)
        return found.destination(run.path) if found else ""

    def jobs_of(self, root: str) -> Sequence[str]:
        """Where the runs of a watched root go, as far as that is known; each job once."""
        known = (self.picture.root_in_store(run) for run in self.picture.runs if run.root == root)
        return list(dict.fromkeys(found.job for found in known if found and found.job))

    def place(self, item: RunGroup | RunView | None) -> Sequence[str]:
        """The results root and the run; without an item nothing."""
        if item is None:
            return ()
        if isinstance(item, RunGroup):
            return (item.title,)
        root = item.results_root
        return (*(group.title for group in self.groups if group.path == root), item.name)

    def awaiting_upload(self, root: str, *, failed_too: bool) -> int:
        """How many runs of a watched root would be uploaded by themselves now."""
        failed = {RunState.FAILED, RunState.STOPPED} if failed_too else set[RunState]()
        states = {RunState.DONE, *failed}
        return sum(
            run.root == root and run.state in states and not run.held and self._awaits(run)
            for run in self.picture.runs
        )

    def _awaits(self, run: RunView) -> bool:
        transfer = self.transfer(run)
        known = run.stored or run.outdated
        return not known and (transfer is None or transfer.state in _GIVEN_UP)

    def _flat(self) -> Iterable[RunGroup | RunView]:
        picture = self.picture
        for group in self.groups:
            yield group
            if not group.folded:
                yield from sorted_runs(group.runs, picture.order, reverse=picture.reverse)

    def _row(self, item: RunGroup | RunView) -> Row:
        if isinstance(item, RunGroup):
            return _group_row(item)
        standing = self.picture.standing(item)
        return _run_row(item, upload_cell(item, self.transfer(item), standing))


@dataclass(frozen=True, slots=True)
class _Title:
    """A path that loses its beginning where it is too long, between words that stay."""

    before: str
    path: str
    after: str
    span: int

    def parts(self, width: int, *, right: bool) -> Sequence[Part]:
        """Exactly `width` cells."""
        room = max(1, width - len(self.before) - len(self.after))
        text = f"{self.before}{headline(harmless(self.path), room)}{self.after}"
        return ((fit(text, width), Tone.STRONG),)


def columns_for(runs: Sequence[RunView]) -> tuple[Column, ...]:
    """Days are only spoken of where some simulator counts days, or nothing is known yet."""
    units = {run.reached.unit for run in runs if run.reached}
    columns = RUN_COLUMNS if DAY in units or not units else _IN_OTHER_UNITS
    if all(len(run.name) <= _ROOM for run in runs):
        return columns
    return tuple(
        replace(column, from_width=_LONG_NAMED) if column.title == "ACTIVITY" else column
        for column in columns
    )


def key_of(item: RunGroup | RunView) -> str:
    """The identity of a row."""
    return item.key if isinstance(item, RunGroup) else item.path


def latest_by_source(transfers: Iterable[TransferView]) -> Mapping[str, TransferView]:
    """The transfer of each source that was queued last."""
    return {transfer.source: transfer for transfer in transfers}


def state_text(run: RunView) -> str:
    """Glyph and word; while it settles, the countdown as well."""
    sign = RUN_SIGNS[run.state]
    if run.state is RunState.SETTLING and run.settles_in > 0:
        return f"{sign.text} {ceil(run.settles_in)} s"
    return sign.text


def upload_cell(run: RunView, transfer: TransferView | None, standing: Standing) -> Cell:
    """What became of the run: what travels speaks before what is stored, that before plans.

    That an upload was done does not say that what it stored is there still.
    """
    if transfer is None or transfer.state is TransferState.CANCELLED:
        return _STORED.get(standing) or _planned_cell(run, standing)
    sign = transfer_sign(transfer)
    match transfer.state:
        case TransferState.ACTIVE:
            return Cell(_active_text(transfer), Tone.BUSY)
        case TransferState.DONE:
            return _done_cell(run, standing)
        case TransferState.FAILED if not transfer.waits_for_store:
            return Cell(sign.text, sign.tone)
        case _:
            return Cell(sign.word, sign.tone)


def _done_cell(run: RunView, standing: Standing) -> Cell:
    """Without the time of that upload: what is there now may be of a later one."""
    if run.outdated:
        return _OUTDATED
    return _STORED.get(standing) or _planned_cell(run, standing)


def _planned_cell(run: RunView, standing: Standing) -> Cell:
    if run.held:
        return Cell("held", Tone.WARN)
    if run.uploads_in is not None:
        return Cell(f"in {ceil(run.uploads_in)} s", Tone.BUSY)
    return _NOT_READ if standing is Standing.UNKNOWN else Cell()


def _active_text(transfer: TransferView) -> str:
    if transfer.phase is Phase.SENDING and transfer.total:
        return f"▲{percent(transfer.done / transfer.total)}"
    return "▲" if transfer.phase is Phase.WAITING else PHASE_WORDS[transfer.phase]


def _group_row(group: RunGroup) -> Row:
    job = f"  job {group.job_id}" if group.job_id else ""
    return Row(
        group.key,
        (
            _Title("▸ " if group.folded else "▾ ", group.title, job, span=3),
            Cell(group.files.text(number)),
            Cell(group.bytes.text(size)),
            Cell(),
            _stored_cell(group),
        ),
        heading=True,
    )


def _stored_cell(group: RunGroup) -> Cell:
    every = len(group.runs)
    if group.stored is None:
        return _NOT_READ
    return Cell(f"{group.stored}/{every}", Tone.GOOD if group.stored == every else Tone.PLAIN)


def _run_row(run: RunView, upload: Cell) -> Row:
    sign = RUN_SIGNS[run.state]
    return Row(
        run.path,
        (
            Cell(run.path.removeprefix(run.results_root).lstrip("/"), keep_end=True),
            Cell(state_text(run), sign.tone),
            Cell(_days(run)),
            Cell("" if run.files is None else number(run.files)),
            Cell("" if run.bytes is None else size(run.bytes)),
            Cell(sparkline(run.activity, _ACTIVITY) if any(run.activity) else "", Tone.BUSY),
            upload,
        ),
        indent=_INDENT,
    )


def _days(run: RunView) -> str:
    """As in 97/180; the share where that is too long: a cut number would be a wrong one."""
    text = reached(run.reached)
    if run.reached and run.reached.planned and len(text) > _DAYS:
        return percent(share_of(run.reached))
    return text
