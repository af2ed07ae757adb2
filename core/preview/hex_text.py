"""Binary content as lines of hex."""

import re

from core.ports.content import Content
from core.preview.rewritten import Rewriter, RewrittenContent

_ROW = 16
_HEX = 3 * _ROW
_UNSEEN = re.compile(rb"[^\x20-\x7e]")


def hexed(content: Content) -> Content:
    """Sixteen bytes a line: where they stand, in hex, and what of it is ASCII."""
    return RewrittenContent(content, _HexDump)


class _HexDump(Rewriter):
    def __init__(self) -> None:
        self._offset = 0
        self._left = b""

    def of(self, piece: bytes, *, final: bool = False) -> bytes:
        data = self._left + piece
        whole = len(data) if final else len(data) - len(data) % _ROW
        rows = _rows(data[:whole], self._offset)
        self._offset, self._left = self._offset + whole, data[whole:]
        return rows


def _rows(data: bytes, offset: int) -> bytes:
    rows = (data[at : at + _ROW] for at in range(0, len(data), _ROW))
    return "".join(_row(row, offset + _ROW * n) for n, row in enumerate(rows)).encode()


def _row(data: bytes, offset: int) -> str:
    seen = _UNSEEN.sub(b".", data).decode()
    return f"{offset:08x}  {data.hex(' '):<{_HEX}} {seen}\n"
