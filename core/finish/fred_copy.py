"""Whether a complete FRED run was copied, with new times for its files, and left as it is.

`cp -r`, `scp -r` and archives give files times in the order of copying. That is not FRED's order. A later run may
have begun in the copy, though: what it would write first is only taken for a part of the copy where it follows at
once upon the rest. FRED takes longer to begin.
"""

from collections.abc import Collection, Mapping
from itertools import pairwise

from core.finish.fred_files import DATES, LOG, OUT
from core.finish.fred_order import begun_again, is_kept, results_in_order
from core.ports.tree import EntryType, FileSample, Scan

_SECOND = 1_000_000_000
_AT_ONCE = _SECOND // 4
_BYTES_PER_SECOND = 10_000_000


def is_copy(scan: Scan, samples: Mapping[str, FileSample], newer: Collection[str]) -> bool:
    """`newer` are FRED's files that are newer than its last, which is there and was read."""
    times = dict(scan.file_times())
    results = results_in_order(samples[OUT].head)
    order = [name for name in results if name in times]
    begun = begun_again(order, times)
    if order != results and DATES not in newer:
        return False
    rest = order[begun:]
    if rest == [OUT]:
        # Between all others and out.csv is but a moment.
        begun = 0
    elif is_kept(rest, times):
        return False
    if not begun and LOG in samples:
        # It has ended: what comes before it is not of a simulation that goes on.
        rest = [*rest, LOG]
    last = max(times[name] for name in rest)
    simulated = [name for name in newer if times[name] > last and not _is_result(name)]
    return _follow_at_once(scan, last, {*order[:begun], *simulated})


def _is_result(name: str) -> bool:
    return name.startswith("DAILY/") or name.endswith(".csv")


def _follow_at_once(scan: Scan, last: int, names: Collection[str]) -> bool:
    """With whatever else was copied between them."""
    files = [entry for entry in scan.entries if entry.type is EntryType.FILE]
    end = max((entry.mtime_ns for entry in files if entry.path in names), default=last)
    copied = sorted((e.mtime_ns, e.size) for e in files if last < e.mtime_ns <= end)
    paused = any(
        after - before > _AT_ONCE + size * _SECOND // _BYTES_PER_SECOND
        for (before, _), (after, size) in pairwise([(last, 0), *copied])
    )
    # FRED opens its records at once, and draws maps later.
    opened = any(e.path in names and not (e.size or e.path.startswith("VIS/")) for e in files)
    return not paused and not opened
