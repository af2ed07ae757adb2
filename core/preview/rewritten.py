"""A content as another text, made as it is read."""

from abc import abstractmethod
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from core.ports.content import Content

_PIECE = 1 << 14


class Rewriter(Protocol):
    """Knows where in a content it is, between any two bytes."""

    @abstractmethod
    def of(self, piece: bytes, *, final: bool = False) -> bytes:
        """What is known of the text that ends with `piece`; with the `final` one, which may be empty, all."""


@dataclass(frozen=True)
class RewrittenContent(Content):
    """In UTF-8; of unknown size. `begin` is called for each reading."""

    content: Content
    begin: Callable[[], Rewriter]

    @property
    def name(self) -> str:
        """That of the content."""
        return self.content.name

    @property
    def size(self) -> int:
        """Nobody knows before the end."""
        return -1

    def blocks(self) -> Generator[bytes]:
        """Small ones: what is made may be many times larger than what it is made of."""
        rewriter = self.begin()
        with closing(self.content.blocks()) as blocks:
            for block in blocks:
                for at in range(0, len(block), _PIECE):
                    yield rewriter.of(block[at : at + _PIECE])
        yield rewriter.of(b"", final=True)
