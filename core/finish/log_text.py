"""Searching the beginning and the end of a file that may be a long log.

A line ends with LF, CR LF or CR: programs that count on a terminal go back by CR alone.
"""

import re
from collections.abc import Iterator

from core.ports.tree import FileSample

HEAD, TAIL = 4 << 10, 64 << 10
"""Bytes that are read of a file."""
_LINE, _OVERLAP = 2048, 512
_BREAK = re.compile(r"\r\n?")
_ACROSS_LINES = re.compile(r"\\[nrAZ]|\(\?[a-z]*s")
_MORE = "\uffff"
"""Stands where text goes on that is not looked at: no end of a line."""


class LogPattern:
    """A regular expression, searched line by line unless it speaks of line breaks or of the whole text.

    So it takes time for each line, and in lines that are longer than 2048 characters for pieces of
    them, not for the text at once.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern, re.MULTILINE)
        self._by_lines = not _ACROSS_LINES.search(pattern)

    def line_in(self, sample: FileSample) -> str | None:
        """The line in which it is found first; None without one."""
        for text, start in _windows(sample):
            pieces = _pieces(text, start) if self._by_lines else [(text, start)]
            for piece, begin in pieces:
                if found := self._pattern.search(piece, begin):
                    return _line_of(piece, found.start()).removesuffix(_MORE)
        return None


def begins_with(pattern: str, sample: FileSample) -> bool:
    """Whether a regular expression is found in the beginning that was read."""
    return bool(re.search(pattern, _text(sample.head).removeprefix("\ufeff"), re.MULTILINE))


def last_line(sample: FileSample) -> str:
    """The last one that is not empty."""
    text = _text(sample.tail or sample.head)
    return next((line for line in reversed(text.split("\n")) if line.strip()), "")


def _windows(sample: FileSample) -> Iterator[tuple[str, int]]:
    """Text, and where to begin in it: what is before that only tells whether a line begins there."""
    if sample.size <= len(sample.tail or sample.head):
        yield _text(sample.tail or sample.head).removeprefix("\ufeff"), 0
        return
    yield _text(sample.head).removeprefix("\ufeff") + _MORE, 0
    yield _text(sample.tail), 1


def _text(raw: bytes) -> str:
    """A character that is cut, or is none, becomes one that stands for any."""
    return _BREAK.sub("\n", raw.decode("utf-8", "replace"))


def _pieces(text: str, start: int) -> Iterator[tuple[str, int]]:
    if start and not text.startswith("\n"):
        cut, _, text = text.partition("\n")
        yield from _short(cut, start)
    for line in text.split("\n"):
        yield from _short(line, 0)


def _short(line: str, start: int) -> Iterator[tuple[str, int]]:
    while len(line) > _LINE:
        yield line[:_LINE] + _MORE, start
        line, start = line[_LINE - _OVERLAP :], 1
    yield line, start


def _line_of(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]
