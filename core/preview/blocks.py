"""The blocks of a content, which one thread takes and any other may put an end to."""

import threading

from core.ports.content import Content


class Blocks:
    """Begins a reading, which ends at once when nobody is waiting for a block, else with that block."""

    def __init__(self, content: Content) -> None:
        """Asks for nothing yet."""
        self._blocks = content.blocks()
        self._working = threading.Lock()
        self.closed = False

    def next(self) -> bytes:
        """Never empty before the end. Blocks; raises RunFerryError."""
        with self._working:
            block = b"" if self.closed else next(filter(None, self._blocks), b"")
        if self.closed:
            self.close()
        return block

    def close(self) -> None:
        """Only one thread can work with a generator: the one that does closes it. Safe to repeat."""
        self.closed = True
        if self._working.acquire(blocking=False):
            try:
                self._blocks.close()
            finally:
                self._working.release()
