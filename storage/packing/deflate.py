"""Deflate whose output depends on its input alone, on many threads at once."""

import zlib
from abc import abstractmethod
from functools import cache
from typing import Protocol

from core.ports.packaging import Compression

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


class ZlibCodec(Codec):
    """The standard library: always there, several times slower."""

    name = f"zlib-{zlib.ZLIB_RUNTIME_VERSION}/level1"

    def crc32(self, data: Buffer, start: int = 0, /) -> int:
        return zlib.crc32(data, start)

    def deflate(self, data: memoryview, *, last: bool) -> bytes:
        stream = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        return stream.compress(data) + stream.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


@cache
def codec_of(compression: Compression) -> Codec:
    """ISA-L (where it is installed) is the fast one, zlib-ng the compact one."""
    if compression is Compression.COMPACT:
        from storage.packing.zlib_ng_codec import ZlibNgCodec

        return ZlibNgCodec()
    try:
        from storage.packing.isal_codec import IsalCodec
    except ImportError:
        return ZlibCodec()
    return IsalCodec()


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
