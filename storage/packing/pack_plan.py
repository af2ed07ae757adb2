"""What goes into an archive, in which order, and in which portions."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, NoReturn

from core.errors import ResultsPackagingError
from core.ports.packaging import PackSource
from core.ports.tree import EntryType, TreeEntry
from core.printable import brief
from storage.packing.member_names import MemberNames

PIECE = 512 << 10
"""Larger files are deflated in pieces of this many bytes, each on whichever thread is free.

Part of the archive's bytes: another value makes another archive.
"""

_BATCH = 128
_NS = 1_000_000_000

_UNPACKABLE = {
    EntryType.SYMLINK: "a symbolic link",
    EntryType.SPECIAL: "neither a file nor a directory",
}

_INSTEAD = {
    EntryType.SYMLINK: "Replace it by what it points to, or remove it",
    EntryType.SPECIAL: "Remove it",
}


class Member(NamedTuple):
    """One member to be: a file, or a directory in which there is nothing."""

    name: bytes
    """In the archive; UTF-8; a directory's ends in "/"."""
    directory: str
    """The directory of the source that the entry belongs to."""
    entry: TreeEntry

    @property
    def is_file(self) -> bool:
        """Whether there is something to read."""
        return self.entry.type is EntryType.FILE

    @property
    def size(self) -> int:
        """Bytes of content; a directory has none, whatever it occupies on disk."""
        return self.entry.size if self.is_file else 0

    @property
    def mtime(self) -> int:
        """In whole seconds, rounded down."""
        return self.entry.mtime_ns // _NS

    @property
    def shown(self) -> str:
        """The name for messages."""
        return brief(self.name.decode())


def plan_members(sources: Sequence[PackSource]) -> list[Member]:
    """All members, sorted by the bytes of their names.

    Raises ResultsPackagingError for an entry that cannot be packed, naming it.
    """
    names = MemberNames()
    members = [member for source in sources for member in _members(source, names)]
    members = [member for member in members if member.is_file or _is_empty(member, names)]
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


def _members(source: PackSource, names: MemberNames) -> Iterator[Member]:
    """An empty `arcname` puts the entries at the root."""
    above = f"{source.arcname}/" if source.arcname else ""
    if above:
        yield _directory(source, names)
    for entry in source.entries:
        name = f"{above}{entry.path}"
        if entry.type in _UNPACKABLE:
            _refuse(name, f"it is {_UNPACKABLE[entry.type]}", _INSTEAD[entry.type])
        is_directory = entry.type is EntryType.DIRECTORY
        problem = names.add(name, directory=is_directory)
        if problem:
            _refuse(name, problem)
        yield Member((f"{name}/" if is_directory else name).encode(), source.directory, entry)


def _directory(source: PackSource, names: MemberNames) -> Member:
    """The source's own directory, which is a member when nothing is inside."""
    problem = names.add(source.arcname, directory=True)
    if problem:
        _refuse(source.arcname, problem)
    entry = TreeEntry("", EntryType.DIRECTORY, 0, 0, 0o755)
    return Member(f"{source.arcname}/".encode(), source.directory, entry)


def _is_empty(member: Member, names: MemberNames) -> bool:
    return names.is_empty(member.name[:-1].decode())


def _refuse(name: str, problem: str, todo: str = "Remove or rename it") -> NoReturn:
    raise ResultsPackagingError(
        f"{brief(name)} cannot be packed: {problem}.",
        kept="Nothing was stored.",
        todo=f"{todo}, then try again.",
    )
