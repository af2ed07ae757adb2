"""What an archive under way remembers of what it has written."""

import hashlib
from collections.abc import Iterator

from core.ports.packaging import PackSummary
from storage.packing.content_listing import ContentListing
from storage.packing.zip_format import MemberRecord, central_header, end_records

_BLOCK = 1 << 20


class ArchiveBuilder:
    """Position, central directory and digests; used by the one thread that hands out the blocks.

    Memory grows by about a hundred bytes for each member, for the central directory.
    """

    def __init__(self) -> None:
        self.position = 0
        self._members = 0
        self._files = 0
        self._raw_bytes = 0
        self._directory = bytearray()
        self._sha256 = hashlib.sha256()
        self._listing = ContentListing()

    def add_member(self, record: MemberRecord, sha256: bytes) -> None:
        """A member that is complete: all of `record` is known."""
        name = record.true_name or record.name
        self._listing.add(name, record.size, sha256, link=record.link)
        self._directory += central_header(record)
        self._members += 1
        if record.is_file:
            self._files += 1
            self._raw_bytes += record.size

    def add_block(self, block: bytes) -> bytes:
        """Counts and hashes the next bytes of the archive; returns them."""
        self._sha256.update(block)
        self.position += len(block)
        return block

    def finish(self) -> Iterator[bytes]:
        """The blocks after the last member."""
        offset, size = self.position, len(self._directory)
        directory = self._directory + end_records(self._members, offset, size)
        for start in range(0, len(directory), _BLOCK):
            yield self.add_block(bytes(directory[start : start + _BLOCK]))

    def summary(self) -> PackSummary:
        """Of all that was added."""
        return PackSummary(
            content_id=self._listing.content_id(),
            files=self._files,
            raw_bytes=self._raw_bytes,
            sha256=self._sha256.hexdigest(),
            stored_bytes=self.position,
        )
