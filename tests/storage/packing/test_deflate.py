"""Deflate data must decode anywhere and come out the same everywhere."""

import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ports.packaging import Compression
from storage.packing.codecs import codec_of
from storage.packing.deflate import (
    Buffer,
    Codec,
    deflate_bound,
    deflate_piece,
    stored_block,
)
from tests.processes import python_outputs
from tests.storage.trees import noise, text

CODECS = [*map(codec_of, Compression)]


class GrowingCodec(Codec):
    """Makes everything longer."""

    name = "growing"

    def crc32(self, data: Buffer, start: int = 0, /) -> int:
        return zlib.crc32(data, start)

    def deflate(self, data: memoryview, *, last: bool) -> bytes:
        return bytes(2 * len(data) + 9)


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj(-15)
    content = inflater.decompress(data)
    assert inflater.eof
    assert not inflater.unused_data
    return content


def _pieces(codec: Codec, content: bytes, cuts: list[int]) -> bytes:
    view = memoryview(content)
    edges = [0, *cuts, len(content)]
    parts = [view[a:b] for a, b in itertools.pairwise(edges)]
    return b"".join(deflate_piece(codec, p, last=p is parts[-1]) for p in parts)


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@given(st.binary(min_size=1) | st.binary(min_size=1, max_size=4).map(lambda data: data * 40_000))
def test_whole_stream_decodes(codec: Codec, content: bytes) -> None:
    """Any content is decoded by zlib, which knows nothing of how it was primed."""
    assert _inflate(codec.deflate(memoryview(content), last=True)) == content


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@pytest.mark.parametrize("content", [text(200_000), noise(200_000), bytes(200_000)])
@pytest.mark.parametrize("cuts", [[], [1], [199_999], [65_535, 65_536, 131_071]])
def test_pieces_join_to_one_stream(codec: Codec, content: bytes, cuts: list[int]) -> None:
    """Pieces deflated one by one decode as one stream, even pieces of one byte."""
    assert _inflate(_pieces(codec, content, cuts)) == content


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 131_070, 131_071])
@pytest.mark.parametrize("codec", [*CODECS, GrowingCodec()], ids=lambda codec: codec.name)
def test_bound_holds_for_noise(codec: Codec, size: int) -> None:
    """What does not shrink is stored: the bound rests on no promise of a library."""
    if isinstance(codec, GrowingCodec):
        stored = deflate_piece(codec, memoryview(noise(size)), last=True)
        assert _inflate(stored) == noise(size)
        assert len(stored) == deflate_bound(size)
    assert len(deflate_piece(codec, memoryview(noise(size)), last=False)) <= deflate_bound(size)


@given(st.binary(max_size=65_535))
def test_stored_block(content: bytes) -> None:
    """A stored block is a stream of its own when it is the last one."""
    assert _inflate(stored_block(content, last=True)) == content


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@given(st.binary(), st.binary())
def test_crc_continues(codec: Codec, first: Buffer, second: bytes) -> None:
    """A CRC-32 can be continued where another one ended."""
    assert codec.crc32(second, codec.crc32(first)) == zlib.crc32(bytes(first) + second)


@pytest.mark.parametrize("compression", Compression)
def test_same_bytes_in_every_process(compression: Compression) -> None:
    """Many thousand streams come out equal in three processes with different heaps."""
    command = ["tests.storage.stream_digest", compression, "20000", "400"]
    digests = set(python_outputs([command] * 3))
    assert len(digests) == 1
    assert len(digests.pop()) == 64


def test_compact_is_smaller() -> None:
    """What takes longer is worth it."""
    fast, compact = (codec_of(c).deflate(memoryview(text(500_000)), last=True) for c in Compression)
    assert len(compact) < len(fast)


def test_codec_says_its_version() -> None:
    """The name that identifies archives changes with the library."""
    fast, compact = (codec_of(compression).name for compression in Compression)
    assert fast.startswith("isal-")
    assert fast.endswith("/level1")
    assert compact.startswith("zlib-ng-")
    assert compact.endswith("/level5")
