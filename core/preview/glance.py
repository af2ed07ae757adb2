"""What lies in a RUN directory: how much of which kind, what is being written, how its log ends."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from itertools import chain
from typing import NamedTuple

from core.ports.tree import FileSample, SampleRequest, Scan

_LOG = "LOG"
_OTHER_LOGS = re.compile(r"(logs?(\.txt)?|.*\.log|stdout.*|.*\.out)", re.IGNORECASE)
"""What simulators call what they say while they run."""
_TAIL = 16 << 10
_LINES = 200
_LARGEST = 100
_KINDS = 5
_OTHER = "other"


class KindSize(NamedTuple):
    """All files of one folder, or with one ending: `name` is as in "DAILY/", "*.csv", "LOG", "other"."""

    name: str
    files: int
    bytes: int


class GrownFile(NamedTuple):
    """A file, and by how much it has grown; by nothing, as long as nobody has seen it grow."""

    path: str
    bytes: int
    grown: int = 0


@dataclass(frozen=True)
class LogEnd:
    """The last lines of a log, as they are: to be printed by `harmless` only."""

    path: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Glance:
    """One look, at wall clock `at`. Names are as they are on the disk.

    `kinds` and `largest` begin with the largest. `growing` are files that are larger than at the
    look before, or new since, at `compared_with`; that is None for the first look. `problems` names
    what could not be read, `left_out` tells in lines what would not be stored; `excluded` are the bytes of
    it that the run kind does not want.
    """

    at: datetime
    files: int
    bytes: int
    kinds: Sequence[KindSize] = ()
    largest: Sequence[GrownFile] = ()
    growing: Sequence[GrownFile] = ()
    compared_with: datetime | None = None
    log: LogEnd | None = None
    problems: Sequence[str] = ()
    left_out: Sequence[str] = ()
    excluded: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict[str, int], repr=False, compare=False)


def log_of(scan: Scan) -> SampleRequest | None:
    """What to read of the log: FRED's, else of the one that was written last; None without one."""
    times = chain(scan.file_times(), scan.link_times())
    logs = ((path == _LOG, time, path) for path, time in times if _is_log(path))
    *_, path = max(logs, default=(False, 0, ""))
    return SampleRequest(path, tail=_TAIL) if path else None


def log_end(path: str, sample: FileSample) -> LogEnd:
    """Without blank lines, and without the first one where it may be cut."""
    lines = sample.tail.decode("utf-8", "surrogateescape").splitlines()
    if len(sample.tail) >= _TAIL:
        lines = lines[1:]
    return LogEnd(path, [line for line in lines if line.strip()][-_LINES:])


def glance_of(scan: Scan, log: LogEnd | None, at: datetime, before: Glance | None) -> Glance:
    """What was seen at wall clock `at`, compared with what was seen `before`."""
    sizes = dict(_files(scan))
    grown = _grown(sizes, before.sizes if before else sizes)
    return Glance(
        at=at,
        files=scan.files,
        bytes=scan.bytes,
        kinds=_kinds(sizes),
        largest=_largest(sizes, grown),
        growing=sorted(_grown_files(sizes, grown), key=lambda file: -file.grown),
        compared_with=before.at if before else None,
        log=log,
        problems=scan.problems,
        sizes=sizes,
    )


def _is_log(path: str) -> bool:
    return path == _LOG or _OTHER_LOGS.fullmatch(path.rpartition("/")[2]) is not None


def _files(scan: Scan) -> Iterator[tuple[str, int]]:
    rows = zip(scan.names, scan.numbers[1::3], strict=True)
    return ((name, size) for name, size in rows if size >= 0)


def _grown(sizes: Mapping[str, int], before: Mapping[str, int]) -> Mapping[str, int]:
    """An empty file that is new is one that is being begun."""
    return {
        path: size - before.get(path, 0)
        for path, size in sizes.items()
        if size > before.get(path, -1)
    }


def _largest(sizes: Mapping[str, int], grown: Mapping[str, int]) -> Sequence[GrownFile]:
    largest = nlargest(_LARGEST, sizes, key=lambda path: sizes[path])
    return [GrownFile(path, sizes[path], grown.get(path, 0)) for path in largest]


def _grown_files(sizes: Mapping[str, int], grown: Mapping[str, int]) -> Iterator[GrownFile]:
    return (GrownFile(path, sizes[path], more) for path, more in grown.items())


def _kinds(sizes: Mapping[str, int]) -> Sequence[KindSize]:
    """The largest by name, the rest together."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for path, size in sizes.items():
        count = counts[_kind(path)]
        count[0] += 1
        count[1] += size
    kinds = sorted((KindSize(name, *count) for name, count in counts.items()), key=_by_size)
    if len(kinds) <= _KINDS:
        return kinds
    shown, rest = kinds[: _KINDS - 1], kinds[_KINDS - 1 :]
    other = KindSize(_OTHER, sum(kind.files for kind in rest), sum(kind.bytes for kind in rest))
    return [*shown, other]


def _by_size(kind: KindSize) -> tuple[int, str]:
    return -kind.bytes, kind.name


def _kind(path: str) -> str:
    folder, slash, _ = path.partition("/")
    if slash:
        return folder + slash
    stem, dot, ending = path.rpartition(".")
    return f"*.{ending}" if stem and dot else path
