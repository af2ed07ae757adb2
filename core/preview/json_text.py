"""JSON in readable lines, without understanding it: broken JSON stays readable, numbers what they are."""

import re
from collections.abc import Iterator

from core.ports.content import Content
from core.preview.rewritten import Rewriter, RewrittenContent

_DEEPEST = 40
"""Levels that are indented: a million of them would be a million spaces a line."""
_PLAIN = re.compile(rb'[^\s"{}\[\],:]+|["{}\[\],:]|\s+')
_QUOTED = re.compile(rb'[^"\\]+|\\|"')
_SPACE = b" \t\r\n\f\v"


def formatted(content: Content) -> Content:
    """Indented, one value a line; made as it is read."""
    return RewrittenContent(content, _Layout)


class _Layout(Rewriter):
    def __init__(self) -> None:
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self._just_opened = False
        self._break = False
        self._after_value = False
        self._spaced = False

    def of(self, piece: bytes, *, final: bool = False) -> bytes:
        return b"".join(self._lines(piece))

    def _lines(self, data: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(data):
            pattern = _QUOTED if self._in_text else _PLAIN
            match = pattern.match(data, at)
            if match is None:
                return
            at = match.end()
            yield self._text(match[0]) if self._in_text else self._token(match[0])

    def _text(self, piece: bytes) -> bytes:
        if self._escaped:
            self._escaped = False
        elif piece == b"\\":
            self._escaped = True
        elif piece == b'"':
            self._in_text = False
        return piece

    def _token(self, piece: bytes) -> bytes:
        if piece[0] in _SPACE:
            self._spaced = True
            return b""
        if piece in {b"}", b"]"}:
            return self._closed(piece)
        before = self._line() if self._break else self._gap(piece)
        self._spaced = False
        self._break = self._just_opened = piece in {b"{", b"["}
        self._depth += self._just_opened
        self._break |= piece == b","
        self._after_value = piece not in {b"{", b"[", b",", b":"}
        self._in_text = piece == b'"'
        return before + (b": " if piece == b":" else piece)

    def _gap(self, piece: bytes) -> bytes:
        """Two values without a comma are two; so they are when nothing is around them."""
        if not (self._after_value and self._spaced) or piece in {b",", b":"}:
            return b""
        return b" " if self._depth else b"\n"

    def _closed(self, piece: bytes) -> bytes:
        self._depth = max(0, self._depth - 1)
        line = b"" if self._just_opened else self._line()
        self._just_opened = False
        self._break = not self._depth
        self._after_value, self._spaced = True, False
        return line + piece

    def _line(self) -> bytes:
        return b"\n" + b"  " * min(self._depth, _DEEPEST)
