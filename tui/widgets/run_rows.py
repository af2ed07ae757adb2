"""The watched tree as rows: a heading for each results root, its runs below."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from math import ceil
from os.path import basename, relpath

from core.events import Phase, RunView, TransferState, TransferView
from core.model import Run
from core.run_state import RunState
from tui.formatting import clock_time, days, number, percent, size, sparkline
from tui.states import RUN_SIGNS, TRANSFER_SIGNS
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import ListSource

_ACTIVITY = 12
_DAYS = 9
RUN_COLUMNS = (
    Column("RUN", 10, flexible=True),
    Column("STATE", 15),
    Column("DAYS", _DAYS, right=True, from_width=66),
    Column("FILES", 6, right=True, from_width=66),
    Column("SIZE", 8, right=True),
    Column("ACTIVITY", _ACTIVITY, from_width=77),
    Column("UPLOAD", 9),
)
_INDENT = 2


class Order(StrEnum):
    """How the runs of a results root are sorted."""

    NAME = "name"
    STATE = "state"
    SIZE = "size"
    CHANGED = "last change"


Stored = Mapping[str, Mapping[int, Run]]
"""Stored runs by results root and run id."""


@dataclass(frozen=True)
class RunGroup:
    """The runs of one results root that are shown, and how many of all of them are stored."""

    path: str
    title: str
    runs: tuple[RunView, ...]
    stored: int
    job_id: int | None
    folded: bool = False

    @property
    def key(self) -> str:
        """Never the path of a run."""
        return self.path + "/"

    @property
    def files(self) -> int:
        """Of all its runs."""
        return sum(run.files for run in self.runs)

    @property
    def bytes(self) -> int:
        """Of all its runs."""
        return sum(run.bytes for run in self.runs)


@dataclass(frozen=True)
class RunPicture:
    """Everything that the rows depend on: equal pictures give equal rows."""

    root: str
    runs: tuple[RunView, ...] = ()
    transfers: tuple[TransferView, ...] = ()
    stored: Stored = field(default_factory=dict[str, Mapping[int, Run]])
    needle: str = ""
    order: Order = Order.NAME
    folded: frozenset[str] = frozenset()

    def matching(self) -> tuple[RunView, ...]:
        """The runs that the filter lets through."""
        if not self.needle:
            return self.runs
        return tuple(run for run in self.runs if matches(run, self.needle))


class RunRows(ListSource[RunGroup | RunView]):
    """Rows of a picture, and the totals of all its runs."""

    def __init__(self, picture: RunPicture) -> None:
        self.picture = picture
        self.total_bytes = sum(run.bytes for run in picture.runs)
        self.roots = frozenset(run.results_root for run in picture.runs)
        self.shown = picture.matching()
        self.groups = tuple(_groups(picture, self.shown))
        self._transfers = latest_by_source(picture.transfers)
        self._stored = picture.stored
        super().__init__(list(_flat(self.groups, picture.order)), key_of, self._row)

    def _row(self, item: RunGroup | RunView) -> Row:
        if isinstance(item, RunGroup):
            return _group_row(item)
        stored = item.number in self._stored.get(item.results_root, {})
        return _run_row(item, upload_cell(item, self._transfers.get(item.path), stored=stored))


def key_of(item: RunGroup | RunView) -> str:
    """The identity of a row."""
    return item.key if isinstance(item, RunGroup) else item.path


def latest_by_source(transfers: Iterable[TransferView]) -> Mapping[str, TransferView]:
    """The transfer of each source that was queued last."""
    return {transfer.source: transfer for transfer in transfers}


def matches(run: RunView, needle: str) -> bool:
    """Whether name, folder or state contains `needle`; `!needle` whether none of them does."""
    wanted = needle.lower()
    sign = RUN_SIGNS[run.state]
    text = f"{run.path}\n{sign.word}\n{run.state}".lower()
    if wanted.startswith("!"):
        return wanted == "!" or wanted[1:] not in text
    return wanted in text


def state_text(run: RunView) -> str:
    """Glyph and word; while it settles, the countdown as well."""
    sign = RUN_SIGNS[run.state]
    if run.state is RunState.SETTLING and run.settles_in > 0:
        return f"{sign.text} {ceil(run.settles_in)} s"
    return sign.text


def upload_cell(run: RunView, transfer: TransferView | None, *, stored: bool) -> Cell:
    """What became of the run: the latest transfer speaks before the catalog."""
    if transfer is None or transfer.state is TransferState.CANCELLED:
        return _stored_cell(run) if stored else Cell()
    sign = TRANSFER_SIGNS[transfer.state]
    match transfer.state:
        case TransferState.ACTIVE:
            return Cell(_active_text(transfer), Tone.BUSY)
        case TransferState.DONE:
            when = clock_time(transfer.ended_at) if transfer.ended_at else "stored"
            return Cell(f"✓ {when}", Tone.GOOD)
        case TransferState.FAILED:
            return Cell(sign.text, sign.tone)
        case _:
            return Cell(sign.word, sign.tone)


def _stored_cell(run: RunView) -> Cell:
    if run.state is RunState.CHANGED:
        return Cell("outdated", Tone.WARN)
    return Cell("✓ stored", Tone.GOOD)


def _active_text(transfer: TransferView) -> str:
    if transfer.phase in {Phase.VERIFYING, Phase.RECORDING}:
        return "verify"
    if transfer.phase is Phase.SENDING and transfer.total:
        return f"▲{percent(transfer.done / transfer.total)}"
    return "▲"


def _groups(picture: RunPicture, shown: Sequence[RunView]) -> Iterable[RunGroup]:
    jobs = {t.source: t.job_id for t in picture.transfers if t.job_id}
    for path, runs in groupby(shown, lambda run: run.results_root):
        members = tuple(runs)
        stored = picture.stored.get(path, {})
        known = next(iter(stored.values()), None)
        job_id = (
            known.job_id if known else next((jobs[r.path] for r in members if r.path in jobs), None)
        )
        count = sum(run.number in stored for run in members)
        yield RunGroup(
            path, _title(path, picture.root), members, count, job_id, path in picture.folded
        )


def _title(path: str, root: str) -> str:
    return basename(path) or path if path == root else relpath(path, root)


def _flat(groups: Iterable[RunGroup], order: Order) -> Iterable[RunGroup | RunView]:
    for group in groups:
        yield group
        if not group.folded:
            yield from sorted_runs(group.runs, order)


def sorted_runs(runs: Sequence[RunView], order: Order) -> Sequence[RunView]:
    """Largest and newest first; the states in the order of what needs attention."""
    if order is Order.SIZE:
        return sorted(runs, key=lambda run: -run.bytes)
    if order is Order.CHANGED:
        return sorted(runs, key=lambda run: run.changed_at or _LONG_AGO, reverse=True)
    if order is Order.STATE:
        return sorted(runs, key=lambda run: _ATTENTION.index(run.state))
    return runs


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ATTENTION = (
    RunState.FAILED,
    RunState.CHANGED,
    RunState.WRITING,
    RunState.SETTLING,
    RunState.FINISHED,
    RunState.NEW,
    RunState.OFFLINE,
)


def _group_row(group: RunGroup) -> Row:
    job = f"  job {group.job_id}" if group.job_id else ""
    every = len(group.runs)
    return Row(
        group.key,
        (
            Cell(f"{'▸' if group.folded else '▾'} {group.title}{job}", Tone.STRONG, span=3),
            Cell(number(group.files)),
            Cell(size(group.bytes)),
            Cell(),
            Cell(f"{group.stored}/{every}", Tone.GOOD if group.stored == every else Tone.PLAIN),
        ),
        heading=True,
    )


def _run_row(run: RunView, upload: Cell) -> Row:
    sign = RUN_SIGNS[run.state]
    return Row(
        run.path,
        (
            Cell(run.name),
            Cell(state_text(run), sign.tone),
            Cell(_days(run)),
            Cell(number(run.files)),
            Cell(size(run.bytes)),
            Cell(sparkline(run.activity, _ACTIVITY) if any(run.activity) else "", Tone.BUSY),
            upload,
        ),
        indent=_INDENT,
    )


def _days(run: RunView) -> str:
    """As in 97/180; the share where that is too long: a cut number would be a wrong one."""
    text = days(run.days)
    if run.days and len(text) > _DAYS:
        done, planned = run.days
        return percent(done / planned) if planned else text
    return text
