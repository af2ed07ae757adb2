"""Markers whose time is an old one, and which came when all had been written: moved there, or touched."""

from collections.abc import Callable, Iterator, Sequence

from core.finish.run_files import FoundFile
from core.ports.tree import Scan

_AT_ONCE_NS = 2_000_000_000
_CLOCKS_DIFFER_NS = 24 * 3600 * 1_000_000_000


def came_last(
    scan: Scan, markers: Sequence[FoundFile], limit_ns: int, is_result: Callable[[str], bool]
) -> bool:
    """Whether the markers got there after the last write to each result that is newer than the limit.

    The time at which an inode changed, which nobody can set, tells it, as long as it tells of
    writing: a copy, or whoever changes permissions, moves it without the time of the file. One that is
    further ahead of that than clocks differ is no time of writing: it was set.
    """
    paths = {marker.path for marker in markers}
    files = list(_files(scan))
    came = [changed for path, _, changed in files if path in paths]
    return len(came) == len(paths) and all(
        changed <= max(came)
        and (abs(changed - written) <= _AT_ONCE_NS or written - changed > _CLOCKS_DIFFER_NS)
        for path, written, changed in files
        if written > limit_ns and path not in paths and is_result(path)
    )


def _files(scan: Scan) -> Iterator[tuple[str, int, int]]:
    """(path, time of the file, time of its inode); none where the latter is not known."""
    return (
        (path, written, changed)
        for (path, written), changed in zip(scan.file_times(), scan.changes, strict=False)
    )
