"""One part of an upload: a piece of the content, in the buffers that it was collected in."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage.s3.checksums import crc32

_SLICE = 256 << 10
_DIGEST_CHARACTERS = 32  # 128 bits


@dataclass(frozen=True)
class Part:
    """`number` counts from 1."""

    number: int
    chunks: Sequence[memoryview]

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(map(len, self.chunks))

    def digest(self) -> str:
        """Tells it from what the part of this number was before, wherever its buffers end.

        Made of the CRC-32 of every 256 KiB: SHA-256 of every byte, which the archive has already,
        would take longer than encrypting them.
        """
        digest = hashlib.sha256()
        for checksum in self._checksums():
            digest.update(checksum.to_bytes(4))
        return digest.hexdigest()[:_DIGEST_CHARACTERS]

    def _checksums(self) -> Iterator[int]:
        checksum, room = 0, _SLICE
        for chunk in self.chunks:
            rest = chunk
            while rest:
                piece = rest[:room]
                checksum, room = crc32(piece, checksum), room - len(piece)
                rest = rest[len(piece) :]
                if not room:
                    yield checksum
                    checksum, room = 0, _SLICE
        yield checksum
