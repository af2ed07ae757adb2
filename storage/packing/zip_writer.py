"""RUN directories as one ZIP, made while it is sent: no temporary file, the same bytes every time.

Worker threads read, hash and deflate members, or pieces of large ones, without holding the GIL; the
thread that iterates puts the results in order. Where one piece ends and the next begins depends on
offsets alone, so neither the number of threads nor their timing shows in the archive.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

from core.ports.packaging import (
    Compression,
    PackSource,
    PackStream,
    PackSummary,
    ResultsPackager,
)
from core.ports.tree import EntryType
from storage.packing.archive_builder import ArchiveBuilder
from storage.packing.codecs import codec_of
from storage.packing.content_listing import ContentListing
from storage.packing.deflate import Codec
from storage.packing.large_member import LargeMember, pieces_bound
from storage.packing.member_hasher import MemberHasher
from storage.packing.member_names import name_bound
from storage.packing.member_packer import MemberPacker, Packed
from storage.packing.ordered_workers import OrderedWorkers
from storage.packing.pack_plan import PIECE, Member, is_large, plan_members, portions
from storage.packing.zip_format import END_OVERHEAD, MEMBER_OVERHEAD

_MAX_THREADS = 4
_FORMAT = "zip1"


class ZipResultsPackager(ResultsPackager):
    """Fast and repeatable ZIPs; one packager serves any number of streams.

    Args:
        threads: Workers of each stream; by default the processors, at most four.
    """

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads or min(_MAX_THREADS, os.cpu_count() or 1)

    def encoder(self, compression: Compression) -> str:
        return f"{_FORMAT}/{codec_of(compression).name}/chunk{PIECE}"

    def check(self, sources: Sequence[PackSource]) -> None:
        plan_members(sources)

    def size_bound(self, sources: Sequence[PackSource]) -> int:
        return END_OVERHEAD + sum(map(_size_bound, sources))

    def pack(
        self,
        sources: Sequence[PackSource],
        on_read: Callable[[int], None],
        compression: Compression = Compression.FAST,
    ) -> "ZipStream":
        codec = codec_of(compression)
        packer = MemberPacker(codec, on_read)
        return ZipStream(plan_members(sources), codec, packer, self._threads)

    def content_id(self, sources: Sequence[PackSource], on_read: Callable[[int], None]) -> str:
        """An exception of `on_read` ends the reading and is raised here."""
        hasher = MemberHasher(on_read)
        listing = ContentListing()
        tasks = (partial(hasher.hash_members, some) for some in portions(plan_members(sources)))
        with closing(OrderedWorkers[list[tuple[Member, bytes]]](self._threads)) as workers:
            for hashed in workers.run(tasks):
                for member, sha256 in hashed:
                    listing.add(member.name, member.size, sha256, link=member.is_link)
        return listing.content_id()


class ZipStream(PackStream):
    """One archive. Threads and files are held from the first block to the last, or `close`.

    Memory: a few pieces for each thread, whatever the size of the sources.
    """

    def __init__(
        self, members: Sequence[Member], codec: Codec, packer: MemberPacker, threads: int
    ) -> None:
        self._members = members
        self._codec = codec
        self._packer = packer
        self._archive = ArchiveBuilder()
        self._workers = OrderedWorkers[Packed](threads)
        self._open: list[LargeMember] = []
        self._begun = False
        self._complete = False
        self._source_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        if self._begun:
            raise RuntimeError("an archive is read once")
        self._begun = True
        return self._blocks()

    def source_bytes(self) -> int:
        return self._source_bytes

    def summary(self) -> PackSummary:
        if not self._complete:
            raise RuntimeError("the archive has not been read to its end")
        return self._archive.summary()

    def close(self) -> None:
        self._begun = True
        for large in self._open:
            large.digest.abandon()
        self._workers.close()
        for large in self._open:
            large.source.close()
        self._open.clear()

    def _blocks(self) -> Iterator[bytes]:
        with closing(self):
            for packed in self._workers.run(self._tasks()):
                block = packed.add_to(self._archive)
                self._source_bytes += packed.source_bytes
                yield block
            yield from self._archive.finish()
        self._complete = True

    def _tasks(self) -> Iterator[Callable[[], Packed]]:
        for portion in portions(self._members):
            if is_large(portion):
                yield from self._pieces(portion[0])
            else:
                yield partial(self._packer.pack_batch, portion)

    def _pieces(self, member: Member) -> Iterator[Callable[[], Packed]]:
        large = LargeMember(member, self._codec)
        self._open = [other for other in self._open if other.source.is_open]
        self._open.append(large)
        for index in range(large.pieces):
            yield partial(self._packer.pack_piece, large, index)


def _size_bound(source: PackSource) -> int:
    """Every entry counted as a member, every file as one that does not shrink."""
    arcname = len(os.fsencode(source.arcname)) + 2
    total = MEMBER_OVERHEAD + 2 * arcname
    for entry in source.entries:
        total += MEMBER_OVERHEAD + name_bound(source.arcname, entry.path)
        total += pieces_bound(entry.size) if entry.type is EntryType.FILE else len(entry.target) * 4
    return total
