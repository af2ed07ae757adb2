"""Gzip'd content, unpacked."""

import zlib
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from core.errors import UnsafeArchiveError
from core.ports.content import Content
from core.printable import brief

GZIP = b"\x1f\x8b\x08"
_BLOCK = 1 << 18
_WITH_HEADER = zlib.MAX_WBITS | 16


@dataclass(frozen=True)
class GzipContent(Content):
    """As many parts as follow each other; what follows them and is none is padding."""

    packed: Content

    @property
    def name(self) -> str:
        """That of the file before it was packed."""
        return self.packed.name.removesuffix(".gz")

    @property
    def size(self) -> int:
        """Unknown: its end tells the size of the last part only."""
        return -1

    def blocks(self) -> Generator[bytes]:
        """Of bounded size, whatever a byte unpacks to. Raises UnsafeArchiveError behind any block."""
        with closing(self.packed.blocks()) as blocks:
            try:
                yield from _unpacked(blocks)
            except (zlib.error, EOFError) as error:
                why = "cut off" if isinstance(error, EOFError) else "damaged"
                raise UnsafeArchiveError(
                    f"{brief(self.packed.name)} cannot be unpacked to its end: it is {why}.",
                    todo="What was read of it is not to be trusted.",
                ) from None


def _unpacked(blocks: Generator[bytes]) -> Generator[bytes]:
    """Raises EOFError when the last part has no end, zlib.error when one is damaged."""
    part = _Part()
    for block in blocks:
        left = block
        while left:
            if part.ended:
                if not left.startswith(GZIP[: len(left)]):
                    return
                part = _Part()
            yield from part.unpack(left)
            left = part.behind
    if not part.ended:
        raise EOFError


class _Part:
    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(_WITH_HEADER)

    @property
    def ended(self) -> bool:
        return self._inflater.eof

    @property
    def behind(self) -> bytes:
        return self._inflater.unused_data

    def unpack(self, data: bytes) -> Generator[bytes]:
        """All that comes of `data`, as far as this part goes."""
        made = self._inflater.decompress(data, _BLOCK)
        while made:
            yield made
            made = self._inflater.decompress(self._inflater.unconsumed_tail, _BLOCK)
