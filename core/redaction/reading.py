"""Reading: a text as somebody who looks for a known value would read it.

Layout is left out (white space, quotes, table borders, markup tags, backslashes at line ends),
escapes are resolved (URL, JSON, XML, Python; also twice) and case is folded. A value that was
wrapped, quoted or encoded then stands in one piece, and each character knows where it came from.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from core.redaction.spans import REDACTED, Source, Span

# Stands for the marker, so that nothing is found across what is already covered.
_BARRIER = "\x01"

_LAYOUT = "\\s\"'`|\0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\u2500-\u257f\ufeff"
_LAYOUT_RUN = re.compile(f"[{_LAYOUT}]++")
_TOKEN = re.compile(
    rf"""
      {REDACTED}
    | [{_LAYOUT}]++
    | (?: % (?:25){{0,3}} [0-9a-f]{{2}} )++              # %2F, %252F; runs are UTF-8
    | (?: \\{{1,8}} x [0-9a-f]{{2}} )++                  # repr of bytes
    | (?: \\{{1,8}} u [0-9a-f]{{4}} )++                  # JSON; pairs are UTF-16
    | \\++ [nrt]?                                       # wrapped lines in a repr
    | & (?:amp;){{0,3}} (?: \#x? [0-9a-f]{{1,6}} | [a-z]{{2,8}} ) ;
    | \[ /? [a-z ]{{0,30}} \]                            # [bold red], [/]
    """,
    re.VERBOSE,
)
# One of these is in every token that is not layout.
_ESCAPE_MARKS = ("%", "\\", "&", "[", "‹")
_BYTE = re.compile(r"(?:%(?:25){0,3}|x)([0-9a-f]{2})")
_UTF16 = re.compile(r"u([0-9a-f]{4})")


def read(folded: str) -> str:
    """The readable characters of a folded text, without where they came from: much faster."""
    if any(mark in folded for mark in _ESCAPE_MARKS):
        return _TOKEN.sub(lambda token: _decode(token[0]), folded)
    return without_layout(folded)


def without_layout(folded: str) -> str:
    """The characters of a folded text as they are, escapes and all."""
    return _LAYOUT_RUN.sub("", folded)


class Reading(NamedTuple):
    """The readable characters of a text, and the pieces of the text they came from.

    `origins[i]` is the span whose characters begin at `offsets[i]` of `characters`. A span that
    is longer than its characters was an escape, and is taken as a whole.
    """

    characters: str
    offsets: list[int]
    origins: list[Span]

    @classmethod
    def of(cls, source: Source) -> "Reading":
        """Read a text; linear in its length."""
        characters: list[str] = []
        offsets: list[int] = []
        origins: list[Span] = []
        length = 0
        for start, end, piece in _pieces(source.folded):
            if piece:
                characters.append(piece)
                offsets.append(length)
                origins.append((start, end))
                length += len(piece)
        return cls("".join(characters), offsets, origins)

    def spans(self, text: str, start: int, end: int) -> Iterator[Span]:
        """Where characters `start:end` stand in `text`: one span per line."""
        first = bisect_right(self.offsets, start) - 1
        left, right = self._place(first, start, end)
        for index in range(first + 1, bisect_right(self.offsets, end - 1)):
            next_left, next_right = self._place(index, start, end)
            if "\n" in text[right:next_left]:
                yield left, right
                left = next_left
            right = next_right
        yield left, right

    def _place(self, index: int, start: int, end: int) -> Span:
        left, right = self.origins[index]
        offset = self.offsets[index]
        following = self.offsets[index + 1 : index + 2] or [len(self.characters)]
        if right - left > following[0] - offset:
            return left, right
        return left + max(0, start - offset), min(right, left + end - offset)


def _pieces(folded: str) -> Iterator[tuple[int, int, str]]:
    seen = 0
    for token in _TOKEN.finditer(folded):
        start, end = token.span()
        yield seen, start, folded[seen:start]
        yield start, end, _decode(token[0])
        seen = end
    yield seen, len(folded), folded[seen:]


def _decode(token: str) -> str:
    """What an escape stands for; nothing for layout."""
    if token == REDACTED:
        return _BARRIER
    if token[0] == "&":
        return _readable(_unescaped(token))
    if codes := _BYTE.findall(token):
        return _readable(_utf8(bytes.fromhex("".join(codes))))
    if codes := _UTF16.findall(token):
        return _readable(bytes.fromhex("".join(codes)).decode("utf-16-be", "surrogatepass"))
    return ""


def _unescaped(entity: str) -> str:
    """What an entity stands for, however often its `&` was escaped again."""
    while (decoded := unescape(entity)) != entity:
        entity = decoded
    return entity


def _utf8(encoded: bytes) -> str:
    try:
        return encoded.decode()
    except UnicodeDecodeError:
        return encoded.decode("latin-1")


def _readable(decoded: str) -> str:
    return without_layout(Source.of(decoded).folded.replace("\\", ""))
