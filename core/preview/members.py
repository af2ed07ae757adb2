"""The members of an archive as a tree of folders, however many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.ports.packaging import ArchiveMember


@dataclass(frozen=True, slots=True)
class Node:
    """A member, or a folder with the sums of what is below it.

    The `path` of a folder ends in "/"; that of a member is its name in the archive. `name` is
    the last part of it, printable. Sizes in bytes; `files` is 1 for a member.
    """

    path: str
    name: str
    is_folder: bool
    size: int
    files: int
    stored_bytes: int


class MemberTree:
    """Built once; safe to be read by several threads."""

    def __init__(self, members: Iterable[ArchiveMember]) -> None:
        raise NotImplementedError

    @property
    def root(self) -> Node:
        """All of it: path "", no name."""
        raise NotImplementedError

    @property
    def folders(self) -> int:
        """How many there are, the root not counted."""
        raise NotImplementedError

    def children(self, path: str = "") -> Sequence[Node]:
        """What is directly in a folder: folders first, in natural order. Nothing in a member."""
        raise NotImplementedError

    def below(self, path: str = "") -> Sequence[Node]:
        """The members in a folder and in those below it, in the order of the archive."""
        raise NotImplementedError

    def matching(self, needle: str) -> Sequence[Node]:
        """The members with `needle` in their printable path, whatever its case, in that order."""
        raise NotImplementedError

    def member(self, path: str) -> ArchiveMember | None:
        """By the path of its node."""
        raise NotImplementedError
