"""What goes into an archive, in which order, and in which portions."""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple, NoReturn

from core.errors import ResultsPackagingError
from core.ports.packaging import PackSource
from core.ports.tree import EntryType, TreeEntry
from core.printable import brief
from storage.packing.member_names import StoredNames
from storage.packing.zip_format import MemberRecord

PIECE = 512 << 10
"""Larger files are deflated in pieces of this many bytes, each on whichever thread is free.

Part of the archive's bytes: another value makes another archive.
"""

_BATCH = 128
_NS = 1_000_000_000


class Member(NamedTuple):
    """One member to be: a file, a link, or a directory in which there is nothing."""

    name: bytes
    """Below the source's arcname as in the tree; a directory's ends in "/"."""
    directory: str
    """The directory of the source that the entry belongs to."""
    entry: TreeEntry
    stored_name: bytes = b""
    """In the archive, UTF-8, if that cannot have the name."""

    @property
    def is_file(self) -> bool:
        """Whether there is something to read."""
        return self.entry.type is EntryType.FILE

    @property
    def is_link(self) -> bool:
        """Whether its content is its text."""
        return self.entry.type is EntryType.SYMLINK

    @property
    def text(self) -> bytes:
        """Of a link."""
        return os.fsencode(self.entry.target)

    @property
    def place(self) -> tuple[str, str]:
        """The file, as `LinklessFolders` opens it: a link that led to it is not gone over again."""
        above, slash, name = self.entry.target.rpartition("/")
        return (above or "/", name) if slash else (self.directory, self.entry.path)

    @property
    def size(self) -> int:
        """Bytes of content; a directory has none, whatever it occupies on disk."""
        if self.is_file:
            return self.entry.size
        return len(self.text) if self.is_link else 0

    @property
    def mtime(self) -> int:
        """In whole seconds, rounded down."""
        return self.entry.mtime_ns // _NS

    @property
    def shown(self) -> str:
        """The name for messages."""
        return brief(os.fsdecode(self.name))

    def record(self) -> MemberRecord:
        """What is known of it before it is read."""
        record = MemberRecord(self.stored_name or self.name, self.mtime, self.entry.mode)
        record.link = self.is_link
        if self.stored_name:
            record.true_name = self.name
        return record


def plan_members(sources: Sequence[PackSource]) -> list[Member]:
    """All members, sorted by the bytes of their names.

    Raises ResultsPackagingError for an entry that cannot be packed, naming it.
    """
    names = StoredNames()
    members = [member for source in sources for member in _members(source, names)]
    members = [member for member in members if not _is_needless(member, names)]
    members.sort(key=lambda member: member.name)
    return members


def portions(members: Sequence[Member]) -> Iterator[Sequence[Member]]:
    """Runs of small files worth one task, and large files alone."""
    start = total = 0
    for index, member in enumerate(members):
        size = member.size
        if index > start and (total + size > PIECE or index - start == _BATCH):
            yield members[start:index]
            start, total = index, 0
        total += size
    if start < len(members):
        yield members[start:]


def is_large(portion: Sequence[Member]) -> bool:
    """Whether a portion is one file that is taken in pieces."""
    return portion[0].size > PIECE


def _members(source: PackSource, names: StoredNames) -> Iterator[Member]:
    """An empty `arcname` puts the entries at the root."""
    above = f"{source.arcname}/" if source.arcname else ""
    if above:
        yield _directory(source, names)
    for entry in source.entries:
        if entry.type is EntryType.SPECIAL:
            _refuse(f"{above}{entry.path}", "it is neither a file nor a directory", "Remove it")
        yield _member(f"{above}{entry.path}", source, entry, names)


def _directory(source: PackSource, names: StoredNames) -> Member:
    """The source's own directory, which is a member when nothing is inside."""
    entry = TreeEntry("", EntryType.DIRECTORY, 0, 0, 0o755)
    return _member(source.arcname, source, entry, names)


def _member(name: str, source: PackSource, entry: TreeEntry, names: StoredNames) -> Member:
    is_directory = entry.type is EntryType.DIRECTORY
    try:
        stored = names.add(name, directory=is_directory)
    except ValueError as error:
        _refuse(name, str(error))
    end = "/" if is_directory else ""
    stored_name = b"" if stored == name else f"{stored}{end}".encode()
    return Member(os.fsencode(name + end), source.directory, entry, stored_name)


def _is_needless(member: Member, names: StoredNames) -> bool:
    """What is in a directory tells of it."""
    if member.entry.type is not EntryType.DIRECTORY:
        return False
    return not names.is_empty((member.stored_name or member.name)[:-1].decode())


def _refuse(name: str, problem: str, todo: str = "Remove or rename it") -> NoReturn:
    raise ResultsPackagingError(
        f"{brief(name)} cannot be packed: {problem}.",
        kept="Nothing was stored.",
        todo=f"{todo}, then try again.",
    )
