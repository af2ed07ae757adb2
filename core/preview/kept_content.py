"""What several look at in different ways, fetched once."""

import threading
from collections.abc import Generator, Sequence
from itertools import islice

from core.errors import RunFerryError
from core.ports.content import Content


class KeptContent(Content):
    """All that was read of a content stays in memory, for whoever reads it next; threads may do so at once."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._blocks = content.blocks()
        self._kept: list[bytes] = []
        self._error: RunFerryError | None = None
        self._reading = threading.Lock()

    @property
    def name(self) -> str:
        """That of the content."""
        return self._content.name

    @property
    def size(self) -> int:
        """That of the content."""
        return self._content.size

    def blocks(self) -> Generator[bytes]:
        """What was read already, and then what nobody has read yet; the same error for all."""
        at = 0
        while block := self._block(at):
            yield block
            at += 1

    def _block(self, at: int) -> bytes:
        """Empty at the end."""
        with self._reading:
            if at == len(self._kept):
                self._kept += self._next()
            return b"".join(self._kept[at : at + 1])

    def _next(self) -> Sequence[bytes]:
        """One, or none at the end."""
        if self._error:
            raise self._error
        try:
            return list(islice(filter(None, self._blocks), 1))
        except RunFerryError as error:
            self._error = error
            raise
