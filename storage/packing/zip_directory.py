"""The central directory of a ZIP, near or far: found, checked, gone through.

Nothing in it is believed: whoever made the archive may have meant harm.
"""

import stat
import struct
import time
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from core.errors import UnsafeArchiveError
from core.ports.packaging import ArchiveBytes
from core.printable import printable
from storage.packing.zip_format import extra_field, mtime_from_extra, true_name_from_extra

LOCAL_BYTES = 30

_MOST_FETCHED = 128 << 20

_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_MAX_COMMENT = 0xFFFF
_TAIL = _MAX_COMMENT + _END.size + _LOCATOR_64.size + _END_64.size
_U32 = 0xFFFFFFFF
_IMPOSSIBLE = 1 << 62
_ZIP64_ID = 1
_FLAG_UTF8 = 1 << 11
_UNIX = {3, 19}
"""Made by Unix, and by macOS."""
_TIMES_ALONE = 9
"""Bytes of what nearly all members of ours have besides: a time."""


class ZipEntry(NamedTuple):
    """One member as the directory has it; sizes and `offset` (of its local header) in bytes.

    `attributes` have the type and the permissions of Unix in their upper half, where there are any.
    """

    raw_name: bytes
    flags: int
    method: int
    crc: int
    size: int
    stored: int
    offset: int
    mtime: int
    attributes: int
    true_name: bytes
    by_unix: bool

    @property
    def name(self) -> str:
        """That of the tree. Bytes that are no UTF-8 become lone surrogates, as in paths.

        Tools for Unix store the bytes that a file system has, also where they do not say so.
        """
        if self.true_name:
            return self.true_name.decode("utf-8", "surrogateescape")
        return self.stored_name

    @property
    def stored_name(self) -> str:
        """That of the archive, which other tools see."""
        if self.flags & _FLAG_UTF8 or self.by_unix:
            return self.raw_name.decode("utf-8", "surrogateescape")
        return self.raw_name.decode("cp437")

    @property
    def is_directory(self) -> bool:
        """Whether it stands for a directory, and not for a file."""
        return self.raw_name.endswith(b"/")

    @property
    def is_link(self) -> bool:
        """Whether its content is the text of a symbolic link."""
        return stat.S_ISLNK(self.attributes >> 16) and not self.is_directory


class ZipDirectory:
    """All entries; kept as bytes, because there may be a million."""

    def __init__(self, data: bytes, entries: int, start: int) -> None:
        """`start` is where the directory begins. Raises ValueError for what must not be."""
        self._data = data
        self._start = start
        self._offsets = array("Q")
        ends = array("Q")
        for record in _records(data):
            self._offsets.append(record.offset)
            ends.append(record.offset + LOCAL_BYTES + record.name_bytes + record.stored)
        if len(ends) != entries:
            raise ValueError("its directory does not have as many entries as it says")
        self._check_extents(ends)

    def __iter__(self) -> Iterator[ZipEntry]:
        return (_entry(self._data, record) for record in _records(self._data))

    def limit(self, entry: ZipEntry) -> int:
        """Where the next member begins, or the directory."""
        following = bisect_right(self._offsets, entry.offset)
        return self._offsets[following] if following < len(self._offsets) else self._start

    def _check_extents(self, ends: "array[int]") -> None:
        """No two members share bytes: that is how a small file claims to hold petabytes."""
        order = sorted(range(len(ends)), key=self._offsets.__getitem__)
        free_from = 0
        for number in order:
            if self._offsets[number] < free_from:
                raise ValueError("members in it overlap")
            free_from = ends[number]
        if free_from > self._start:
            raise ValueError("members in it lie outside of it")
        self._offsets = array("Q", (self._offsets[number] for number in order))


def read_directory(archive: ArchiveBytes, most_bytes: int | None = None) -> ZipDirectory:
    """Raises ValueError, which says what is wrong with it; also when it is larger than that."""
    start = max(0, archive.size - _TAIL)
    tail = b"".join(archive.read(start, _TAIL))
    try:
        end = _find_end(tail, start)
        if most_bytes is not None and end.size > most_bytes:
            raise ValueError(f"its directory has {end.size:,} bytes, too many to look through")
        data = b"".join(archive.read(end.offset, end.size))
        return ZipDirectory(data, end.entries, end.offset)
    except struct.error:
        raise ValueError("it is damaged") from None


def look_into(archive: ArchiveBytes) -> ZipDirectory:
    """The directory of an archive that is somewhere else. Raises UnsafeArchiveError."""
    try:
        return read_directory(archive, _MOST_FETCHED)
    except ValueError as error:
        raise refused(archive, str(error)) from None


def refused(archive: ArchiveBytes, why: str) -> UnsafeArchiveError:
    """The archive cannot be looked into."""
    return UnsafeArchiveError(
        f"{printable(archive.name)} cannot be looked into: {why}.",
        todo="Download it to see what it is.",
    )


class _End(NamedTuple):
    entries: int
    size: int
    offset: int


def _find_end(tail: bytes, start: int) -> _End:
    """From the records at the end of `tail`, which begins at byte `start` of the archive."""
    at = _end_record(tail)
    _, disk, first_disk, here, entries, size, offset, _ = _END.unpack_from(tail, at)
    end = _End(entries, size, offset)
    locator = at - _LOCATOR_64.size
    if locator >= 0 and tail.startswith(b"PK\6\7", locator):
        at, end = _find_end_64(tail, start, locator)
    elif disk or first_disk or here != entries:
        raise ValueError("it is one of several parts")
    if end.offset + end.size != start + at:
        raise ValueError("its directory is not where it says")
    return end


def _end_record(tail: bytes) -> int:
    """Where the end record begins: its comment goes to the very end."""
    at = tail.rfind(b"PK\5\6")
    while at >= 0:
        if at + _END.size <= len(tail):
            comment = int.from_bytes(tail[at + _END.size - 2 : at + _END.size], "little")
            if at + _END.size + comment == len(tail):
                return at
        at = tail.rfind(b"PK\5\6", 0, at)
    raise ValueError("it is not a ZIP, or was cut off")


def _find_end_64(tail: bytes, start: int, locator: int) -> tuple[int, _End]:
    _, disk, offset, disks = _LOCATOR_64.unpack_from(tail, locator)
    at = offset - start
    if at < 0 or at + _END_64.size > locator:
        raise ValueError("its end records are not where they say")
    record = _END_64.unpack_from(tail, at)
    signature, length, _, _, this_disk, first_disk, here, entries, size, directory = record
    if signature != b"PK\6\6" or at + 12 + length != locator:
        raise ValueError("its end records are not where they say")
    if disk or disks > 1 or this_disk or first_disk or here != entries:
        raise ValueError("it is one of several parts")
    return at, _End(entries, size, directory)


class _Record(NamedTuple):
    """An entry as far as its place in the archive tells; the rest is read from `position` on."""

    position: int
    name_bytes: int
    extra_bytes: int
    size: int
    stored: int
    offset: int


def _records(data: bytes) -> Iterator[_Record]:
    """One after the other. Raises ValueError for what cannot be one."""
    position = 0
    while position < len(data):
        fields = _CENTRAL.unpack_from(data, position)
        stored, size, name_bytes, extra_bytes, comment_bytes, disk, _, _, offset = fields[8:]
        extra_at = position + _CENTRAL.size + name_bytes
        following = extra_at + extra_bytes + comment_bytes
        if fields[0] != b"PK\1\2" or following > len(data):
            raise ValueError("its directory is damaged")
        if disk:
            raise ValueError("it is one of several parts")
        if _U32 in {size, stored, offset}:
            extra = data[extra_at : extra_at + extra_bytes]
            size, stored, offset = _wide(extra, size, stored, offset)
        yield _Record(position, name_bytes, extra_bytes, size, stored, offset)
        position = following


def _entry(data: bytes, record: _Record) -> ZipEntry:
    position, name_bytes, extra_bytes, size, stored, offset = record
    fields = _CENTRAL.unpack_from(data, position)
    flags, method, clock, date, crc = fields[3:8]
    extra_at = position + _CENTRAL.size + name_bytes
    name = data[extra_at - name_bytes : extra_at]
    extra = data[extra_at : extra_at + extra_bytes]
    mtime = _mtime(extra, date, clock)
    true_name = true_name_from_extra(extra, name) if len(extra) > _TIMES_ALONE else b""
    by_unix = fields[1] >> 8 in _UNIX
    return ZipEntry(
        name, flags, method, crc, size, stored, offset, mtime, fields[15], true_name, by_unix
    )


def _wide(extra: bytes, *numbers: int) -> Iterator[int]:
    """Each number, from the ZIP64 field where it does not fit into 32 bits."""
    field = extra_field(extra, _ZIP64_ID)
    for number in numbers:
        if number == _U32:
            number, field = int.from_bytes(field[:8], "little"), field[8:]  # noqa: PLW2901
        if number >= _IMPOSSIBLE:
            raise ValueError("sizes in it are impossible")
        yield number


def _mtime(extra: bytes, date: int, clock: int) -> int:
    """Archives without UTC times are taken to be in local time."""
    mtime = mtime_from_extra(extra) if extra else None
    return _local_time(date, clock) if mtime is None else mtime


@lru_cache(maxsize=1024)  # files that were written together
def _local_time(date: int, clock: int) -> int:
    day = ((date >> 9) + 1980, date >> 5 & 15, date & 31)
    moment = (clock >> 11, clock >> 5 & 63, (clock & 31) * 2)
    return int(time.mktime((*day, *moment, 0, 0, -1)))
