"""The words around the table of runs: where you are, and why there is nothing to see."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.queue.store_state import StoreCondition, StoreState
from core.run_view import DiskView, RootView
from core.watch.watched_run import POLLING_PACE
from tui.widgets.cells import Part, Tone
from tui.widgets.panes import Line, line
from tui.widgets.run_picture import Order
from tui.widgets.run_rows import RunRows
from tui.wording.action_keys import keyed
from tui.wording.formatting import hence, plural, short_path, size
from tui.wording.store import as_known_at

_WIDE = 100
_FRESH = timedelta(minutes=5)
"""What was read so shortly before needs no date."""


def crumbs(
    rows: RunRows,
    roots: Sequence[RootView],
    place: Sequence[str],
    width: int,
    *,
    passed: bool,
    disk: DiskView | None = None,
) -> Line:
    """Roots, results root and run at the left; totals, or what is wrong, at the right.

    `passed` when everything has been read once: before, not all is counted. `disk` is where there
    is room for it.
    """
    room = _free(disk) if disk and width >= _WIDE else ()
    right = _offline(roots) or [*_auto(roots), *_totals(rows, passed=passed), *room]
    taken = sum(len(text) for text, _ in right)
    left = " › ".join((_roots_text(roots), *place))
    room = max(0, width - taken - 2)
    left = left if len(left) <= room else "…" + left[len(left) - room + 1 :] if room else ""
    pad = " " * max(0, width - 1 - len(left) - taken)
    return [(f" {left}{pad}", Tone.PLAIN), *right]


def disk_hints(disks: Sequence[DiskView], now: datetime) -> Sequence[Line]:
    """Where room should be made, before a simulation fails for want of it."""
    return [line(f" ! {_short_of_room(disk, now)}", Tone.WARN) for disk in disks if disk.is_short]


def _short_of_room(disk: DiskView, now: datetime) -> str:
    where = _names([short_path(root) for root in disk.roots])
    said = f"{where}: {size(disk.free)} free on this disk"
    if disk.full_in is None:
        return said
    full_at = now + timedelta(seconds=disk.full_in)
    return f"{said}, full {hence(full_at, now)} at the present growth of its runs"


def _free(disk: DiskView) -> Sequence[Part]:
    return ((f" disk free {size(disk.free)} ", Tone.WARN if disk.is_short else Tone.DIM),)


def blind_hints(roots: Sequence[RootView]) -> Sequence[Line]:
    """Why some roots are looked at by the clock."""
    blind = [root for root in roots if root.blind and not root.offline]
    if not blind:
        return ()
    which = _names([short_path(root.path) for root in blind])
    are = "is" if len(blind) == 1 else "are"
    every = f"{POLLING_PACE.live:.0f} s"
    return (line(f" {which} {are} looked at every {every}: {blind[0].blind}", Tone.DIM),)


def age_hints(state: StoreState, now: datetime) -> Sequence[Line]:
    """From when that is which is said of the store, while it does not let itself be read."""
    read_at = state.read_at.of_list
    if read_at is None or state.current:
        return ()
    silent = state.condition is StoreCondition.NOT_ASKED
    if silent and now - read_at < _FRESH:
        return ()
    text = f" What is stored is {as_known_at(read_at, now)}"
    return (line(f"{text}; the store has not answered yet" if silent else text, Tone.WARN),)


def nothing_to_see(roots: Sequence[RootView], needle: str, *, passed: bool) -> Sequence[Line]:
    """What, why, and the one key; `passed` when everything has been read once."""
    if roots and all(root.offline for root in roots):
        return (
            line(f"○ {_roots_text(roots)} cannot be read", Tone.STRONG),
            *(line(root.offline) for root in roots),
            line(keyed("RunFerry keeps trying.   {rescan} looks again now"), Tone.DIM),
        )
    if not passed:
        return (line(f"Reading {_roots_text(roots)} …", Tone.DIM),)
    if needle:
        return (
            line(f"No run matches {needle}", Tone.STRONG),
            line(keyed("{back} clears it"), Tone.DIM),
        )
    return (
        line(f"No runs under {_roots_text(roots)} yet", Tone.STRONG),
        *(line(root.emptiness) for root in roots if root.emptiness),
        line("A run appears here as soon as its directory is made."),
        line(keyed("{rescan} looks again now   {help} says what counts as a run"), Tone.DIM),
    )


def _roots_text(roots: Sequence[RootView]) -> str:
    return short_path(roots[0].path) if len(roots) == 1 else plural(len(roots), "folder")


def _totals(rows: RunRows, *, passed: bool) -> Sequence[Part]:
    picture = rows.picture
    if not (passed or picture.runs):
        return ()
    way = ", reversed" if picture.reverse else ""
    is_told = picture.order is not Order.NAME or picture.reverse
    order = f"by {picture.order}{way}  " if is_told else ""
    total = rows.total_bytes.text(size)
    so_far = "" if passed else " so far"
    counted = f"{plural(len(picture.runs), 'run')}{so_far}  {f'{total} ' if total else ''}"
    return ((order + counted, Tone.DIM),)


def _auto(roots: Sequence[RootView]) -> Sequence[Part]:
    on = sum(root.auto_upload for root in roots)
    if not on:
        return ()
    which = "" if on == len(roots) else f" in {on} of {len(roots)}"
    return (("auto", Tone.GOOD), (f"{which}  ", Tone.DIM))


def _offline(roots: Sequence[RootView]) -> Sequence[Part]:
    offline = [root for root in roots if root.offline]
    if not offline:
        return ()
    which = f"{_names([short_path(root.path) for root in offline])} " if len(roots) > 1 else ""
    return ((f"○ {which}offline: {offline[0].offline} ", Tone.WARN),)


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return names[0] + more
