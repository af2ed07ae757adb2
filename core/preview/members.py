"""The members of an archive as a tree of folders, however many there are."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import overload

from core.model import natural_order
from core.ports.packaging import ArchiveMember
from core.printable import printable

_DEEPEST = 64
_MOST_FOLDERS = 500_000
"""Beyond both, what is left of a path is one name: nobody packs such trees, but somebody may name them."""
_SORTED_BY = 200
_ROOT = 0
_ABOVE = -1
_NOWHERE = -2


@dataclass(frozen=True, slots=True)
class Node:
    """A member, or a folder with the sums of what is below it.

    The `path` of a folder ends in "/"; that of a member is its name in the archive. `name` is the
    last part of it, printable. Sizes in bytes; `files` is 1 for a member.
    """

    path: str
    name: str
    is_folder: bool
    size: int
    files: int
    stored_bytes: int
    is_link: bool = False


class MemberTree:
    """Built once, then safe to be read by several threads. What a member says is kept in columns."""

    def __init__(self, members: Iterable[ArchiveMember]) -> None:
        self._members = _Columns()
        self._folders = _Folders()
        self._parents = array("l")
        for member in members:
            self._add(member)
        self._sums = [[0] * len(self._folders.names) for _ in range(3)]
        self._sum_up()

    def __len__(self) -> int:
        return len(self._parents)

    @property
    def root(self) -> Node:
        """All of it: path "", no name."""
        return self._folder(_ROOT)

    @property
    def folders(self) -> int:
        """How many there are, the root not counted."""
        return len(self._folders.names) - 1

    def children(self, path: str = "") -> Sequence[Node]:
        """What is directly in a folder: folders first, in natural order. Nothing in a member."""
        folder = self._folders.find(path)
        start, names = len(self._folders.path(folder)), self._members.names
        own = sorted(self._in({folder}), key=lambda n: _order(names[n][start : start + _SORTED_BY]))
        return _Nodes([*self._folders.inner(folder), *own], self._node)

    def below(self, path: str = "") -> Sequence[Node]:
        """The members in a folder and in those below it, in the order of the archive."""
        return _Nodes(self._in(self._folders.below(self._folders.find(path))), self._node)

    def matching(self, needle: str) -> Sequence[Node]:
        """The members with `needle` in their printable path, whatever its case, in that order.

        With "!" before it, those without; "!" alone leaves nothing out.
        """
        fits, names = _filter(needle.lower()), enumerate(self._members.names)
        return _Nodes([n for n, name in names if fits(printable(name).lower())], self._node)

    def members(self) -> Iterator[ArchiveMember]:
        """In the order of the archive; folders are left out."""
        return map(self._members.member, range(len(self)))

    def member(self, path: str) -> ArchiveMember | None:
        """By the path of its node; the first, where several have it."""
        try:
            return self._members.member(self._members.names.index(path))
        except ValueError:
            return None

    def _add(self, member: ArchiveMember) -> None:
        above, _, name = member.name.rpartition("/")
        folder = self._folders.at(above)
        if name:
            self._members.append(member)
            self._parents.append(folder)

    def _sum_up(self) -> None:
        """A folder has a higher number than the one that it is in."""
        columns = self._members
        sizes, stored, files = self._sums
        for parent, size, packed in zip(self._parents, columns.sizes, columns.stored, strict=True):
            sizes[parent] += size
            stored[parent] += packed
            files[parent] += 1
        for folder in range(len(files) - 1, _ROOT, -1):
            parent = self._folders.parents[folder]
            sizes[parent] += sizes[folder]
            stored[parent] += stored[folder]
            files[parent] += files[folder]

    def _in(self, folders: AbstractSet[int]) -> list[int]:
        return [number for number, parent in enumerate(self._parents) if parent in folders]

    def _node(self, number: int) -> Node:
        """Those below 0 are folders."""
        return self._folder(-number) if number < 0 else self._member(number)

    def _folder(self, number: int) -> Node:
        path, name = self._folders.path(number), self._folders.names[number]
        size, stored, files = (sums[number] for sums in self._sums)
        shown = printable(name or path[-1:])
        return Node(path, shown, is_folder=True, size=size, files=files, stored_bytes=stored)

    def _member(self, number: int) -> Node:
        name, columns = self._members.names[number], self._members
        above = len(self._folders.path(self._parents[number]))
        return Node(
            name,
            printable(name[above:]),
            is_folder=False,
            size=columns.sizes[number],
            files=1,
            stored_bytes=columns.stored[number],
            is_link=number in columns.links,
        )


class _Columns:
    """What an archive says of its members."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.sizes = array("Q")
        self.stored = array("Q")
        self.mtimes = array("q")
        self.crcs = array("Q")
        self.links = set[int]()

    def append(self, member: ArchiveMember) -> None:
        if member.link:
            self.links.add(len(self.names))
        self.names.append(member.name)
        self.sizes.append(member.size)
        self.stored.append(member.stored_bytes)
        self.mtimes.append(member.mtime)
        self.crcs.append(member.crc)

    def member(self, number: int) -> ArchiveMember:
        return ArchiveMember(
            self.names[number],
            self.sizes[number],
            self.stored[number],
            self.mtimes[number],
            self.crcs[number],
            number in self.links,
        )


class _Folders:
    """Numbered, the root first and each behind the one that it is in."""

    def __init__(self) -> None:
        self.names = [""]
        self.parents = array("l", [_ABOVE])
        self._numbers: dict[tuple[int, str], int] = {}
        self._last = "", _ROOT

    def at(self, above: str) -> int:
        """The folder of that path, made where it is missing; "" is the root.

        Members that lie together mostly stand together, too.
        """
        last, number = self._last
        if above != last:
            number = self._made(above) if above else _ROOT
            self._last = above, number
        return number

    def find(self, path: str) -> int:
        """A number that is none of a folder, for what is no folder."""
        *names, last = path.split("/")
        number = _NOWHERE if last else _ROOT
        for name in names:
            number = self._numbers.get((number, name), _NOWHERE)
        return number

    def path(self, number: int) -> str:
        """With a "/" at its end; "" for the root."""
        names: list[str] = []
        while number > _ROOT:
            names.append(f"{self.names[number]}/")
            number = self.parents[number]
        return "".join(reversed(names))

    def inner(self, number: int) -> list[int]:
        """Those directly in it, in natural order; below 0, as nodes have them."""
        found = [-n for n, parent in enumerate(self.parents) if parent == number]
        return sorted(found, key=self._order)

    def below(self, number: int) -> set[int]:
        """It, and all in it."""
        found = {number}
        for folder in range(number + 1, len(self.names)):
            if self.parents[folder] in found:
                found.add(folder)
        return found

    def _order(self, number: int) -> list[tuple[bool, int, str]]:
        return _order(self.names[-number])

    def _made(self, above: str) -> int:
        """Where there are too many folders, all of the path is the name of the member."""
        number = _ROOT
        for name in above.split("/", _DEEPEST)[:_DEEPEST]:
            number = self._numbers.get((number, name)) or self._make(number, name)
        return max(number, _ROOT)

    def _make(self, above: int, name: str) -> int:
        if len(self.names) > _MOST_FOLDERS:
            return _NOWHERE
        number = self._numbers[above, name] = len(self.names)
        self.names.append(name)
        self.parents.append(above)
        return number


class _Nodes(Sequence[Node]):
    """Made when they are looked at: there may be a hundred thousand."""

    def __init__(self, numbers: Sequence[int], make: Callable[[int], Node]) -> None:
        self._numbers = numbers
        self._make = make

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Node: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequence[Node]": ...
    def __getitem__(self, index: int | slice) -> "Node | Sequence[Node]":
        if isinstance(index, slice):
            return _Nodes(self._numbers[index], self._make)
        return self._make(self._numbers[index])


def _filter(needle: str) -> Callable[[str], bool]:
    if not needle.startswith("!"):
        return lambda name: needle in name
    unwanted = needle[1:]
    return lambda name: not unwanted or unwanted not in name


def _order(name: str) -> list[tuple[bool, int, str]]:
    """By its beginning: no file system has longer names, and Python no numbers of any length."""
    return natural_order(name[:_SORTED_BY])
