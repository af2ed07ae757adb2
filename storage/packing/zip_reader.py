"""Looks into ZIPs that are somewhere else: the directory from the end, members by range."""

import zlib
from collections.abc import Iterator

from core.errors import ArtifactNotFoundError, UnsafeArchiveError
from core.ports.packaging import ArchiveBytes, ArchiveMember, ArchiveReader, OpenArchive
from core.printable import brief, printable
from storage.packing.zip_directory import ZipDirectory, ZipEntry, look_into, refused
from storage.packing.zip_member import content, extent, member_problem


class ZipArchiveReader(ArchiveReader):
    """Reads ZIPs of any origin, up to a directory of 128 MiB."""

    def open(self, archive: ArchiveBytes) -> "OpenZip":
        return OpenZip(archive, look_into(archive))


class OpenZip(OpenArchive):
    """A member is asked for when it is read, if it does not lie in what came with the directory."""

    def __init__(self, archive: ArchiveBytes, directory: ZipDirectory) -> None:
        self._archive = archive
        self._directory = directory

    def members(self) -> Iterator[ArchiveMember]:
        for entry in self._directory:
            numbers = entry.size, entry.stored, entry.mtime, entry.crc
            yield ArchiveMember(entry.name, *numbers, entry.is_link)

    def read(self, name: str) -> Iterator[bytes]:
        entry = self._find(name)
        problem = "it is a directory" if entry.is_directory else member_problem(entry)
        if problem:
            raise self._refused(entry, problem)
        return self._content(entry)

    def _content(self, entry: ZipEntry) -> Iterator[bytes]:
        """A byte may have changed on the way: what is wrong is read once more.

        What the reader has by then has to be the beginning of what comes the second time.
        """
        given, crc = 0, 0
        try:
            for block in content(self._archive.stream(*self._extent(entry)), entry):
                given, crc = given + len(block), zlib.crc32(block, crc)
                yield block
        except ValueError:
            yield from self._again(entry, given, crc)

    def _again(self, entry: ZipEntry, given: int, crc: int) -> Iterator[bytes]:
        try:
            again = self._archive.read_again(*self._extent(entry))
            yield from _after(content(again, entry), given, crc)
        except ValueError as error:
            raise self._refused(
                entry, str(error), "What was read of it is not to be trusted."
            ) from None

    def _extent(self, entry: ZipEntry) -> tuple[int, int]:
        return entry.offset, extent(entry, self._directory.limit(entry))

    def _find(self, name: str) -> ZipEntry:
        named = [entry for entry in self._directory if entry.name == name]
        named = named or [entry for entry in self._directory if printable(entry.name) == name]
        if not named:
            raise ArtifactNotFoundError(
                f"{printable(self._archive.name)} has no member {brief(name)}.",
                todo="`runferry members` without a name lists all.",
            )
        if len(named) > 1:
            raise refused(self._archive, f"{len(named)} members are named {brief(name)}")
        return named[0]

    def _refused(self, entry: ZipEntry, problem: str, todo: str = "") -> UnsafeArchiveError:
        name, archive = brief(entry.name), printable(self._archive.name)
        return UnsafeArchiveError(f"{name} in {archive} cannot be read: {problem}.", todo=todo)


def _after(blocks: Iterator[bytes], count: int, crc: int) -> Iterator[bytes]:
    """What follows the first `count` bytes. Raises ValueError if they have another CRC32."""
    seen = 0
    for block in blocks:
        old, new = block[:count], block[count:]
        count, seen = count - len(old), zlib.crc32(old, seen)
        if not count and seen != crc:
            raise ValueError("it arrived damaged")
        if new:
            yield new
