"""What an image is, from its first bytes."""

import re
import struct
from collections.abc import Callable
from typing import NamedTuple


class ImageSize(NamedTuple):
    """`type` as people call it; width and height in pixels, 0 where the first bytes do not tell."""

    type: str
    width: int
    height: int


def image_size(first: bytes) -> ImageSize | None:
    """None for what is no image of a type that is known: PNG, JPEG, GIF, BMP, WebP, TIFF."""
    for mark, kind, measure in _TYPES:
        if mark.match(first):
            try:
                return ImageSize(kind, *measure(first))
            except struct.error:
                return ImageSize(kind, 0, 0)
    return None


def _png(data: bytes) -> tuple[int, int]:
    return struct.unpack_from(">2I", data, 16)


def _gif(data: bytes) -> tuple[int, int]:
    return struct.unpack_from("<2H", data, 6)


def _bmp(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<2i", data, 18)
    return abs(width), abs(height)


def _jpeg(data: bytes) -> tuple[int, int]:
    """From the frame, which stands behind thumbnails and other segments."""
    at = 2
    while True:
        mark, kind, length = struct.unpack_from(">2BH", data, at)
        if mark != _MARK:
            return 0, 0
        if kind in _FRAMES:
            height, width = struct.unpack_from(">2H", data, at + 5)
            return width, height
        at += 2 + length


def _tiff(_: bytes) -> tuple[int, int]:
    """Its directory may be anywhere."""
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    if data[12:16] == b"VP8X" and len(data) >= 30:  # noqa: PLR2004
        width, height = data[24:27], data[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if data[12:16] == b"VP8L" and len(data) >= 25:  # noqa: PLR2004
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if data[12:16] == b"VP8 " and len(data) >= 30:  # noqa: PLR2004
        width, height = struct.unpack_from("<2H", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


_MARK = 0xFF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TYPES: tuple[tuple[re.Pattern[bytes], str, Callable[[bytes], tuple[int, int]]], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG", _png),
    (re.compile(rb"\xff\xd8\xff"), "JPEG", _jpeg),
    (re.compile(rb"GIF8[79]a"), "GIF", _gif),
    (re.compile(rb"BM.{4}\0{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\0{3}", re.DOTALL), "BMP", _bmp),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF", _tiff),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WebP", _webp),
)
