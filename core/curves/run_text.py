"""Text of a run as far as it is read for curves: lines that end."""

from collections.abc import Iterator

from core.ports.run_files import RunFiles
from core.preview.text import FIRST, LIMIT, TextReading

_AT_ONCE = 5000


class RunText:
    """One file, read from its beginning: its last line may still be written while it has no end."""

    def __init__(self, run: RunFiles, path: str, count: int = LIMIT) -> None:
        """Reads `count` bytes of it. Blocks; raises what the run raises."""
        self.reading = TextReading(run.read(path))
        try:
            self.reading.more(count)
        finally:
            self.reading.close()

    @property
    def complete(self) -> bool:
        """Whether that was all of it."""
        return self.reading.complete

    @property
    def is_open(self) -> bool:
        """Whether the last line has no end."""
        return self.reading.is_open

    @property
    def first(self) -> str:
        """The first line; "" before it has an end."""
        return next(iter(self.reading.raw_lines(0, min(1, self._ended))), "")

    def lines(self) -> Iterator[str]:
        """Those that have an end, in the order of the file."""
        start = 0
        while found := self.reading.raw_lines(start, min(_AT_ONCE, self._ended - start)):
            yield from found
            start += len(found)

    @property
    def _ended(self) -> int:
        return self.reading.whole_lines - self.is_open


def first_line(run: RunFiles, path: str) -> str:
    """As far as it is within the first tens of KiB; "" when there is none, or no such file."""
    return RunText(run, path, FIRST).first if path in run.files() else ""
