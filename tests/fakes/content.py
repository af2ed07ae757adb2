"""A file in memory, read block by block."""

from collections.abc import Generator

from core.errors import RunFerryError
from core.ports.content import Content


class FakeContent(Content):
    """Knows how much of it was taken, how often it was begun, and whether anybody still reads it."""

    def __init__(
        self,
        data: bytes,
        name: str = "file",
        *,
        block: int = 1 << 18,
        error: RunFerryError | None = None,
    ) -> None:
        """`error` is raised behind the last block."""
        self._data = data
        self._name = name
        self._block = block
        self._error = error
        self.begun = 0
        self.open = 0
        self.taken = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return len(self._data)

    def blocks(self) -> Generator[bytes]:
        self.begun += 1
        self.open += 1
        try:
            for at in range(0, len(self._data), self._block):
                block = self._data[at : at + self._block]
                self.taken += len(block)
                yield block
            if self._error:
                raise self._error
        finally:
            self.open -= 1
