"""The records of a ZIP file as bytes: APPNOTE.TXT 6.3 with ZIP64, UTF-8 names and UTC mtimes."""

import stat
import struct
import time
import zlib
from dataclasses import dataclass
from functools import lru_cache

STORED = 0
DEFLATED = 8

_TRUE_NAME = struct.Struct("<2HL")
_TRUE_NAME_ID = int.from_bytes(b"RF", "little")

# What the records of one member can add to its content and twice its name, and the end of an archive.
MEMBER_OVERHEAD = (30 + 36 + 20) + 24 + (46 + 36 + 28)
END_OVERHEAD = 56 + 20 + 22

_U16 = 0xFFFF
_U32 = 0xFFFFFFFF
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_DESCRIPTOR = struct.Struct("<4s3L")
_DESCRIPTOR_64 = struct.Struct("<4sL2Q")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_MTIME = struct.Struct("<2HBl")
_FIELD = struct.Struct("<2H")

_NTFS_TIMES = struct.Struct("<2HL2H3Q")

_MTIME_ID = 0x5455
_NTFS_ID = 10
_NTFS_TIMES_TAG = 1
_ZIP64_ID = 1
_VERSION = 20
_VERSION_64 = 45
_MADE_BY_UNIX = 3 << 8
_FLAG_STREAMED = 1 << 3
_FLAG_UTF8 = 1 << 11
_DOS_DIRECTORY = 0x10
_DOS_FIRST = 315_532_800  # 1980-01-01 00:00:00 UTC
_DOS_LAST = 4_354_819_198  # 2107-12-31 23:59:58 UTC
_NTFS_FIRST = -11_644_473_600  # 1601-01-01 00:00:00 UTC
_NTFS_TICKS = 10_000_000  # in a second
_LAST = 253_402_214_399  # 9999-12-30 23:59:59 UTC: whatever the zone, in a year that Python knows


@dataclass(slots=True)
class MemberRecord:
    """What an archive says about one member; a directory's name ends in "/".

    `mtime` in seconds since 1970 UTC, `mode` permission bits, sizes and `offset` in bytes. `true_name`
    is that of the tree, where an archive cannot have it. A `link` has its text as content. With
    `streamed`, crc and sizes follow the content in a descriptor; they are 64 bits wide there when
    `wide` was set before the content was known.
    """

    name: bytes
    mtime: int
    mode: int
    method: int = STORED
    streamed: bool = False
    wide: bool = False
    crc: int = 0
    size: int = 0
    stored: int = 0
    offset: int = 0
    link: bool = False
    true_name: bytes = b""

    @property
    def is_file(self) -> bool:
        """Neither a directory nor a link."""
        return not self.link and not self.name.endswith(b"/")

    @property
    def flags(self) -> int:
        """General purpose bits. Names are always UTF-8, so the bytes depend on no locale."""
        return _FLAG_UTF8 | (_FLAG_STREAMED if self.streamed else 0)

    @property
    def attributes(self) -> int:
        """Unix type and permissions (no setuid) in the upper half, DOS attributes in the lower."""
        permissions = self.mode & 0o777
        if self.name.endswith(b"/"):
            return (stat.S_IFDIR | permissions) << 16 | _DOS_DIRECTORY
        return ((stat.S_IFLNK if self.link else stat.S_IFREG) | permissions) << 16


def needs_zip64(value: int) -> bool:
    """Whether a size or an offset does not fit a 32-bit field; all ones there means "see ZIP64"."""
    return value >= _U32


@lru_cache(maxsize=64)
def dos_datetime(seconds: int) -> tuple[int, int]:
    """DOS date and time of a UTC moment, clamped to what they can say: 1980 to 2107."""
    moment = time.gmtime(min(max(seconds, _DOS_FIRST), _DOS_LAST))
    date = (moment.tm_year - 1980) << 9 | moment.tm_mon << 5 | moment.tm_mday
    return date, moment.tm_hour << 11 | moment.tm_min << 5 | moment.tm_sec >> 1


def local_header(record: MemberRecord) -> bytes:
    """What stands before the content."""
    date, clock = dos_datetime(record.mtime)
    crc, size, stored = record.crc, record.size, record.stored
    if record.streamed:
        crc = size = stored = 0
    wide = record.wide or needs_zip64(max(size, stored))
    extra = _mtime_extra(record.mtime)
    if wide:
        extra = _zip64_extra(size, stored) + extra
        size = stored = _U32
    fixed = _LOCAL.pack(
        b"PK\3\4",
        _VERSION_64 if wide else _VERSION,
        record.flags,
        record.method,
        clock,
        date,
        crc,
        stored,
        size,
        len(record.name),
        len(extra),
    )
    return fixed + record.name + extra


def descriptor(record: MemberRecord) -> bytes:
    """What stands after the content of a streamed member."""
    layout = _DESCRIPTOR_64 if record.wide else _DESCRIPTOR
    return layout.pack(b"PK\7\10", record.crc, record.stored, record.size)


def central_header(record: MemberRecord) -> bytes:
    """The entry of the central directory."""
    date, clock = dos_datetime(record.mtime)
    numbers = (record.size, record.stored, record.offset)
    beyond = tuple(filter(needs_zip64, numbers))
    size, stored, offset = (min(number, _U32) for number in numbers)
    extra = (_zip64_extra(*beyond) if beyond else b"") + _mtime_extra(record.mtime)
    if record.true_name:
        extra += true_name_extra(record.name, record.true_name)
    version = _VERSION_64 if beyond or record.wide else _VERSION
    fixed = _CENTRAL.pack(
        b"PK\1\2",
        _MADE_BY_UNIX | version,
        version,
        record.flags,
        record.method,
        clock,
        date,
        record.crc,
        stored,
        size,
        len(record.name),
        len(extra),
        0,
        0,
        0,
        record.attributes,
        offset,
    )
    return fixed + record.name + extra


def true_name_extra(name: bytes, true_name: bytes) -> bytes:
    """The name in the tree of a member that an archive can only have as `name`.

    The checksum of `name` tells whether another tool renamed the member.
    """
    size = _TRUE_NAME.size - 4 + len(true_name)
    return _TRUE_NAME.pack(_TRUE_NAME_ID, size, zlib.crc32(name)) + true_name


def true_name_from_extra(extra: bytes, name: bytes) -> bytes:
    """What `true_name_extra` says; nothing without it, or when it is that of another name."""
    field = extra_field(extra, _TRUE_NAME_ID)
    if field[:4] != zlib.crc32(name).to_bytes(4, "little"):
        return b""
    true_name = field[4:]
    return true_name if true_name.endswith(b"/") == name.endswith(b"/") else b""


def extra_field(extra: bytes, wanted: int) -> bytes:
    """The first field of this kind; nothing without one."""
    at = 0
    while at + _FIELD.size <= len(extra):
        kind, length = _FIELD.unpack_from(extra, at)
        at += _FIELD.size + length
        if kind == wanted:
            return extra[at - length : at]
    return b""


def end_records(members: int, directory_offset: int, directory_size: int) -> bytes:
    """What stands after the central directory; with ZIP64 records only where they are needed."""
    end = _END.pack(
        b"PK\5\6",
        0,
        0,
        min(members, _U16),
        min(members, _U16),
        min(directory_size, _U32),
        min(directory_offset, _U32),
        0,
    )
    if members < _U16 and not needs_zip64(max(directory_size, directory_offset)):
        return end
    wide = (members, members, directory_size, directory_offset)
    made_by = _MADE_BY_UNIX | _VERSION_64
    return (
        _END_64.pack(b"PK\6\6", _END_64.size - 12, made_by, _VERSION_64, 0, 0, *wide)
        + _LOCATOR_64.pack(b"PK\6\7", 0, directory_offset + directory_size, 1)
        + end
    )


def _zip64_extra(*numbers: int) -> bytes:
    return struct.pack(f"<2H{len(numbers)}Q", _ZIP64_ID, 8 * len(numbers), *numbers)


def _mtime_extra(mtime: int) -> bytes:
    """UTC in the extended timestamp, or in the field of NTFS for what 32 bits cannot say.

    Nothing for moments that neither can. Without it readers take the DOS time for their own zone's.
    """
    if -(1 << 31) <= mtime < 1 << 31:
        return _MTIME.pack(_MTIME_ID, 5, 1, mtime)
    if not _NTFS_FIRST <= mtime <= _LAST:
        return b""
    ticks = (mtime - _NTFS_FIRST) * _NTFS_TICKS
    return _NTFS_TIMES.pack(_NTFS_ID, 32, 0, _NTFS_TIMES_TAG, 24, ticks, ticks, ticks)


def mtime_from_extra(extra: bytes) -> int | None:
    """The mtime (UTC) that an extended timestamp says, or else the field of NTFS; None without them."""
    ntfs = None
    while len(extra) >= 4:  # noqa: PLR2004 - id and length of a field
        kind, length = struct.unpack_from("<2H", extra)
        field = extra[4 : 4 + length]
        if kind == _MTIME_ID and len(field) >= 5 and field[0] & 1:  # noqa: PLR2004
            return int.from_bytes(field[1:5], "little", signed=True)
        if kind == _NTFS_ID and ntfs is None:
            ntfs = _ntfs_mtime(field)
        extra = extra[4 + length :]
    return ntfs


def _ntfs_mtime(field: bytes) -> int | None:
    """The times are one of several attributes, which come after four bytes that mean nothing."""
    attributes = field[4:]
    while len(attributes) >= 4:  # noqa: PLR2004 - tag and length of an attribute
        tag, length = struct.unpack_from("<2H", attributes)
        if tag == _NTFS_TIMES_TAG and length >= 8 and len(attributes) >= 12:  # noqa: PLR2004
            ticks = int.from_bytes(attributes[4:12], "little")
            mtime = ticks // _NTFS_TICKS + _NTFS_FIRST
            return mtime if ticks and mtime <= _LAST else None
        attributes = attributes[4 + length :]
    return None
