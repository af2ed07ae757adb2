"""Records that other ZIP readers must understand, with numbers too large to write out."""

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.packing.zip_format import (
    DEFLATED,
    END_OVERHEAD,
    MEMBER_OVERHEAD,
    MemberRecord,
    central_header,
    descriptor,
    dos_datetime,
    end_records,
    local_header,
    mtime_from_extra,
)

GIB = 1 << 30
SIZES = st.integers(0, 1 << 62)


def _archive(record: MemberRecord, content: bytes) -> zipfile.ZipFile:
    front = local_header(record) + content + (descriptor(record) if record.streamed else b"")
    central = central_header(record)
    data = front + central + end_records(1, len(front), len(central))
    return zipfile.ZipFile(io.BytesIO(data))


def _listed(path: Path, record: MemberRecord, directory_at: int) -> zipfile.ZipInfo:
    """What zipfile reads of a record whose archive is one great hole."""
    central = central_header(record)
    with path.open("wb") as file:
        file.seek(directory_at)
        file.write(central + end_records(1, directory_at, len(central)))
    with zipfile.ZipFile(path) as archive:
        return archive.infolist()[0]


def test_member_is_read_back() -> None:
    """Content, size, permissions and name of a plain member reach zipfile."""
    content = b"day 1\n"
    record = MemberRecord("RUN4/é[x]\n".encode(), 1_600_000_000, 0o100640)
    record.crc, record.size, record.stored = zlib.crc32(content), 6, 6
    with _archive(record, content) as archive:
        info = archive.infolist()[0]
        assert archive.read(info) == content
        assert info.filename == "RUN4/é[x]\n"
        assert info.external_attr >> 16 == 0o100640
        assert info.date_time == (2020, 9, 13, 12, 26, 40)
        assert mtime_from_extra(info.extra) == 1_600_000_000


@pytest.mark.parametrize("wide", [False, True])
def test_streamed_member_is_read_back(wide: bool) -> None:
    """A member whose sizes follow its content is readable, with 32 and with 64 bits."""
    content = b"x" * 1000
    deflated = zlib.compress(content, wbits=-15)
    record = MemberRecord(b"a", 1_600_000_000, 0o644, DEFLATED, streamed=True, wide=wide)
    record.crc, record.size, record.stored = zlib.crc32(content), 1000, len(deflated)
    assert mtime_from_extra(local_header(record)[31:]) == 1_600_000_000
    with _archive(record, deflated) as archive:
        assert archive.read("a") == content
        assert archive.infolist()[0].extract_version == (45 if wide else 20)


def test_setuid_is_not_recorded() -> None:
    """Of the mode only the permissions and the type reach the archive."""
    assert MemberRecord(b"a", 0, 0o106755).attributes >> 16 == 0o100755
    assert MemberRecord(b"a/", 0, 0o041777).attributes >> 16 == 0o040777


@pytest.mark.parametrize("size", [GIB, 4 * GIB - 2, 4 * GIB - 1, 4 * GIB, 1 << 50])
@pytest.mark.parametrize("stored", [5, 4 * GIB - 1, 6 * GIB])
@pytest.mark.parametrize("offset", [0, 4 * GIB - 1, 5 * GIB])
def test_numbers_beyond_4_gib(tmp_path: Path, size: int, stored: int, offset: int) -> None:
    """The standard library reads the true sizes and offset on both sides of every 32-bit limit."""
    record = MemberRecord(b"RUN4/big", 1_600_000_000, 0o644, DEFLATED, streamed=True, wide=True)
    record.size, record.stored, record.offset = size, stored, offset
    info = _listed(tmp_path / "hole.zip", record, directory_at=6 * GIB)
    assert (info.file_size, info.compress_size, info.header_offset) == (size, stored, offset)
    assert mtime_from_extra(info.extra) == 1_600_000_000


@pytest.mark.parametrize(
    ("members", "offset", "size", "wide"),
    [
        (65_534, 4 * GIB - 2, 100, False),
        (65_535, 100, 100, True),
        (1, 4 * GIB - 1, 100, True),
        (1, 100, 4 * GIB - 1, True),
    ],
)
def test_zip64_end_only_where_needed(members: int, offset: int, size: int, wide: bool) -> None:
    """Archives within the old limits carry no ZIP64 records."""
    assert (len(end_records(members, offset, size)) == END_OVERHEAD) is wide


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, (1980, 1, 1, 0, 0, 0)),
        (-(1 << 70), (1980, 1, 1, 0, 0, 0)),
        (1_709_251_199, (2024, 2, 29, 23, 59, 58)),
        (1 << 70, (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_dos_time_is_clamped(seconds: int, expected: tuple[int, ...]) -> None:
    """Moments before 1980 and after 2107 become the nearest one that DOS knows."""
    record = MemberRecord(b"a", seconds, 0o644)
    with _archive(record, b"") as archive:
        assert archive.infolist()[0].date_time == expected


TOO_LATE = 253_402_214_400
YEAR_1601 = -11_644_473_600


@given(st.integers(-(1 << 70), 1 << 70) | st.integers(YEAR_1601 - 2, TOO_LATE + 2))
@example(1 << 31)
@example(-(1 << 31) - 1)
@example(TOO_LATE - 1)
def test_mtime_survives_or_is_left_out(mtime: int) -> None:
    """UTC is said to the second, also beyond 32 bits; nothing is said of what no calendar has."""
    with _archive(MemberRecord(b"a", mtime, 0o644), b"") as archive:
        fits = YEAR_1601 < mtime < TOO_LATE
        assert mtime_from_extra(archive.infolist()[0].extra) == (mtime if fits else None)


@pytest.mark.parametrize(
    "times",
    [b"", b"\1", b"\1\0\x18\0", b"\1\0\x18\0" + bytes(24), b"\1\0\x18\0" + b"\xff" * 24, b"\0" * 9],
)
def test_ntfs_times_that_say_nothing(times: bytes) -> None:
    """Cut off, zero, or in a year that no calendar has: no timestamp."""
    field = bytes(4) + times
    assert mtime_from_extra(b"\x0a\0" + len(field).to_bytes(2, "little") + field) is None


def test_extended_timestamp_counts_before_ntfs() -> None:
    """Archives that have both, as those of Windows tools may."""
    late = 1 << 32
    with _archive(MemberRecord(b"a", late, 0o644), b"") as archive:
        ntfs = archive.infolist()[0].extra
    extended = b"UT\5\0\1" + (1_600_000_000).to_bytes(4, "little")
    assert mtime_from_extra(ntfs) == late
    assert mtime_from_extra(ntfs + extended) == 1_600_000_000


@given(st.binary(max_size=40))
def test_any_extra_field_is_survived(extra: bytes) -> None:
    """Extra fields come from foreign archives: nonsense means no timestamp, not a crash."""
    assert isinstance(mtime_from_extra(extra), int | None)


@given(st.binary(max_size=300), st.integers(), SIZES, SIZES, SIZES, st.booleans(), st.booleans())
def test_overhead_is_a_bound(
    name: bytes, mtime: int, size: int, stored: int, offset: int, streamed: bool, wide: bool
) -> None:
    """No member's records are longer than the overhead that size bounds are made of."""
    record = MemberRecord(name, mtime, 0o644, DEFLATED, streamed, wide, 0, size, stored, offset)
    after = b"" if not streamed else descriptor(record) if wide or max(size, stored) < GIB else b""
    total = len(local_header(record)) + len(after) + len(central_header(record))
    assert total <= MEMBER_OVERHEAD + 2 * len(name)


def test_dos_datetime_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time zone of the machine does not show in the archive."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert dos_datetime(1_600_000_000) == (0x512D, 0x6354)
