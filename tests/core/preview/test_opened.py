"""A file is begun once: what it is and what is in it come of the same bytes."""

import gzip
import os

import pytest

from core.errors import StoreError, UnsafeArchiveError
from core.preview.kinds import Kind
from core.preview.opened import opened
from core.preview.text import TextReading
from tests.fakes.content import FakeContent

TABLE = b"Day,INF\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(50_000))


def whole(data: bytes, name: str = "file", block: int = 1 << 16) -> bytes:
    return b"".join(opened(FakeContent(data, name, block=block)).content.blocks())


def test_begun_once() -> None:
    """The kind is known after a block or two; whoever then reads the content gets all of it."""
    source = FakeContent(TABLE, "out.csv", block=1 << 15)
    found = opened(source)
    assert (found.kind, found.packed, source.taken) == (Kind.TABLE, False, 1 << 16)
    assert found.first == TABLE[: 1 << 16]
    assert found.bytes_read == 1 << 16
    assert b"".join(found.content.blocks()) == TABLE
    assert (source.begun, source.open, found.bytes_read) == (1, 0, len(TABLE))
    assert (found.content.name, found.content.size) == ("out.csv", len(TABLE))
    assert b"".join(found.content.blocks()) == TABLE
    assert source.begun == 2


@pytest.mark.parametrize("block", [1, 1000, 1 << 18])
def test_gzip(block: int) -> None:
    """What was gzip'd is shown unpacked, in as many parts as there are, whatever fills up the end."""
    table = TABLE[:3000]
    packed = gzip.compress(table) + gzip.compress(table) + bytes(50)
    found = opened(FakeContent(packed, "out.csv.gz", block=block))
    assert (found.packed, found.kind, found.content.name) == (True, Kind.TABLE, "out.csv")
    assert b"".join(found.content.blocks()) == table * 2
    assert found.content.size < 0
    assert 0 < found.bytes_read <= len(packed)


def test_gzip_bomb() -> None:
    """What unpacks to a thousand times itself is read block by block, as far as somebody wants it."""
    source = FakeContent(gzip.compress(bytes(200 << 20), 9), "zeros.gz", block=1 << 12)
    found = opened(source)
    blocks = found.content.blocks()
    sizes = [len(next(blocks)) for _ in range(10)]
    assert max(sizes) <= 1 << 18
    assert source.taken <= 1 << 16
    blocks.close()
    assert source.open == 0


PACKED = gzip.compress(os.urandom(300_000))


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (PACKED[:-100_000], "cut off"),
        (PACKED[:100_000] + b"\xff" * 100 + PACKED[100_100:], "damaged"),
        (PACKED[:-8] + bytes(8), "damaged"),
    ],
    ids=["cut", "within", "at its end"],
)
def test_damaged_gzip(packed: bytes, why: str) -> None:
    """What could be read comes first; then it is said that it is not to be trusted."""
    text = TextReading(opened(FakeContent(packed, "x.gz", block=1 << 15)).content)
    with pytest.raises(UnsafeArchiveError, match=f"x.gz .* {why}.*not to be trusted"):
        text.more()
    assert text.bytes_read > 0
    assert not text.complete


def test_close() -> None:
    """Whoever does not go on reading ends the request."""
    for data in (TABLE, gzip.compress(os.urandom(1 << 20))):
        source = FakeContent(data, block=1 << 15)
        found = opened(source)
        assert source.open == 1
        found.close()
        assert source.open == 0


def test_closed_by_its_reader() -> None:
    """Closing the text ends the request of what it is read from."""
    for data in (TABLE, gzip.compress(os.urandom(1 << 20))):
        source = FakeContent(data, block=1 << 15)
        text = TextReading(opened(source).content)
        text.more(1)
        assert source.open == 1
        text.close()
        assert source.open == 0


def test_failure() -> None:
    """An error at the beginning is raised when it is opened, a later one when it is read."""
    with pytest.raises(StoreError):
        opened(FakeContent(b"", error=StoreError("gone")))
    found = opened(FakeContent(TABLE, block=1 << 16, error=StoreError("gone")))
    with pytest.raises(StoreError):
        list(found.content.blocks())


def test_small() -> None:
    """Nothing and a byte are files, too."""
    assert [whole(data) for data in (b"", b"x", b"\x1f", b"\x1f\x8b")] == [
        b"",
        b"x",
        b"\x1f",
        b"\x1f\x8b",
    ]
