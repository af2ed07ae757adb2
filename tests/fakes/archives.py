"""Archives that are what `FakePackager` makes."""

import hashlib
from collections.abc import Iterator

from core.errors import UnsafeArchiveError
from core.ports.packaging import (
    ArchiveBytes,
    ArchiveHasher,
    ArchiveMember,
    ArchiveReader,
    OpenArchive,
    PackSummary,
)


class FakeHasher(ArchiveHasher):
    """Arrives at the ids of the fake packager; an archive that says so is none."""

    def summary(self, archive: ArchiveBytes) -> PackSummary:
        data = _data(archive)
        content_id = hashlib.sha256(b"content" + data).hexdigest()
        return PackSummary(content_id, 2, 12, hashlib.sha256(data).hexdigest(), len(data))


class FakeReader(ArchiveReader):
    """One member, which is all of it."""

    def open(self, archive: ArchiveBytes) -> "FakeArchive":
        return FakeArchive(_data(archive))


class FakeArchive(OpenArchive):
    """Its content as one member."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def members(self) -> Iterator[ArchiveMember]:
        yield ArchiveMember("all", len(self._data), len(self._data), 0, 0)

    def read(self, name: str) -> Iterator[bytes]:
        yield self._data


def _data(archive: ArchiveBytes) -> bytes:
    data = b"".join(archive.read(0, archive.size))
    if data == b"not a ZIP":
        raise UnsafeArchiveError(f"{archive.name} is not a ZIP.")
    return data
