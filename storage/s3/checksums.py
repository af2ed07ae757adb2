"""CRC32 as S3 writes it, computed by ISA-L: 15 GB/s, without the GIL."""

# The stub of python-isal leaves its data argument without a type.
# pyright: reportUnknownMemberType=false

import base64
from collections.abc import Iterable

from isal import isal_zlib


def crc32(data: bytes | memoryview, value: int = 0) -> int:
    """The checksum of what gave `value`, followed by `data`."""
    return isal_zlib.crc32(data, value)


def crc32_of(chunks: Iterable[memoryview]) -> int:
    """Of all of them, one after the other."""
    value = 0
    for chunk in chunks:
        value = crc32(chunk, value)
    return value


def encoded_crc32(value: int) -> str:
    """The value of `x-amz-checksum-crc32`."""
    return base64.b64encode(value.to_bytes(4, "big")).decode()
