"""Single files of a tree in memory, stored as they are; and a reader that believes what it sees."""

import hashlib
from collections.abc import Callable, Iterator

from core.errors import ArtifactNotFoundError, InvalidArtifactError, UnsafeArchiveError
from core.ports.packaging import (
    ArchiveBytes,
    ArchiveMember,
    ArchiveReader,
    OpenArchive,
    PackStream,
    PackSummary,
)
from core.ports.source_files import SourceFiles
from tests.fakes.results import Contents


class MemoryFiles(SourceFiles):
    """The files directly in the directories of `contents`."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self.while_reading: Callable[[], None] = lambda: None
        """Called after a file was streamed: the moment to change it."""

    def bytes_of(self, path: str) -> "MemoryBytes":
        return MemoryBytes(path, self.content(path))

    def stream(self, path: str, on_read: Callable[[int], None]) -> "MemoryStream":
        return MemoryStream(self, path, on_read)

    def content(self, path: str) -> bytes:
        """Raises as the real one does."""
        directory, _, name = path.rpartition("/")
        try:
            return self._contents[directory][name]
        except KeyError:
            raise InvalidArtifactError(f"{path} cannot be read.") from None


class MemoryBytes(ArchiveBytes):
    def __init__(self, path: str, data: bytes) -> None:
        self._path = path
        self._data = data

    @property
    def name(self) -> str:
        return self._path

    @property
    def size(self) -> int:
        return len(self._data)

    def read(self, start: int, length: int) -> Iterator[bytes]:
        yield self._data[start : start + length]


class MemoryStream(PackStream):
    def __init__(self, files: MemoryFiles, path: str, on_read: Callable[[int], None]) -> None:
        self._files = files
        self._path = path
        self._on_read = on_read
        self._data = b""

    def __iter__(self) -> Iterator[bytes]:
        self._data = self._files.content(self._path)
        self._on_read(len(self._data))
        yield self._data
        self._files.while_reading()

    def source_bytes(self) -> int:
        return len(self._data)

    def summary(self) -> PackSummary:
        digest, size = hashlib.sha256(self._data).hexdigest(), len(self._data)
        return PackSummary(digest, 1, size, digest, size)

    def close(self) -> None:
        pass


class TrustingReader(ArchiveReader):
    """Whatever begins as a ZIP does is one."""

    def open(self, archive: ArchiveBytes) -> OpenArchive:
        if b"".join(archive.read(0, 2)) != b"PK":
            raise UnsafeArchiveError(f"{archive.name} is not a ZIP.")
        return EmptyArchive()


class EmptyArchive(OpenArchive):
    def members(self) -> Iterator[ArchiveMember]:
        return iter(())

    def read(self, name: str) -> Iterator[bytes]:
        raise ArtifactNotFoundError(f"There is no {name}.")
