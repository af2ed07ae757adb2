"""CRC32 as S3 writes it, computed by ISA-L where there is a wheel: 15 GB/s, without the GIL."""

import base64
from collections.abc import Iterable

try:
    # isal's stub leaves the buffer untyped
    from isal.isal_zlib import crc32 as _crc32  # pyright: ignore[reportUnknownVariableType]
except ImportError:  # the same numbers, some times slower
    from zlib import crc32 as _crc32


def crc32(data: bytes | memoryview, value: int = 0) -> int:
    """The checksum of what gave `value`, followed by `data`."""
    return _crc32(data, value)


def crc32_of(chunks: Iterable[memoryview]) -> int:
    """Of all of them, one after the other."""
    value = 0
    for chunk in chunks:
        value = crc32(chunk, value)
    return value


def encoded_crc32(value: int) -> str:
    """The value of `x-amz-checksum-crc32`."""
    return base64.b64encode(value.to_bytes(4, "big")).decode()
