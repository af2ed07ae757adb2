"""A member that several threads read and deflate in pieces."""

import hashlib
import threading
from dataclasses import dataclass

from storage.packing.archive_builder import ArchiveBuilder
from storage.packing.deflate import Codec, deflate_bound
from storage.packing.linkless_folders import LinklessFolders
from storage.packing.pack_plan import PIECE, Member
from storage.packing.source_file import SourceFile
from storage.packing.zip_format import DEFLATED, descriptor, local_header, needs_zip64


class OrderedDigest:
    """CRC-32 and SHA-256 of a content whose pieces arrive on several threads.

    Each thread waits for its turn, which comes as long as pieces are begun in order. While one
    thread hashes, the others read and deflate.
    """

    def __init__(self, codec: Codec) -> None:
        self.crc = 0
        self._crc32 = codec.crc32
        self._sha256 = hashlib.sha256()
        self._turn = threading.Condition()
        self._next = 0
        self._abandoned = False

    def update(self, index: int, data: memoryview) -> None:
        """Takes in piece number `index`. Raises RuntimeError when an earlier one never comes."""
        with self._turn:
            self._turn.wait_for(lambda: self._abandoned or self._next == index)
            if self._abandoned:
                raise RuntimeError("an earlier piece was not read")
        self._sha256.update(data)
        self.crc = self._crc32(data, self.crc)
        with self._turn:
            self._next += 1
            self._turn.notify_all()

    def abandon(self) -> None:
        """Sends home who waits, now and later."""
        with self._turn:
            self._abandoned = True
            self._turn.notify_all()

    def sha256(self) -> bytes:
        """Of the pieces so far."""
        return self._sha256.digest()


class LargeMember:
    """Its file is opened, checked and closed by the thread that hands out the blocks."""

    def __init__(self, member: Member, codec: Codec) -> None:
        self.size = member.size
        self.digest = OrderedDigest(codec)
        self.record = member.record()
        self.record.method = DEFLATED
        self.record.streamed = True
        self.record.wide = needs_zip64(pieces_bound(self.size))
        with LinklessFolders() as folders:
            self.source = SourceFile(folders, member)

    @property
    def pieces(self) -> int:
        """How many pieces it has."""
        return -(-self.size // PIECE)

    def finish(self) -> None:
        """Completes the record after the last piece, if the file is still what it was."""
        self.source.finish()
        self.record.crc = self.digest.crc
        self.record.size = self.size


@dataclass(frozen=True, slots=True)
class PackedPiece:
    """One deflated piece of a large member."""

    large: LargeMember
    index: int
    data: bytes

    @property
    def source_bytes(self) -> int:
        """Of this piece."""
        return min(PIECE, self.large.size - self.index * PIECE)

    def add_to(self, archive: ArchiveBuilder) -> bytes:
        """The next block of the archive, with header and descriptor where they belong."""
        record = self.large.record
        record.stored += len(self.data)
        block = self.data
        if self.index == 0:
            record.offset = archive.position
            block = local_header(record) + block
        if self.index + 1 == self.large.pieces:
            self.large.finish()
            archive.add_member(record, self.large.digest.sha256())
            block += descriptor(record)
        return archive.add_block(block)


def pieces_bound(size: int) -> int:
    """No content of `size` bytes takes more than this in an archive."""
    whole, rest = divmod(size, PIECE)
    return whole * deflate_bound(PIECE) + deflate_bound(rest)
