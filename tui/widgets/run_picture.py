"""What the Watch table shows: runs in groups, one for each results root, sorted and filtered."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from math import ceil
from os.path import basename, relpath
from typing import Self

from core.finish.run_state import RunState
from core.run_view import RunView
from core.transfer_view import TransferView
from tui.widgets import cells as columns
from tui.widgets.root_in_store import RootInStore, Standing
from tui.wording.formatting import short_path
from tui.wording.signs import RUN_SIGNS


class Order(StrEnum):
    """How the runs of a results root are sorted."""

    NAME = "name"
    STATE = "state"
    SIZE = "size"
    CHANGED = "last change"


BY = {
    order: columns.Order(order.value, descending=order in {Order.SIZE, Order.CHANGED})
    for order in Order
}
"""At the heads of columns: how each of them begins."""


@dataclass(frozen=True)
class Total:
    """A sum of numbers of which some may not be known yet; `known` is None while none is."""

    known: int | None
    whole: bool

    @classmethod
    def of(cls, numbers: Iterable[int | None]) -> Self:
        """Their sum."""
        every = list(numbers)
        known = [number for number in every if number is not None]
        return cls(sum(known) if known or not every else None, len(known) == len(every))

    def text(self, form: Callable[[int], str]) -> str:
        """As `form` writes it, behind ≥ while more is to come; empty while nothing is known."""
        if self.known is None:
            return ""
        return form(self.known) if self.whole else f"≥{form(self.known)}"


@dataclass(frozen=True)
class RunGroup:
    """The runs of one results root that are shown, and how many of them are stored as they are.

    `stored` and `job_id` are None while that was not read.
    """

    path: str
    title: str
    runs: tuple[RunView, ...]
    stored: int | None
    job_id: int | None
    folded: bool = False

    @property
    def key(self) -> str:
        """Never the path of a run."""
        return self.path + "/"

    @property
    def root(self) -> str:
        """The watched root that it is at or below."""
        return self.runs[0].root

    @property
    def files(self) -> "Total":
        """Of all its runs."""
        return Total.of(run.files for run in self.runs)

    @property
    def bytes(self) -> "Total":
        """Of all its runs."""
        return Total.of(run.bytes for run in self.runs)


@dataclass(frozen=True)
class RunPicture:
    """Everything that the rows depend on: equal pictures give equal rows.

    `roots` are the watched ones, `in_store` what the store has to do with each results root.
    """

    roots: tuple[str, ...] = ()
    runs: tuple[RunView, ...] = ()
    transfers: tuple[TransferView, ...] = ()
    in_store: Mapping[str, RootInStore] = field(default_factory=dict[str, RootInStore])
    needle: str = ""
    order: Order = Order.NAME
    reverse: bool = False
    folded: frozenset[str] = frozenset()

    def matching(self) -> tuple[RunView, ...]:
        """The runs that the filter lets through."""
        if not self.needle:
            return self.runs
        return tuple(run for run in self.runs if matches(run, self.needle))

    def root_in_store(self, run: RunView) -> RootInStore | None:
        """What the store has to do with the results root of a run."""
        return self.in_store.get(run.results_root)

    def standing(self, run: RunView) -> Standing:
        """What the store has of a run, as far as that was read."""
        found = self.root_in_store(run)
        return found.standing(run) if found else Standing.UNKNOWN

    def groups(self, shown: Iterable[RunView]) -> Iterable[RunGroup]:
        """One for each results root, in the order of its first run."""
        for path, runs in by_store_root(shown).items():
            found = self.in_store.get(path)
            yield RunGroup(
                path,
                self._title(path, runs[0].root),
                tuple(runs),
                _stored(self.standing(run) for run in runs),
                found and found.job_id,
                path in self.folded,
            )

    def _title(self, path: str, root: str) -> str:
        """Relative to the watched root while there is but one."""
        if len(self.roots) > 1:
            return short_path(path)
        inside = root and path.startswith(f"{root}/")
        return relpath(path, root) if inside else basename(path) or path


def _stored(standings: Iterable[Standing]) -> int | None:
    """How many are stored as they are; None while that is not known of all."""
    counts = Counter(standings)
    return None if counts[Standing.UNKNOWN] else counts[Standing.AS_IT_IS]


def in_whole_seconds(runs: Iterable[RunView]) -> tuple[RunView, ...]:
    """Countdowns rounded up: rows are made anew once a second, and never while nothing counts."""
    return tuple(
        run if run.uploads_in is None and not run.settles_in else _whole(run) for run in runs
    )


def by_store_root(runs: Iterable[RunView]) -> Mapping[str, Sequence[RunView]]:
    """Runs by what is bound to one job."""
    groups: dict[str, list[RunView]] = {}
    for run in runs:
        groups.setdefault(run.results_root, []).append(run)
    return groups


def matches(run: RunView, needle: str) -> bool:
    """Whether name, folder or state contains `needle`; `!needle` whether none of them does."""
    wanted = needle.lower()
    sign = RUN_SIGNS[run.state]
    held = "held" if run.held else ""
    text = f"{run.path}\n{sign.word}\n{held}".lower()
    if wanted.startswith("!"):
        return wanted == "!" or wanted[1:] not in text
    return wanted in text


def sorted_runs(runs: Sequence[RunView], order: Order, *, reverse: bool) -> Sequence[RunView]:
    """Largest and newest first; the states in the order of what needs attention; or the other way."""
    ordered = _ordered(runs, order)
    return ordered[::-1] if reverse else ordered


def _ordered(runs: Sequence[RunView], order: Order) -> Sequence[RunView]:
    if order is Order.SIZE:
        return sorted(runs, key=lambda run: -(run.bytes or 0))
    if order is Order.CHANGED:
        return sorted(runs, key=lambda run: run.changed_at or _LONG_AGO, reverse=True)
    if order is Order.STATE:
        return sorted(runs, key=lambda run: _ATTENTION.index(run.state))
    return runs


def _whole(run: RunView) -> RunView:
    uploads_in = None if run.uploads_in is None else float(ceil(run.uploads_in))
    return replace(run, settles_in=float(ceil(run.settles_in)), uploads_in=uploads_in)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ATTENTION = (
    RunState.FAILED,
    RunState.STOPPED,
    RunState.STALLED,
    RunState.CHANGED,
    RunState.RUNNING,
    RunState.SETTLING,
    RunState.DONE,
    RunState.SCANNING,
    RunState.OFFLINE,
)
