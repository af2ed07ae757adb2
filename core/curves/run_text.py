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

    def lines(self, *, open_end: bool = False) -> Iterator[str]:
        """In the order of the file; with `open_end` also the last one, ended or not."""
        start, end = 0, self.reading.whole_lines - (self.is_open and not open_end)
        while found := self.reading.raw_lines(start, min(_AT_ONCE, end - start)):
            yield from found
            start += len(found)


def first_lines(run: RunFiles, path: str) -> list[str]:
    """Of the first tens of KiB; none when there is no such file."""
    return [*RunText(run, path, FIRST).lines()] if path in run.files() else []
