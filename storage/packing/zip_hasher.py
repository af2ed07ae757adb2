"""What a stored ZIP of any origin holds: hashed in one pass, members and archive together."""

import hashlib
from collections.abc import Generator, Iterator, Sequence

from core.errors import UnsafeArchiveError
from core.ports.packaging import ArchiveBytes, ArchiveHasher, PackSummary
from core.printable import brief
from storage.packing.content_listing import EMPTY_SHA256, ContentListing
from storage.packing.zip_directory import ZipDirectory, ZipEntry, look_into, refused
from storage.packing.zip_member import content, member_problem

_Member = tuple[bytes, int, bytes, bool]
"""As `ContentListing.add` takes it: whether it is a link comes last."""


class ZipArchiveHasher(ArchiveHasher):
    """Reads the directory first, then all of the archive as one stream."""

    def summary(self, archive: ArchiveBytes) -> PackSummary:
        directory = look_into(archive)
        files = sorted(_files(archive, directory), key=lambda entry: entry.offset)
        stream = _Stream(archive.read(0, archive.size))
        members = [_hashed(archive, stream, entry, directory) for entry in files]
        stream.skip_to(archive.size)
        listing = ContentListing()
        try:
            for member in sorted([*members, *_empty_directories(directory)]):
                name, size, sha256, link = member
                listing.add(name, size, sha256, link=link)
        except ValueError:
            raise refused(archive, "two of its members have one name") from None
        return PackSummary(
            content_id=listing.content_id(),
            files=sum(not link for *_, link in members),
            raw_bytes=sum(size for _, size, _, link in members if not link),
            sha256=stream.digest.hexdigest(),
            stored_bytes=stream.position,
        )


class _Stream:
    """The bytes of the archive in order, hashed as they pass."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.digest = hashlib.sha256()
        self.position = 0
        self._blocks = blocks
        self._rest = memoryview(b"")

    def up_to(self, end: int) -> Generator[bytes]:
        """Those before `end` that have not passed yet; fewer when there are no more."""
        while self.position < end:
            if not self._rest:
                self._rest = memoryview(next(self._blocks, b""))
            block = self._rest[: end - self.position]
            if not block:
                return
            self._rest = self._rest[len(block) :]
            self.position += len(block)
            self.digest.update(block)
            yield bytes(block)

    def skip_to(self, end: int) -> None:
        for _ in self.up_to(end):
            pass


def _files(archive: ArchiveBytes, directory: ZipDirectory) -> Iterator[ZipEntry]:
    for entry in directory:
        if entry.is_directory:
            continue
        if problem := member_problem(entry):
            raise _unreadable(archive, entry, problem)
        yield entry


def _hashed(
    archive: ArchiveBytes, stream: _Stream, entry: ZipEntry, directory: ZipDirectory
) -> _Member:
    """Goes past the member and whatever lies between it and the next one."""
    stream.skip_to(entry.offset)
    end = directory.limit(entry)
    digest = hashlib.sha256()
    try:
        for block in content(stream.up_to(end), entry):
            digest.update(block)
    except ValueError as error:
        raise _unreadable(archive, entry, str(error)) from None
    stream.skip_to(end)
    return _name(entry), entry.size, digest.digest(), entry.is_link


def _empty_directories(directory: ZipDirectory) -> Sequence[_Member]:
    """Other tools also name those that are not empty: those are no members of ours."""
    names = sorted(_name(entry) for entry in directory)
    pairs = zip(names, [*names[1:], b""], strict=False)
    empty = [n for n, following in pairs if n.endswith(b"/") and not following.startswith(n)]
    return [(name, 0, EMPTY_SHA256, False) for name in empty]


def _name(entry: ZipEntry) -> bytes:
    return entry.name.encode("utf-8", "surrogateescape")


def _unreadable(archive: ArchiveBytes, entry: ZipEntry, problem: str) -> UnsafeArchiveError:
    return refused(archive, f"{brief(entry.name)} cannot be read: {problem}")
