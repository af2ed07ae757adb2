"""Deflate whose output depends on its input alone, on many threads at once."""

from abc import abstractmethod
from typing import Protocol

Buffer = bytes | bytearray | memoryview

_STORED_MAX = 0xFFFF
_STORED_HEADER = 5


class Codec(Protocol):
    """Makes raw deflate data and CRC-32; used from several threads at once, holds no GIL."""

    name: str
    """Library, version and level: equal names give equal bytes on the same kind of processor."""

    @abstractmethod
    def crc32(self, data: Buffer, start: int = 0, /) -> int:
        """CRC-32 of what `start` covers, followed by `data`."""

    @abstractmethod
    def deflate(self, data: memoryview, *, last: bool) -> bytes:
        """`data`, not empty, as deflate blocks that refer to nothing before and end on a byte."""


def deflate_bound(size: int) -> int:
    """No piece of `size` bytes becomes longer than this in `deflate_piece`."""
    return size + _STORED_HEADER * -(-size // _STORED_MAX)


def deflate_piece(codec: Codec, data: memoryview, *, last: bool) -> bytes:
    """One piece of a longer content; data that does not shrink goes into stored blocks."""
    deflated = codec.deflate(data, last=last)
    if len(deflated) <= deflate_bound(len(data)):
        return deflated
    starts = range(0, len(data), _STORED_MAX)
    return b"".join(
        stored_block(data[start : start + _STORED_MAX], last=last and start == starts[-1])
        for start in starts
    )


def stored_block(data: Buffer, *, last: bool = False) -> bytes:
    """At most 65,535 bytes as one uncompressed deflate block."""
    size = len(data)
    header = bytes([last]) + size.to_bytes(2, "little") + (size ^ _STORED_MAX).to_bytes(2, "little")
    return header + data
