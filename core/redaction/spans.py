"""Spans: the parts of a text that must not be seen, as half-open ranges of offsets."""

from collections.abc import Iterable
from typing import NamedTuple, Self

REDACTED = "‹redacted›"

Span = tuple[int, int]


class Source(NamedTuple):
    """A text as the rules see it: as it is, and folded to lower case at the same offsets."""

    text: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Fold `text`; U+0130 is the one character whose lower case is longer than itself."""
        return cls(text, text.replace("İ", "i").lower())


def cover(text: str, spans: Iterable[Span]) -> str:
    """`text` with one marker for each run of spans that overlap or touch; empty ones are not seen."""
    pieces: list[str] = []
    seen = 0
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if start > seen or not pieces:
            pieces += (text[seen:start], REDACTED)
        seen = max(seen, end)
    return "".join((*pieces, text[seen:]))
