"""The files of one look: those that markers name, and the results by their age."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from weakref import ref

from core.path_patterns import file_expression, has_wildcards
from core.ports.tree import FileSample, SampleRequest, Scan

_RUN = "{run}"
_MOST_READ = 64
_NUMBER = re.compile(r"\d+")


class FoundFile(NamedTuple):
    """A regular file; `path` is relative to the RUN directory."""

    path: str
    size: int
    mtime_ns: int


class NamedFiles:
    """The files that `file` of a marker names in one run after the other."""

    def __init__(self, file: str, *, head: int, tail: int) -> None:
        self._file = file
        self._head, self._tail = head, tail
        self.beside = file.startswith("../")
        self.wild = not self.beside and has_wildcards(file)

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """What has to be read of them."""
        paths = [self.name(scan)]
        if self.wild:
            places = _places_of(self._file)(scan)
            paths = [f.path for f in most_telling([*_regular(scan, places), *_links(scan, places)])]
        return [SampleRequest(path, self._head, self._tail) for path in paths]

    def links(self, scan: Scan) -> Sequence[SampleRequest]:
        """What has to be read to know what is there at all."""
        if not scan.targets:
            return ()
        links = {file.path for file in _links(scan, self._places(scan))}
        return [request for request in self.requests(scan) if request.path in links]

    def of(self, scan: Scan, samples: Mapping[str, FileSample]) -> Sequence[FoundFile]:
        """Those that are there; of one beside the run only its sample tells."""
        path = self.name(scan)
        if self.beside:
            sample = samples.get(path)
            return [FoundFile(path, sample.size, sample.mtime_ns)] if sample else []
        return _regular(scan, self._places(scan))

    def no_file(self, scan: Scan) -> str:
        """A directory, another thing, or a link to one, that has such a name; empty without one."""
        odd = (n for n in self._places(scan) if scan.numbers[3 * n + 1] < 0)
        return next((scan.names[n] for n in odd), "")

    def _places(self, scan: Scan) -> Sequence[int]:
        if self.wild:
            return _places_of(self._file)(scan)
        path = self.name(scan)
        return [scan.names.index(path)] if path in scan.names else []

    def one_of(self, scan: Scan, path: str) -> bool:
        """Whether a path below the RUN directory is one of them."""
        if path == self.name(scan):
            return True
        return self.wild and bool(_pattern(self._file, _name(scan)).fullmatch(path))

    def name(self, scan: Scan) -> str:
        """As it is written, in this run."""
        return self._file.replace(_RUN, _name(scan))


def most_telling(files: Iterable[FoundFile]) -> Sequence[FoundFile]:
    """Of many files so many as are read, the newest first.

    Of those that only numbers tell apart the newest come before the second newest of any others: a
    thousand tables that happen to be called like logs do not hide the log.
    """
    newest_first = sorted(files, key=lambda file: -file.mtime_ns)
    if len(newest_first) <= _MOST_READ:
        return newest_first
    seen = Counter[str]()
    ranked = list[tuple[int, int]]()
    for place, file in enumerate(newest_first):
        series = _NUMBER.sub("#", file.path)
        ranked.append((seen[series], place))
        seen[series] += 1
    return [newest_first[place] for place in sorted(p for _, p in sorted(ranked)[:_MOST_READ])]


def newest_after(scan: Scan, limit_ns: int, is_result: Callable[[str], bool]) -> FoundFile | None:
    """The newest result whose time is later."""
    times = enumerate(scan.numbers[2::3])
    later = _regular(scan, [n for n, mtime in times if mtime > limit_ns])
    results = (file for file in later if is_result(file.path))
    return max(results, key=lambda file: file.mtime_ns, default=None)


def results_until(scan: Scan, limit_ns: int, is_result: Callable[[str], bool]) -> tuple[int, str]:
    """How many results have times that are not later, and a digest of them."""
    rows = zip(scan.names, scan.numbers[1::3], scan.numbers[2::3], strict=True)
    found = sorted(row for row in rows if row[1] >= 0 and row[2] <= limit_ns and is_result(row[0]))
    return len(found), digest_of(found)


def digest_of(files: Iterable[tuple[str, int, int]]) -> str:
    """Of paths, sizes and times."""
    text = "\0".join(f"{path}\0{size}\0{mtime_ns}" for path, size, mtime_ns in files)
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


class _Places:
    """Where a scan has the names that a pattern takes; of the last scan, which several ask for, it is known."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._last: tuple[Callable[[], Scan | None], Sequence[int]] = (lambda: None, ())

    def __call__(self, scan: Scan) -> Sequence[int]:
        of, places = self._last
        if of() is not scan:
            path = self._file.replace(_RUN, _name(scan))
            takes = _pattern(self._file, _name(scan)).fullmatch
            places = [n for n, name in enumerate(scan.names) if takes(name) or name == path]
            self._last = ref(scan), places
        return places


@lru_cache(maxsize=256)
def _places_of(file: str) -> _Places:
    return _Places(file)


def _regular(scan: Scan, places: Iterable[int]) -> list[FoundFile]:
    found = (
        FoundFile(scan.names[n], scan.numbers[3 * n + 1], scan.numbers[3 * n + 2]) for n in places
    )
    return [file for file in found if file.size >= 0]


def _links(scan: Scan, places: Iterable[int]) -> Iterable[FoundFile]:
    """What they lead to is not known before it is read."""
    links = (n for n in places if scan.names[n] in scan.targets)
    return (FoundFile(scan.names[n], 0, scan.numbers[3 * n + 2]) for n in links)


def _name(scan: Scan) -> str:
    return scan.path.rstrip("/").rpartition("/")[2]


@lru_cache(maxsize=256)
def _pattern(file: str, run: str) -> re.Pattern[str]:
    expression = file_expression(file.replace(_RUN, "\0"))
    return re.compile(expression.replace("\0", re.escape(run)))
