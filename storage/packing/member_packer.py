"""Reading, hashing and deflating members, on several threads at once."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from storage.packing.archive_builder import ArchiveBuilder
from storage.packing.content_listing import EMPTY_SHA256
from storage.packing.deflate import Codec, deflate_piece
from storage.packing.large_member import LargeMember, PackedPiece
from storage.packing.linkless_folders import LinklessFolders
from storage.packing.pack_plan import PIECE, Member
from storage.packing.source_file import SourceFile
from storage.packing.zip_format import DEFLATED, MemberRecord, local_header

_SMALL = 32 << 10
# Small files keep the interpreter as busy as the processors: threads that pack them side by side
# take it from each other at every call, and use more time together than one of them alone.
_interpreter = threading.Lock()


class Scratch(threading.local):
    """A buffer for one piece, another one for each thread."""

    def __init__(self) -> None:
        self.buffer = memoryview(bytearray(PIECE))


@dataclass(frozen=True, slots=True)
class PackedBatch:
    """Small members as they stand in the archive; offsets of the records count from here."""

    data: bytes
    records: Sequence[tuple[MemberRecord, bytes]]

    @property
    def source_bytes(self) -> int:
        """Of all members together."""
        return sum(record.size for record, _ in self.records if record.is_file)

    def add_to(self, archive: ArchiveBuilder) -> bytes:
        """The next block of the archive."""
        for record, sha256 in self.records:
            record.offset += archive.position
            archive.add_member(record, sha256)
        return archive.add_block(self.data)


Packed = PackedBatch | PackedPiece


class MemberPacker:
    """Its results do not depend on the thread that calls it."""

    def __init__(self, codec: Codec, on_read: Callable[[int], None]) -> None:
        self._codec = codec
        self._on_read = on_read
        self._scratch = Scratch()

    def pack_batch(self, members: Sequence[Member]) -> PackedBatch:
        """Directories, links, and files that together are no larger than a piece."""
        contents = self._read(members)
        size = sum(map(len, contents))
        with _interpreter if size < len(members) * _SMALL else nullcontext():
            return self._pack_all(members, contents)

    def pack_piece(self, large: LargeMember, index: int) -> PackedPiece:
        """Piece number `index` of a larger file; pieces must be begun in order.

        A piece that fails leaves its successors waiting until `large.digest` is abandoned.
        """
        offset = index * PIECE
        view = self._scratch.buffer[: min(PIECE, large.size - offset)]
        large.source.read_into(view, offset)
        self._on_read(len(view))
        large.digest.update(index, view)
        last = index + 1 == large.pieces
        return PackedPiece(large, index, deflate_piece(self._codec, view, last=last))

    def _pack_all(self, members: Sequence[Member], contents: Sequence[memoryview]) -> PackedBatch:
        blocks: list[bytes] = []
        records: list[tuple[MemberRecord, bytes]] = []
        position = 0
        for member, content in zip(members, contents, strict=True):
            record, sha256, stored = self._pack(member, content)
            record.offset = position
            header = local_header(record)
            position += len(header) + len(stored)
            blocks += (header, stored)
            records.append((record, sha256))
        return PackedBatch(b"".join(blocks), records)

    def _read(self, members: Sequence[Member]) -> list[memoryview]:
        """The contents, one after the other in the buffer of this thread."""
        contents: list[memoryview] = []
        start = 0
        with LinklessFolders() as folders:
            for member in members:
                end = start + member.size
                content = self._scratch.buffer[start:end]
                if member.is_link:
                    content[:] = member.text
                elif member.is_file:
                    with SourceFile(folders, member) as source:
                        source.read_into(content, 0)
                        source.finish()
                contents.append(content)
                start = end
        self._on_read(sum(member.size for member in members if member.is_file))
        return contents

    def _pack(self, member: Member, content: memoryview) -> tuple[MemberRecord, bytes, bytes]:
        record = member.record()
        if not content:
            return record, EMPTY_SHA256, b""
        record.size = record.stored = len(content)
        record.crc = self._codec.crc32(content)
        sha256 = hashlib.sha256(content).digest()
        if member.is_link:
            return record, sha256, bytes(content)
        deflated = self._codec.deflate(content, last=True)
        if len(deflated) >= len(content):
            return record, sha256, bytes(content)
        record.method = DEFLATED
        record.stored = len(deflated)
        return record, sha256, deflated
