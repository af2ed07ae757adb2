"""Files that are stored as they are: looked into, and streamed as if they had been packed."""

import hashlib
import os
import stat
from collections.abc import Callable, Generator, Iterator

from core.errors import InvalidArtifactError
from core.ports.packaging import ArchiveBytes, PackStream, PackSummary
from core.ports.source_files import SourceFiles
from core.ports.tree import EntryType, TreeEntry
from core.printable import harmless, printable
from storage.packing.linkless_folders import LinklessFolders
from storage.packing.pack_plan import PIECE, Member
from storage.packing.source_file import SourceFile


class PlainFiles(SourceFiles):
    """Keeps no state."""

    def bytes_of(self, path: str) -> "PlainBytes":
        return PlainBytes(path)

    def stream(self, path: str, on_read: Callable[[int], None]) -> "PlainStream":
        return PlainStream(_member(path), on_read)


class PlainBytes(ArchiveBytes):
    """A regular file; each read opens it anew."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._member = _member(path)

    @property
    def name(self) -> str:
        return self._path

    @property
    def size(self) -> int:
        return self._member.size

    def read(self, start: int, length: int) -> Iterator[bytes]:
        end = min(start + length, self.size)
        with LinklessFolders() as folders, SourceFile(folders, self._member) as source:
            for offset in range(start, end, PIECE):
                block = bytearray(min(PIECE, end - offset))
                source.read_into(memoryview(block), offset)
                yield bytes(block)


class PlainStream(PackStream):
    """Its bytes, with their digest; a file that changes meanwhile never ends well."""

    def __init__(self, member: Member, on_read: Callable[[int], None]) -> None:
        self._member = member
        self._on_read = on_read
        self._digest = hashlib.sha256()
        self._done = 0
        self._blocks = self._read()

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def source_bytes(self) -> int:
        return self._done

    def summary(self) -> PackSummary:
        digest, size = self._digest.hexdigest(), self._member.size
        return PackSummary(digest, 1, size, digest, size)

    def close(self) -> None:
        self._blocks.close()

    def _read(self) -> Generator[bytes]:
        buffer = memoryview(bytearray(PIECE))
        with LinklessFolders() as folders, SourceFile(folders, self._member) as source:
            for view in source.pieces(buffer):
                self._digest.update(view)
                self._done += len(view)
                self._on_read(len(view))
                yield bytes(view)
            source.finish()


def _member(path: str) -> Member:
    """As it is now; raises InvalidArtifactError when it is no file that can be read."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError as error:
        raise _unusable(path, str(error.strerror)) from None
    if not stat.S_ISREG(found.st_mode):
        raise _unusable(path, "it is not a file")
    if not os.access(path, os.R_OK):
        raise _unusable(path, "Permission denied")
    directory, _, name = path.rpartition("/")
    entry = TreeEntry(name, EntryType.FILE, found.st_size, found.st_mtime_ns, found.st_mode)
    return Member(harmless(name).encode(), directory or "/", entry)


def _unusable(path: str, why: str) -> InvalidArtifactError:
    return InvalidArtifactError(f"{printable(path)} cannot be read: {why}.")
