"""Looking into a ZIP that is somewhere else: what is read, and what is refused."""

import io
import os
import random
import struct
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ArtifactNotFoundError, RunFerryError, UnsafeArchiveError
from core.ports.packaging import ArchiveBytes
from storage.packing.zip_format import (
    DEFLATED,
    MemberRecord,
    central_header,
    descriptor,
    end_records,
    local_header,
)
from storage.packing.zip_reader import OpenZip, ZipArchiveReader
from storage.packing.zip_writer import ZipResultsPackager
from tests.storage.trees import FILES, ignore, noise, read, source_of, text, write_tree

HUGE = 5 << 30
Change = Callable[[MemberRecord], MemberRecord]


class Bytes(ArchiveBytes):
    """An archive in memory, in blocks of any size; notes what was asked for.

    With `hole` as many zero bytes stand before its last `after` bytes.
    """

    def __init__(self, data: bytes, *, block: int = 1 << 16, hole: int = 0, after: int = 0) -> None:
        self._data = data
        self._block = block
        self._hole = hole
        self._hole_at = len(data) - after
        self.ranges: list[tuple[int, int]] = []

    @property
    def name(self) -> str:
        return "s3://b/run_4_results.zip"

    @property
    def size(self) -> int:
        return len(self._data) + self._hole

    def read(self, start: int, length: int) -> Iterator[bytes]:
        self.ranges.append((start, length))
        assert start >= 0
        assert length >= 0
        end = min(start + length, self.size)
        while start < end:
            block = self._at(start, min(self._block, end - start))
            start += len(block)
            yield block

    def _at(self, start: int, length: int) -> bytes:
        if start < self._hole_at:
            return self._data[start : min(start + length, self._hole_at)]
        if start < self._hole_at + self._hole:
            return bytes(min(length, self._hole_at + self._hole - start))
        return self._data[start - self._hole :][:length]


def _open(data: bytes, *, block: int = 1 << 16) -> OpenZip:
    return ZipArchiveReader().open(Bytes(data, block=block))


def _member(archive: OpenZip, name: str) -> bytes:
    return b"".join(archive.read(name))


def _archive(*members: tuple[MemberRecord, bytes], lie: Change = lambda record: record) -> bytes:
    """An archive of records whose packed contents are given; the directory may lie of each."""
    data, directory = bytearray(), bytearray()
    for record, packed in members:
        here = replace(record, offset=len(data))
        data += local_header(here) + packed + (descriptor(here) if here.streamed else b"")
        directory += central_header(lie(here))
    return bytes(data + directory) + end_records(len(members), len(data), len(directory))


def _record(
    content: bytes, name: bytes = b"a", *, deflate: bool = True
) -> tuple[MemberRecord, bytes]:
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(content) + packer.flush() if deflate else content
    method = DEFLATED if deflate else 0
    crc = zlib.crc32(content)
    return MemberRecord(
        name, 1_600_000_000, 0o644, method, crc=crc, size=len(content), stored=len(packed)
    ), packed


def _refused(data: bytes, name: str = "") -> str:
    """The message of the refusal, when it is opened or, with a name, when that is read."""
    with pytest.raises(UnsafeArchiveError) as caught:
        _read(data, name)
    assert str(caught.value).isprintable()
    assert "run_4_results.zip" in caught.value.what
    return caught.value.what


def _read(data: bytes, name: str) -> bytes:
    archive = _open(data)
    return _member(archive, name) if name else b""


def _with(record: MemberRecord, field: str, value: int) -> MemberRecord:
    changed = replace(record)
    setattr(changed, field, value)
    return changed


# --- what is read


@pytest.mark.parametrize("block", [7, 1 << 20])
def test_what_was_packed(tmp_path: Path, block: int) -> None:
    """Names, sizes, mtimes and contents of every member are those of the tree."""
    run4 = write_tree(tmp_path / "RUN4", FILES)
    data = read(ZipResultsPackager(2).pack([source_of(run4)], ignore))
    archive = _open(data, block=block)
    found = {member.name: member for member in archive.members()}
    assert set(found) == {f"RUN4/{name}" for name in FILES}
    for name, content in FILES.items():
        member = found[f"RUN4/{name}"]
        assert member.size == len(content)
        if not name.endswith("/"):
            assert member.mtime == int(os.stat(run4 / name).st_mtime)
            assert _member(archive, f"RUN4/{name}") == content


def test_of_zipfile() -> None:
    """Archives of other programs: local times, code page 437, comments, content sent to a pipe."""
    plain, piped = io.BytesIO(), io.BytesIO()
    for target, seekable in ((plain, True), (piped, False)):
        stream = target if seekable else _Pipe(target)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = b"PK\5\6 not the end" * 9
            archive.writestr(zipfile.ZipInfo("caf\u00e9.txt", (2020, 5, 6, 7, 8, 10)), b"1" * 999)
            archive.writestr("b", text(3 << 20))
    for buffer in (plain, piped):
        archive = _open(buffer.getvalue())
        first, second = archive.members()
        assert (first.name, first.size) == ("caf\u00e9.txt", 999)
        assert first.mtime == time.mktime((2020, 5, 6, 7, 8, 10, 0, 0, -1))
        assert second.stored_bytes < second.size == 3 << 20
        assert _member(archive, "caf\u00e9.txt") == b"1" * 999
        assert _member(archive, "b") == text(3 << 20)


class _Pipe(io.RawIOBase):
    """Cannot be sought in, so that sizes follow the contents."""

    def __init__(self, target: io.BytesIO) -> None:
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride] - bytes is what zipfile gives
        return self._target.write(data)


def test_beyond_four_gigabytes() -> None:
    """Offsets and sizes that need ZIP64, in an archive with a hole instead of a large member."""
    small, packed = _record(b"found", b"small")
    large = MemberRecord(b"large", 0, 0o644, size=HUGE, stored=HUGE)
    before = local_header(large)
    here = replace(small, offset=len(before) + HUGE)
    member = local_header(here) + packed
    directory = central_header(large) + central_header(here)
    start = here.offset + len(member)
    end = member + directory + end_records(2, start, len(directory))
    source = Bytes(before + end, hole=HUGE, after=len(end))
    archive = ZipArchiveReader().open(source)
    assert [(m.name, m.size) for m in archive.members()] == [("large", HUGE), ("small", 5)]
    assert _member(archive, "small") == b"found"
    assert sum(length for _, length in source.ranges) < 1 << 18
    blocks = archive.read("large")
    assert set(next(blocks)) == {0}


def test_seventy_thousand_members() -> None:
    """More members than 16 bits count."""
    records = [_record(b"%d" % n, b"f/%d" % n, deflate=False) for n in range(70_000)]
    archive = _open(_archive(*records))
    assert sum(1 for _ in archive.members()) == 70_000
    assert _member(archive, "f/69999") == b"69999"


def test_streamed_members() -> None:
    """Sizes that follow the content, narrow and wide."""
    for wide in (False, True):
        record, packed = _record(text(9999), b"x")
        data = _archive((replace(record, streamed=True, wide=wide), packed), _record(b"y", b"y"))
        archive = _open(data)
        assert _member(archive, "x") == text(9999)
        assert _member(archive, "y") == b"y"


def test_fetches_the_member_alone() -> None:
    """The range of a member ends where the next one begins."""
    records = [_record(noise(50_000, n), b"%d" % n) for n in range(9)]
    source = Bytes(_archive(*records))
    archive = ZipArchiveReader().open(source)
    source.ranges.clear()
    assert _member(archive, "4") == noise(50_000, 4)
    ((_, length),) = source.ranges
    assert 50_000 <= length < 50_200


def test_memory_is_bounded() -> None:
    """A member that inflates to a thousand times its size comes in small blocks."""
    content = bytes(64 << 20)
    blocks = _open(_archive(_record(content))).read("a")
    sizes = [len(block) for block in blocks]
    assert (sum(sizes), max(sizes)) == (len(content), 1 << 20)


def test_nothing_in_it() -> None:
    """An archive without members has none, and an empty member no content."""
    assert list(_open(end_records(0, 0, 0)).members()) == []
    assert _member(_open(_archive(_record(b""))), "a") == b""


def test_names(tmp_path: Path) -> None:
    """A member is found by its name and by the name that was printed; others are not there."""
    names = [b"a\x1b[2J\n", b"\xff", "é".encode()]
    archive = _open(_archive(*[_record(b"%d" % n, name) for n, name in enumerate(names)]))
    for given, content in (
        ("a\x1b[2J\n", b"0"),
        ("a\\x1b[2J\\n", b"0"),
        ("\udcff", b"1"),
        ("\\xff", b"1"),
        ("é", b"2"),
    ):
        assert _member(archive, given) == content
    with pytest.raises(ArtifactNotFoundError, match=r"has no member a\\x1b") as caught:
        archive.read("a\x1b")
    assert str(caught.value).isprintable()


# --- what is refused


def test_no_zip() -> None:
    """Whatever has no end of a ZIP, at its end."""
    whole = _archive(_record(b"content"))
    for data in (b"", b"PK", b"x" * 99, noise(200_000), whole[:-1], whole + b"x", whole[30:]):
        _refused(data)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("offset", 1 << 20, "outside"),
        ("offset", HUGE, "outside"),
        ("offset", (1 << 64) - 1, "impossible"),
        ("stored", (1 << 63) - 1, "impossible"),
        ("stored", 500, "outside"),
        ("offset", 0, "overlap"),
    ],
)
def test_lies_about_places(field: str, value: int, why: str) -> None:
    """Members outside of the archive, or inside of each other, make it unreadable."""

    def lie(record: MemberRecord) -> MemberRecord:
        return _with(record, field, value) if record.name == b"b" else record

    assert why in _refused(_archive(_record(noise(99)), _record(noise(88), b"b"), lie=lie))


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("size", 5001, "smaller than it says"),
        ("size", 4999, "larger than it says"),
        ("size", 1 << 40, "contradict"),
        ("crc", 7, "checksum"),
        ("stored", 200, "cut off"),
        ("method", 0, "contradict"),
        ("method", 12, "method 12"),
    ],
)
def test_lies_about_a_member(field: str, value: int, why: str) -> None:
    """A member that is not what the directory says is refused, at its end at the latest."""
    data = _archive(_record(text(5000)), lie=lambda record: _with(record, field, value))
    list(_open(data).members())
    assert why in _refused(data, "a")


def test_another_name() -> None:
    """The directory and the member itself must agree on the name."""
    data = _archive(_record(text(5000)), lie=lambda record: replace(record, name=b"b"))
    assert "another name" in _refused(data, "b")


def test_more_than_its_content() -> None:
    """Bytes behind the end of the deflated content."""
    record, packed = _record(b"content")
    data = _archive((replace(record, stored=len(packed) + 3), packed + b"xyz"))
    assert "longer" in _refused(data, "a")


def test_not_where_it_says() -> None:
    """An offset that points into another member's content."""
    inner, packed = _record(noise(300), deflate=False)
    data = _archive((inner, packed), lie=lambda r: replace(r, offset=20, stored=200, size=200))
    assert "not where the directory says" in _refused(data, "a")


def test_directory_and_encrypted() -> None:
    """What has no content that could be printed."""
    assert "it is a directory" in _refused(_archive(_record(b"", b"d/", deflate=False)), "d/")
    data = bytearray(_archive(_record(b"content")))
    at = data.index(b"PK\1\2") + 8
    data[at] |= 1
    assert "encrypted" in _refused(bytes(data), "a")


def test_two_of_one_name() -> None:
    """Nobody can tell which of them is meant."""
    data = _archive(_record(b"1"), _record(b"2"))
    assert [member.name for member in _open(data).members()] == ["a", "a"]
    assert "2 members are named a" in _refused(data, "a")


@pytest.mark.parametrize(
    ("entries", "more", "why"),
    [(2, 0, "as many entries"), (0, 0, "as many entries"), (1, 1, "where it says"),
     (1, -1, "where it says"), (1, 1 << 40, "where they say")],
)  # fmt: skip
def test_lies_of_the_end(entries: int, more: int, why: str) -> None:
    """Numbers at the end that do not fit the directory."""
    record, packed = _record(b"content")
    body, directory = local_header(record) + packed, central_header(record)
    end = end_records(entries, len(body), max(0, len(directory) + more))
    assert why in _refused(body + directory + end)


def test_huge_directory() -> None:
    """A directory that nobody could look through is not even fetched."""
    size = 200 << 20
    end = end_records(3_000_000, 0, size)
    source = Bytes(end, hole=size, after=len(end))
    with pytest.raises(UnsafeArchiveError, match="too many to look through"):
        ZipArchiveReader().open(source)
    assert sum(length for _, length in source.ranges) < 1 << 17


def test_one_of_several_parts() -> None:
    """Archives in several parts are not read."""
    data = bytearray(_archive(_record(b"content")))
    data[-18:-14] = struct.pack("<2H", 1, 1)
    assert "several parts" in _refused(bytes(data))


def test_anything_may_be_damaged() -> None:
    """Whatever bytes change, the result is the content or an error of ours."""
    content = text(700)
    whole = _archive(_record(content), _record(b"2", b"b"))
    chosen = random.Random(4)  # noqa: S311 - test data
    for _ in range(3000):
        data = bytearray(whole)
        for _ in range(chosen.randrange(1, 4)):
            data[chosen.randrange(len(data))] = chosen.choice([0, 0xFF, chosen.randrange(256)])
        with suppress(RunFerryError):
            archive = _open(bytes(data))
            list(archive.members())
            assert _member(archive, "a") == content


class Garbling(Bytes):
    """Changes a byte of a member the first times that it is read."""

    def __init__(self, data: bytes, *, at: int, times: int) -> None:
        super().__init__(data)
        self._right, self._place, self._times = data, at, times

    def read(self, start: int, length: int) -> Iterator[bytes]:
        data = bytearray(self._right)
        if start == 0 and length < len(data) and self._times:
            self._times -= 1
            data[self._place] ^= 1
        self._data = bytes(data)
        return super().read(start, length)


@pytest.mark.parametrize("deflate", [True, False])
@pytest.mark.parametrize("at", [1000, 150_000, 299_990])
def test_garbled_once(at: int, *, deflate: bool) -> None:
    """A byte that changed on its way is read once more, and what was given already is compared."""
    content = noise(300_000)
    data = _archive(_record(content, deflate=deflate), _record(noise(200_000), b"b"))
    archive = ZipArchiveReader().open(Garbling(data, at=at, times=1))
    if at < 299_000:  # it was given before anybody could know
        with pytest.raises(UnsafeArchiveError, match="arrived damaged"):
            _member(archive, "a")
    else:
        assert _member(archive, "a") == content


def test_small_member_garbled_once() -> None:
    """What comes in one block is not given before it is known to be right."""
    data = _archive(_record(b"content", deflate=False), _record(noise(200_000), b"b"))
    archive = ZipArchiveReader().open(Garbling(data, at=42, times=1))
    assert _member(archive, "a") == b"content"
    archive = ZipArchiveReader().open(Garbling(data, at=42, times=2))
    with pytest.raises(UnsafeArchiveError, match="checksum is wrong"):
        _member(archive, "a")


@pytest.fixture(autouse=True)
def quiet_zipfile() -> Iterator[None]:
    """It warns of duplicates and writes them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
