"""Text in UTF-8, of any size, found by the numbers of its lines."""

import threading
from bisect import bisect_right
from itertools import accumulate

LONGEST = 1 << 20
"""Of a line, in bytes, as it is given out; the search goes through all of it."""


class Lines:
    """Grows at its end, on one thread; any thread may look. What lies in it is kept as it came."""

    def __init__(self) -> None:
        self._segments: list[bytes] = []
        self._firsts: list[int] = []
        self._whole = 0
        self._tail: list[bytes] = []
        self._growing = threading.Lock()
        self.is_open = False
        """Whether the last one was ended by `end` only: nothing stood behind it that does."""
        self._split = -1, list[bytes]()

    def add(self, data: bytes) -> None:
        """Where a line ends it need not end."""
        cut = data.rfind(b"\n") + 1
        with self._growing:
            if cut:
                self._append(b"".join((*self._tail, data[:cut])))
                self._tail = []
            if data[cut:]:
                self._tail.append(data[cut:])

    def end(self) -> None:
        """The last line is whole, too."""
        with self._growing:
            if self._tail:
                self._append(b"".join((*self._tail, b"\n")))
                self._tail = []
                self.is_open = True

    @property
    def whole(self) -> int:
        """How many are known to be whole."""
        return self._whole

    @property
    def count(self) -> int:
        """With the one that may go on."""
        with self._growing:
            return self._whole + bool(self._tail)

    def get(self, start: int, count: int, longest: int = LONGEST) -> list[bytes]:
        """Fewer at the end; each without what is behind its first `longest` bytes."""
        found: list[bytes] = []
        with self._growing:
            number = max(0, bisect_right(self._firsts, start) - 1)
            segments, tail = len(self._segments), self._beginning_of_tail(longest)
            whole = self._whole
        while len(found) < count and number < segments:
            at = start + len(found) - self._firsts[number]
            lines = self._lines_of(number)[at : at + count - len(found)]
            found += [line[:longest] for line in lines]
            number += 1
        if tail and len(found) < count and start + len(found) == whole:
            found.append(tail)
        return found

    def find(self, wanted: bytes, start: int, *, caseless: bool) -> int | None:
        """The first line from `start` on."""
        start = max(start, 0)
        for number in range(max(0, bisect_right(self._firsts, start) - 1), len(self._segments)):
            text = self._segments[number]
            at = _lower(text, caseless).find(wanted, self._position(number, start))
            if at >= 0:
                return self._firsts[number] + text.count(b"\n", 0, at)
        in_tail = start <= self._whole and wanted in _lower(b"".join(self._tail), caseless)
        return self._whole if in_tail else None

    def find_back(self, wanted: bytes, start: int, *, caseless: bool) -> int | None:
        """The last line up to `start`."""
        if start >= self._whole and wanted in _lower(b"".join(self._tail), caseless):
            return self._whole
        for number in reversed(range(bisect_right(self._firsts, start))):
            text = self._segments[number]
            end = self._position(number, start + 1)
            at = _lower(text, caseless).rfind(wanted, 0, end)
            if at >= 0:
                return self._firsts[number] + text.count(b"\n", 0, at)
        return None

    def _append(self, text: bytes) -> None:
        self._segments.append(text)
        self._firsts.append(self._whole)
        self._whole += text.count(b"\n")

    def _lines_of(self, number: int) -> list[bytes]:
        """The segment that was looked at last is looked at again."""
        known, lines = self._split
        if known != number:
            lines = self._segments[number].split(b"\n")[:-1]
            self._split = number, lines
        return lines

    def _position(self, number: int, line: int) -> int:
        """Where a line begins in a segment; that may be before it, or behind it."""
        lines = self._lines_of(number)
        before = lines[: max(0, line - self._firsts[number])]
        return sum(map(len, before)) + len(before)

    def _beginning_of_tail(self, longest: int) -> bytes:
        sizes = accumulate(map(len, self._tail), initial=0)
        parts = [part for part, size in zip(self._tail, sizes, strict=False) if size < longest]
        return b"".join(parts)[:longest]


def _lower(text: bytes, caseless: bool) -> bytes:
    return text.lower() if caseless else text
