"""One part of an upload: a piece of the content, in the buffers that it was collected in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

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
        """Tells it from a part of other content; processors have instructions for SHA-256."""
        digest = hashlib.sha256()
        for chunk in self.chunks:
            digest.update(chunk)
        return digest.hexdigest()[:_DIGEST_CHARACTERS]
