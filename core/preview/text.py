"""Text of any size and encoding, line by line."""

from core.ports.content import Content

LIMIT = 64 << 20
"""Bytes that are read at a time, for search and charts."""
FIRST = 1 << 18
"""Bytes of text that fill any screen."""


class TextReading:
    """The lines of a content as far as it was read: grows by `more`, on one thread at a time.

    All else may be called from any thread meanwhile.
    """

    def __init__(self, content: Content, encoding: str = "") -> None:
        """The encoding is found out when none is given."""
        raise NotImplementedError

    def more(self, count: int = LIMIT) -> None:
        """Reads `count` bytes more, or to the end. Blocks; raises RunFerryError.

        What was read until then stays; the same error is raised by every further call.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Ends a `more` that is at work with its next block; no more is read."""
        raise NotImplementedError

    @property
    def encoding(self) -> str:
        """As Python calls it; "" before the first byte."""
        raise NotImplementedError

    @property
    def line_count(self) -> int:
        """With the last one, which may go on when not all was read."""
        raise NotImplementedError

    @property
    def whole_lines(self) -> int:
        """Those that are known to be whole."""
        raise NotImplementedError

    @property
    def bytes_read(self) -> int:
        """Of the (unpacked) content."""
        raise NotImplementedError

    @property
    def complete(self) -> bool:
        """Whether there is nothing more to read."""
        raise NotImplementedError

    def line(self, number: int) -> str:
        """From 0; harmless to print, tabs expanded, its end left out when it is very long."""
        raise NotImplementedError

    def lines(self, start: int, count: int) -> list[str]:
        """As `line`; fewer at the end."""
        raise NotImplementedError

    def raw_lines(self, start: int, count: int) -> list[str]:
        """As they are, whole."""
        raise NotImplementedError

    def find(self, needle: str, start: int = 0, *, backwards: bool = False) -> int | None:
        """The first line from `start` on (itself included) with `needle`, in what was read.

        Without capitals in `needle`, ASCII capitals in the text do not matter.
        """
        raise NotImplementedError
