"""What of a run is not stored, and how that is told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from core.ports.tree import EntryType, TreeEntry
from core.printable import brief
from core.source.left_out_lines import EXCLUDED, is_excluded

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


def why_excluded(pattern: str) -> str:
    """The reason where the user wants it so."""
    return f"{EXCLUDED}{pattern}"


def in_lines(left_out: Iterable[tuple[str, LeftOut]]) -> tuple[str, ...]:
    """Each with the name of its run; many of one reason in one line, and a bounded number of lines.

    First come those that name a pattern: there are as many as the user wrote.
    """
    by_reason: defaultdict[str, list[tuple[str, LeftOut]]] = defaultdict(list)
    for run, left in left_out:
        by_reason[left.why].append((run, left))
    named_first = sorted(by_reason.items(), key=lambda item: not is_excluded(item[0]))
    lines = [line for why, found in named_first for line in _lines(why, found)]
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
