"""Text of any size and encoding, line by line."""

import codecs
from collections.abc import Callable

from core.errors import RunFerryError
from core.ports.content import Content
from core.preview.blocks import Blocks
from core.preview.encodings import encoding_of, mark_of
from core.preview.lines import Lines
from core.printable import harmless

LIMIT = 64 << 20
"""Bytes that are read at a time, for search and charts."""
FIRST = 1 << 16
"""Bytes of text that fill any screen."""
LONGEST = 4096
"""Characters of a line that are shown."""
_TAB = 8


class TextReading:
    """The lines of a content as far as it was read: grows by `more`, on one thread at a time.

    All else may be called on any thread meanwhile.
    """

    def __init__(self, content: Content) -> None:
        """Reads nothing yet."""
        self._blocks = Blocks(content)
        self._lines = Lines()
        self._utf8 = _AsUtf8()
        self._error: RunFerryError | None = None
        self.bytes_read = 0
        self.complete = False

    def more(self, count: int = LIMIT) -> None:
        """Reads `count` bytes more, or to the end. Blocks; raises RunFerryError.

        What was read until then stays; every further call raises the same error.
        """
        end = self.bytes_read + count
        while self.bytes_read < end and not self._ended:
            self._read_block()

    def close(self) -> None:
        """Nothing more is read, and the request is ended; a `more` at work does so at its next block."""
        self._blocks.close()

    @property
    def encoding(self) -> str:
        """As Python calls it; "" before the first byte."""
        return self._utf8.encoding

    @property
    def line_count(self) -> int:
        """With the last one, which may go on when not all was read."""
        return self._lines.count

    @property
    def whole_lines(self) -> int:
        """Those that are known to be whole."""
        return self._lines.whole

    @property
    def is_open(self) -> bool:
        """Whether the last line has no end although all was read: somebody may still be writing it."""
        return self._lines.is_open

    def line(self, number: int) -> str:
        """From 0: harmless to print, with spaces for tabs, cut where it is very long."""
        return next(iter(self.lines(number, 1)), "")

    def lines(self, start: int, count: int) -> list[str]:
        """As `line`; fewer at the end."""
        return [_shown(line) for line in self._lines.get(start, count, 4 * LONGEST + 1)]

    def raw_lines(self, start: int, count: int) -> list[str]:
        """As they are, up to a MiB of each. Bytes that are no UTF-8 are lone surrogates."""
        return [_text(line) for line in self._lines.get(start, count)]

    def find(self, needle: str, start: int = 0, *, backwards: bool = False) -> int | None:
        """The next line with `needle`, `start` itself included, in what was read; may take a second.

        Without ASCII capitals in `needle`, those in the text do not matter.
        """
        wanted = needle.encode("utf-8", "surrogateescape")
        caseless = wanted == wanted.lower()
        if backwards:
            return self._lines.find_back(wanted, start, caseless=caseless)
        return self._lines.find(wanted, start, caseless=caseless)

    @property
    def _ended(self) -> bool:
        return self.complete or self._blocks.closed

    def _read_block(self) -> None:
        block = self._next()
        if block:
            self._lines.add(self._utf8.of(block))
            self.bytes_read += len(block)
        elif not self._blocks.closed:
            self._end()

    def _next(self) -> bytes:
        """Empty at the end."""
        if self._error:
            raise self._error
        try:
            return self._blocks.next()
        except RunFerryError as error:
            self._error = error
            raise

    def _end(self) -> None:
        self._lines.add(self._utf8.of(b"", final=True))
        self._lines.end()
        self.complete = True


class _AsUtf8:
    """Text as it comes, however it is encoded, in UTF-8 and with newlines at the ends of lines."""

    def __init__(self) -> None:
        self.encoding = ""
        self._recode: Callable[[bytes, bool], bytes] = lambda block, _: block
        self._line_end = b"\n"

    def of(self, block: bytes, *, final: bool = False) -> bytes:
        """All that is known of the text that ends with `block`."""
        if not self.encoding:
            block = self._begin(block)
        return self._recode(block, final).replace(self._line_end, b"\n")

    def _begin(self, block: bytes) -> bytes:
        """Old files of some programs end lines with a return only."""
        self.encoding = encoding_of(block)
        self._line_end = b"\r" if _has_returns_only(block) else b"\n"
        if not self.encoding.startswith("utf-8"):
            decoder = codecs.getincrementaldecoder(self.encoding)("replace")
            self._recode = lambda block, final: decoder.decode(block, final).encode()
        return block.removeprefix(mark_of(self.encoding))


def _has_returns_only(block: bytes) -> bool:
    return b"\r" in block and b"\n" not in block


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "surrogateescape")


def _shown(line: bytes) -> str:
    text = _text(line)
    shown = harmless(text[:LONGEST].expandtabs(_TAB))
    return shown if len(text) <= LONGEST else f"{shown}…"
