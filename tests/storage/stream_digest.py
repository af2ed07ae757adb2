"""Prints the SHA-256 of many deflate streams; for tests that compare processes.

Arguments: compression, number of streams, bytes of each.
"""

import hashlib
import random
import sys

from core.ports.packaging import Compression
from storage.packing.codecs import codec_of

_TEXT = 4 << 20


def stream_digest(compression: Compression, count: int, size: int) -> str:
    """Of streams whose content begins at `count` different places of one text.

    In each of them the first bytes come again further on: what a compressor did with its first
    positions decides on how long the stream becomes.
    """
    codec, digest = codec_of(compression), hashlib.sha256()
    text = _text(_TEXT + size)
    for number in range(count):
        start = number * _TEXT // count
        head = text[start : start + 16]
        content = head + text[start + size // 2 : start + size // 2 + size - 36] + head + b"\n#.\n"
        digest.update(codec.deflate(memoryview(content), last=True))
    return digest.hexdigest()


def _text(size: int) -> bytes:
    numbers = random.Random(1)  # noqa: S311 - test data
    lines = (
        b"%d,%d.%d\n" % (day, numbers.getrandbits(14), numbers.getrandbits(7))
        for day in range(size // 8)
    )
    return b"".join(lines)[:size]


if __name__ == "__main__":
    print(stream_digest(Compression(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))  # noqa: T201
