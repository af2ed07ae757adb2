"""Binary content as lines of hex."""

import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from core.ports.content import Content

_ROW = 16
_ROWS = _ROW << 10
_HEX = 3 * _ROW
_UNSEEN = re.compile(rb"[^\x20-\x7e]")


def hexed(content: Content) -> Content:
    """Sixteen bytes a line: where they stand, in hex, and what of it is ASCII."""
    return _Hexed(content)


@dataclass(frozen=True)
class _Hexed(Content):
    content: Content

    @property
    def name(self) -> str:
        return self.content.name

    @property
    def size(self) -> int:
        return -1

    def blocks(self) -> Generator[bytes]:
        offset, left = 0, b""
        with closing(self.content.blocks()) as blocks:
            for block in blocks:
                for at in range(0, len(block), _ROWS):
                    data = left + block[at : at + _ROWS]
                    whole = len(data) - len(data) % _ROW
                    yield _rows(data[:whole], offset)
                    offset, left = offset + whole, data[whole:]
        yield _rows(left, offset)


def _rows(data: bytes, offset: int) -> bytes:
    rows = (data[at : at + _ROW] for at in range(0, len(data), _ROW))
    return "".join(_row(row, offset + _ROW * n) for n, row in enumerate(rows)).encode()


def _row(data: bytes, offset: int) -> str:
    seen = _UNSEEN.sub(b".", data).decode()
    return f"{offset:08x}  {data.hex(' '):<{_HEX}} {seen}\n"
