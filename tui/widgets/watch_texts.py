"""The words around the table of runs: where you are, and why there is nothing to see."""

from collections.abc import Sequence

from core.run_watch import RunWatch
from tui.formatting import plural, short_path, size
from tui.widgets.cells import Part, Tone
from tui.widgets.run_rows import Order, RunRows
from tui.widgets.text_pane import Line, line


def crumbs(rows: RunRows, place: Sequence[str], offline: str, width: int) -> Line:
    """Root, results root and run at the left; totals, or what is wrong, at the right."""
    picture = rows.picture
    left = " › ".join((short_path(picture.root), *place))
    if offline:
        right: Part = (f"○ offline: {offline} ", Tone.WARN)
    else:
        order = f"by {picture.order}  " if picture.order is not Order.NAME else ""
        total = f"{plural(len(picture.runs), 'run')}  {size(rows.total_bytes)}"
        right = (f"{order}{total} ", Tone.DIM)
    room = max(0, width - len(right[0]) - 2)
    left = left if len(left) <= room else "…" + left[len(left) - room + 1 :] if room else ""
    pad = " " * max(0, width - 1 - len(left) - len(right[0]))
    return [(f" {left}{pad}", Tone.PLAIN), right]


def nothing_to_see(watch: RunWatch, needle: str) -> Sequence[Line]:
    """What, why, and the one key."""
    root = short_path(watch.root)
    if watch.offline:
        return (
            line(f"○ {root} cannot be read", Tone.STRONG),
            line(watch.offline),
            line("RunFerry keeps trying.   R looks again now", Tone.DIM),
        )
    if not watch.passed:
        return (line(f"Reading {root} …", Tone.DIM),)
    if needle:
        return (line(f"No run matches {needle}", Tone.STRONG), line("esc clears it", Tone.DIM))
    return (
        line(f"No runs under {root} yet", Tone.STRONG),
        line("A run appears here as soon as its RUN directory is made."),
        line("R looks again now   ? says what counts as a run", Tone.DIM),
    )
