"""Reading and hashing members, on several threads at once."""

import hashlib
from collections.abc import Callable, Sequence

from storage.packing.content_listing import EMPTY_SHA256
from storage.packing.linkless_folders import LinklessFolders
from storage.packing.member_packer import Scratch
from storage.packing.pack_plan import Member
from storage.packing.source_file import SourceFile


class MemberHasher:
    """What `MemberPacker` does, for who needs digests only."""

    def __init__(self, on_read: Callable[[int], None]) -> None:
        self._on_read = on_read
        self._scratch = Scratch()

    def hash_members(self, members: Sequence[Member]) -> list[tuple[Member, bytes]]:
        """Each member with the SHA-256 of its content, whatever its size."""
        with LinklessFolders() as folders:
            return [(member, self._sha256(folders, member)) for member in members]

    def _sha256(self, folders: LinklessFolders, member: Member) -> bytes:
        if member.is_link:
            return hashlib.sha256(member.text).digest()
        if not member.is_file:
            return EMPTY_SHA256
        digest = hashlib.sha256()
        with SourceFile(folders, member) as source:
            for view in source.pieces(self._scratch.buffer):
                digest.update(view)
                self._on_read(len(view))
            source.finish()
        return digest.digest()
