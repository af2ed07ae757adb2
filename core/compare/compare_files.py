"""Which files of two runs differ, and where."""

import zlib
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import zip_longest

from core.ports.content import Content
from core.ports.run_files import RunFiles
from core.preview.kinds import Kind
from core.preview.opened import Opened
from core.preview.text import LIMIT, TextReading
from core.printable import harmless

_AT_ONCE = 5000
_LONGEST = 4096
_NO_TEXT = (Kind.IMAGE, Kind.BINARY)


@dataclass(frozen=True)
class DifferingFiles:
    """Paths in two runs. `unread` have the same size and were too large to be read for more."""

    only_first: Sequence[str]
    only_second: Sequence[str]
    differing: Sequence[str]
    unread: Sequence[str]
    same: int


@dataclass(frozen=True)
class Difference:
    """Where two texts differ first: `line` from 1, 0 when nothing was found, and what is in it.

    `first` or `second` is None where the text has ended. When they are not `complete`, only their first
    64 MiB were read; when they are not `text`, there are no lines to tell of.
    """

    line: int
    first: str | None
    second: str | None
    complete: bool = True
    text: bool = True


class CompareFiles:
    """Blocks; raises what the runs raise. Keeps nothing."""

    def __call__(self, first: RunFiles, second: RunFiles) -> DifferingFiles:
        """By sizes, then by checksums: a file is read where it takes that to tell, up to 64 MiB of it."""
        sizes, others = first.files(), second.files()
        both = sorted(sizes.keys() & others.keys())
        equal = {path: _are_equal(first, second, path) for path in both}
        return DifferingFiles(
            sorted(sizes.keys() - others.keys()),
            sorted(others.keys() - sizes.keys()),
            [path for path in both if equal[path] is False],
            [path for path in both if equal[path] is None],
            sum(found is True for found in equal.values()),
        )

    def lines(self, first: RunFiles, second: RunFiles, path: str) -> Difference:
        """The first difference of a file that both have. Raises ArtifactNotFoundError."""
        with ExitStack() as opened:
            files = [_open(run.read(path), opened) for run in (first, second)]
            texts = [_read(file, opened) for file in files if file.kind not in _NO_TEXT]
            if len(texts) < len(files):
                return Difference(0, None, None, text=False)
            return _difference(*texts)


def _open(content: Content, opened: ExitStack) -> Opened:
    file = Opened(content)
    opened.callback(file.close)
    return file


def _read(file: Opened, opened: ExitStack) -> TextReading:
    text = TextReading(file.content)
    opened.callback(text.close)
    text.more(LIMIT)
    return text


def _are_equal(first: RunFiles, second: RunFiles, path: str) -> bool | None:
    """None for what is too large to be read."""
    size = first.files()[path]
    if size != second.files()[path]:
        return False
    known = first.crc(path), second.crc(path)
    if None in known and size > LIMIT:
        return None
    crcs = {
        _crc(run, path) if crc is None else crc
        for run, crc in zip((first, second), known, strict=True)
    }
    return len(crcs) == 1


def _crc(run: RunFiles, path: str) -> int:
    crc = 0
    with closing(run.read(path).blocks()) as blocks:
        for block in blocks:
            crc = zlib.crc32(block, crc)
    return crc


def _difference(first: TextReading, second: TextReading) -> Difference:
    start, complete = 0, first.complete and second.complete
    while (a := first.raw_lines(start, _AT_ONCE)) == (b := second.raw_lines(start, _AT_ONCE)):
        if not a:
            return Difference(0, None, None, complete)
        start += len(a)
    at = next(n for n, pair in enumerate(zip_longest(a, b)) if pair[0] != pair[1])
    return Difference(start + at + 1, _shown(a, at), _shown(b, at), complete)


def _shown(lines: Sequence[str], at: int) -> str | None:
    return harmless(lines[at][:_LONGEST]) if at < len(lines) else None
