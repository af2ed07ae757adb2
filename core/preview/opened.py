"""A file that was begun to be read: what it is, and its content from the start."""

from collections.abc import Generator

from core.ports.content import Content
from core.preview.blocks import Blocks
from core.preview.gzip_content import GZIP, GzipContent
from core.preview.kinds import kind_of

_FIRST = 1 << 16


class Opened:
    """What it is (`kind`), and its `content`, which goes on with what was begun: nothing comes twice.

    What was gzip'd is unpacked. `first` are the first bytes of the content, some tens of KiB.
    """

    def __init__(self, content: Content) -> None:
        """Reads the first piece. Blocks; raises RunFerryError."""
        self._source = _Begun(content)
        self._source.begin()
        self.packed = self._source.first.startswith(GZIP)
        self.content: _Begun = self._source
        if self.packed:
            self.content = _Begun(GzipContent(self._source))
            self.content.begin()
        self.first = self.content.first[:_FIRST]
        self.kind = kind_of(self.content.name, self.first)

    @property
    def bytes_read(self) -> int:
        """Bytes of the file itself, before they were unpacked, that have come so far; any thread."""
        return self._source.bytes_read

    def close(self) -> None:
        """Ends the request; when its next block comes, if one is waited for. Any thread.

        For who reads nothing more of `content`, which then ends as if that was all. Safe to repeat;
        who begins no reading has to call it.
        """
        self.content.close()


def opened(content: Content) -> Opened:
    """Reads the first piece. Blocks; raises RunFerryError."""
    return Opened(content)


class _Begun(Content):
    """Whoever asks first for its blocks gets what was begun; others begin anew."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._blocks = Blocks(content)
        self._left = [self._blocks]
        self.first = b""
        self.bytes_read = 0

    @property
    def name(self) -> str:
        return self._content.name

    @property
    def size(self) -> int:
        return self._content.size

    def begin(self) -> None:
        """Takes what is worth a first look."""
        parts: list[bytes] = []
        while self.bytes_read < _FIRST and (block := self._next()):
            parts.append(block)
        self.first = b"".join(parts)

    def blocks(self) -> Generator[bytes]:
        """From the start."""
        if not self._left:
            yield from self._content.blocks()
            return
        self._left.pop()
        try:
            yield self.first
            while block := self._next():
                yield block
        finally:
            self.close()

    def close(self) -> None:
        """Nothing comes any more."""
        self._blocks.close()

    def _next(self) -> bytes:
        block = self._blocks.next()
        self.bytes_read += len(block)
        return block
