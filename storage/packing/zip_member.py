"""One member of a ZIP as a stream, checked against what the directory says of it."""

import struct
import zlib
from collections.abc import Generator, Iterator

from storage.packing.zip_directory import LOCAL_BYTES, ZipEntry
from storage.packing.zip_format import DEFLATED, STORED

_LOCAL = struct.Struct("<4s2H18x2H")
_MAX_EXTRA = 0xFFFF
_BLOCK = 1 << 20
_MAX_RATIO = 1032
"""Deflate makes of a byte no more than this."""
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_PATCHED = 1 << 5


def member_problem(entry: ZipEntry) -> str:
    """Why the member cannot be what it says; "" when it can."""
    if entry.flags & _ENCRYPTED:
        return "it is encrypted"
    if entry.method not in {STORED, DEFLATED} or entry.flags & _PATCHED:
        return f"its compression method {entry.method} is not supported"
    if entry.method == STORED and entry.size != entry.stored:
        return "its sizes contradict each other"
    if entry.size > entry.stored * _MAX_RATIO:
        return "its sizes contradict each other"
    if entry.is_directory and entry.size:
        return "it is a directory with content"
    return ""


def extent(entry: ZipEntry, limit: int) -> int:
    """How many bytes from the local header on hold all of a member that ends before `limit`."""
    header = LOCAL_BYTES + len(entry.raw_name) + _MAX_EXTRA
    return min(limit - entry.offset, header + entry.stored)


def content(blocks: Iterator[bytes], entry: ZipEntry) -> Iterator[bytes]:
    """What the member holds; `blocks` begin with its local header and end where the next begins.

    Raises ValueError, in the midst of it too: every block but the last was then not checked.
    """
    feed = _Feed(blocks)
    _skip_header(feed, entry)
    packed = feed.up_to(entry.stored)
    return _checked(packed if entry.method == STORED else _inflated(packed), entry)


class _Feed:
    """Blocks of any size, taken as needed."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def take(self, count: int) -> bytes:
        return b"".join(self.up_to(count))

    def up_to(self, count: int) -> Generator[bytes]:
        """Exactly `count` bytes, or ValueError."""
        while count:
            block = self._rest or next(self._blocks, b"")
            if not block:
                raise ValueError("it is cut off")
            self._rest = block[count:]
            count -= len(block) - len(self._rest)
            yield block[: len(block) - len(self._rest)]


def _skip_header(feed: _Feed, entry: ZipEntry) -> None:
    signature, _, flags, name_bytes, extra_bytes = _LOCAL.unpack(feed.take(LOCAL_BYTES))
    if signature != b"PK\3\4" or flags & _ENCRYPTED:
        raise ValueError("it is not where the directory says")
    if feed.take(name_bytes) != entry.raw_name:
        raise ValueError("it has another name than in the directory")
    feed.take(extra_bytes)


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    """In blocks of bounded size, whatever the packed ones inflate to."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    def inflate(data: bytes) -> bytes:
        try:
            return inflater.decompress(data, _BLOCK)
        except zlib.error:
            raise ValueError("it is damaged") from None

    for block in packed:
        left = block
        while left and not inflater.eof:
            yield inflate(left)
            left = inflater.unconsumed_tail
        if left or inflater.unused_data:
            raise ValueError("it is longer than its content")
    while not inflater.eof and (more := inflate(b"")):
        yield more
    if not inflater.eof:
        raise ValueError("it is cut off")


def _checked(blocks: Iterator[bytes], entry: ZipEntry) -> Iterator[bytes]:
    """The last block is given when all is known to be right: small members are checked before."""
    left, crc, last = entry.size, 0, b""
    for block in blocks:
        left -= len(block)
        if left < 0:
            raise ValueError("it is larger than it says")
        crc = zlib.crc32(block, crc)
        if block and last:
            yield last
        last = block or last
    if left:
        raise ValueError("it is smaller than it says")
    if crc != entry.crc:
        raise ValueError("its checksum is wrong")
    if last:
        yield last
