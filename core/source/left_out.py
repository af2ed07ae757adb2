"""What of a run is not stored, and how that is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.ports.tree import EntryType, TreeEntry
from core.printable import brief

_MOST_LINES = 100
_MOST_ALONE = 5
_TYPE_BITS = 0o170000
_SPECIAL = {0o010000: "a FIFO", 0o140000: "a socket", 0o020000: "a device", 0o060000: "a device"}


@dataclass(frozen=True)
class LeftOut:
    """An entry whose content stays on the disk only, and why in words."""

    entry: TreeEntry
    why: str


def why_special(entry: TreeEntry) -> str:
    """What it is, if it is neither file, directory nor link."""
    kind = _SPECIAL.get(entry.mode & _TYPE_BITS, "neither a file nor a directory")
    return f"{kind}: it has no content"


def briefly(lines: Sequence[str]) -> str:
    """The first of them, and how many more there are; empty without any."""
    if not lines:
        return ""
    more = f" and {len(lines) - 1} more" if lines[1:] else ""
    return f"left out: {lines[0]}{more}"


def in_lines(left_out: Iterable[tuple[str, LeftOut]]) -> tuple[str, ...]:
    """Each with the name of its run; many of one reason in one line, and a bounded number of lines."""
    by_reason: defaultdict[str, list[tuple[str, LeftOut]]] = defaultdict(list)
    for run, left in left_out:
        by_reason[left.why].append((run, left))
    lines = [line for why, found in by_reason.items() for line in _lines(why, found)]
    more = len(lines) - _MOST_LINES
    return (*lines[:_MOST_LINES], *([f"and {more:,} more"] if more > 0 else ()))


def _lines(why: str, found: list[tuple[str, LeftOut]]) -> list[str]:
    if len(found) <= _MOST_ALONE:
        return [f"{brief(f'{run}/{left.entry.path}')}: {why}" for run, left in found]
    files = [left.entry for _, left in found if left.entry.type is EntryType.FILE]
    size = sum(entry.size for entry in files)
    return [
        f"{len(files):,} files, {size:,} bytes: {why}"
        if files
        else f"{len(found):,} entries: {why}"
    ]
