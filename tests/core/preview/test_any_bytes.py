"""Whatever somebody stored under whatever name: it is shown, harmless, or said to be damaged."""

import gzip
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnsafeArchiveError
from core.ports.content import Content
from core.preview.hex_text import hexed
from core.preview.json_text import formatted
from core.preview.opened import opened
from core.preview.table import Table
from core.preview.text import TextReading
from core.printable import unprintable
from tests.fakes.content import FakeContent

TEXTS = st.text(alphabet='0123456789,;|\t\n\r "#-.eE[]{}:\\é\0\x1b').map(str.encode)
BYTES = st.binary(max_size=500) | TEXTS | (st.binary(max_size=500) | TEXTS).map(gzip.compress)
MARKS = st.sampled_from(
    [b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x89PNG\r\n\x1a\n", b"BM"]
)
NAMES = st.sampled_from(["x", "x.csv", "x.json", "x.log", "x.gz", "", "x\x1b.txt"])


def read(content: Content) -> TextReading:
    text = TextReading(content)
    with suppress(UnsafeArchiveError):
        text.more()
    return text


@given(mark=MARKS, data=BYTES, name=NAMES, block=st.integers(1, 300))
def test_any_bytes(mark: bytes, data: bytes, name: str, block: int) -> None:
    """As text, table, formatted, in hex: no error but that of a damaged gzip, and nothing harmful."""
    with suppress(UnsafeArchiveError):
        found = opened(FakeContent(mark + data, name, block=block))
        text = read(found.content)
        shown = text.lines(0, text.line_count)
        assert len(shown) == text.line_count
        table = Table(text)
        shown += [*table.names]
        for row in table.rows(0, table.row_count):
            shown += row
        for number in table.charted:
            series = table.series(number)
            assert len(series.x) == len(series.values) <= table.row_count
            series.peak()
        for content in (formatted(found.content), hexed(found.content)):
            other = read(content)
            shown += other.lines(0, other.line_count)
        assert not "".join(map(unprintable, shown))


@given(data=BYTES, needle=st.binary(min_size=1, max_size=3), block=st.integers(1, 50))
def test_find_is_right(data: bytes, needle: bytes, block: int) -> None:
    """It finds the line that looking at every line finds, from everywhere and in both directions."""
    wanted = needle.replace(b"\n", b"x").replace(b"\r", b"x").decode("latin-1")
    text = read(FakeContent(data.replace(b"\r", b""), block=block))
    lines = text.raw_lines(0, text.line_count)
    folded = [_bytes(line) for line in lines]
    if wanted.encode() == wanted.encode().lower():
        folded = [line.lower() for line in folded]
    there = [n for n, line in enumerate(folded) if wanted.encode() in line]
    for start in range(len(lines) + 1):
        after = [n for n in there if n >= start]
        assert text.find(wanted, start) == (after[0] if after else None)
        before = [n for n in there if n <= start]
        assert text.find(wanted, start, backwards=True) == (before[-1] if before else None)


def _bytes(line: str) -> bytes:
    return line.encode("utf-8", "surrogateescape")
