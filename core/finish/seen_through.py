"""Links in a run as what they lead to, where that was read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from core.ports.tree import FileSample, Scan


def seen_through(scan: Scan, samples: Mapping[str, FileSample]) -> Scan:
    """As if the files that links lead to lay in their places; nothing else of the look is other.

    Only those that a rule names are read, so a link to an input is no result, whoever writes there.
    """
    read = {path: samples[path] for path in scan.targets if path in samples}
    if not read:
        return scan
    rows = zip(scan.names, *(scan.numbers[n::3] for n in range(3)), strict=True)
    numbers = chain.from_iterable(_row(read.get(name), *row) for name, *row in rows)
    return replace(
        scan,
        files=scan.files + len(read),
        bytes=scan.bytes + sum(sample.size for sample in read.values()),
        numbers=[*numbers],
        changes=[*_changes(scan, read)],
    )


def _row(sample: FileSample | None, mode: int, size: int, mtime_ns: int) -> tuple[int, int, int]:
    return (mode, sample.size, sample.mtime_ns) if sample else (mode, size, mtime_ns)


def _changes(scan: Scan, read: Mapping[str, FileSample]) -> Iterator[int]:
    """When the inode of such a file changed is not known: no later than it was written, for all we know."""
    of_files = iter(scan.changes)
    for name, size in zip(scan.names, scan.numbers[1::3], strict=True):
        if name in read:
            yield read[name].mtime_ns
        elif size >= 0:
            yield next(of_files, 0)
