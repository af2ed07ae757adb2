"""The members of an archive as lines of a tree, made when they are shown."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from core.preview.members import Node
from core.printable import printable
from tui.widgets.cells import Cell, Row, Tone
from tui.wording.formatting import plural, size

_FOLDED, _UNFOLDED, _FILE = "▸", "▾", " "
_INDENT = 2

Children = Callable[[str], Sequence[Node]]


@dataclass(frozen=True)
class Stretch:
    """Neighbours of one `folder`: nodes from `start` to before `end`, so many folders deep."""

    folder: str
    nodes: Sequence[Node]
    start: int
    end: int
    depth: int


class MemberRows:
    """The lines of some stretches, one after the other. A RowSource."""

    def __init__(
        self, stretches: Sequence[Stretch], unfolded: frozenset[str], *, whole_paths: bool = False
    ) -> None:
        """With `whole_paths` a line shows where its member is."""
        self._stretches = stretches
        self._unfolded = unfolded
        self._whole_paths = whole_paths
        self._ends = list(accumulate(each.end - each.start for each in stretches))

    def __len__(self) -> int:
        """How many lines there are."""
        return self._ends[-1] if self._ends else 0

    def node(self, at: int) -> Node | None:
        """What is on a line."""
        if not 0 <= at < len(self):
            return None
        stretch, within = self._place(at)
        return stretch.nodes[within]

    def fetch(self, offset: int, limit: int) -> Sequence[Row]:
        """The rows of a slice."""
        return [self._row(at) for at in range(offset, min(offset + limit, len(self)))]

    def find(self, key: str) -> int | None:
        """Where a node is; only its neighbours are looked at."""
        folder = _folder_of(key)
        before = 0
        for stretch, end in zip(self._stretches, self._ends, strict=True):
            if self._whole_paths or stretch.folder == folder:
                for at in range(stretch.start, stretch.end):
                    if stretch.nodes[at].path == key:
                        return before + at - stretch.start
            before = end
        return None

    def _place(self, at: int) -> tuple[Stretch, int]:
        number = bisect_right(self._ends, at)
        stretch = self._stretches[number]
        return stretch, stretch.end - (self._ends[number] - at)

    def _row(self, at: int) -> Row:
        stretch, within = self._place(at)
        node = stretch.nodes[within]
        cells = (
            self._name(node),
            Cell(plural(node.files, "file") if node.is_folder else "", Tone.DIM),
            Cell(size(node.size)),
            Cell(size(node.stored_bytes), Tone.DIM),
        )
        return Row(node.path, cells, indent=stretch.depth * _INDENT)

    def _name(self, node: Node) -> Cell:
        if self._whole_paths:
            return Cell(printable(node.path), keep_end=True)
        if not node.is_folder:
            return Cell(f"{_FILE} {node.name}" + (" (link)" if node.is_link else ""))
        sign = _UNFOLDED if node.path in self._unfolded else _FOLDED
        return Cell(f"{sign} {node.name}/", Tone.STRONG)


def tree_rows(children: Children, unfolded: frozenset[str]) -> MemberRows:
    """All that is not in a folded folder. May take a second where there are 100,000 members."""
    return MemberRows([*_stretches(children, "", 0, unfolded)], unfolded)


def found_rows(nodes: Sequence[Node]) -> MemberRows:
    """These, by their whole paths."""
    return MemberRows([Stretch("", nodes, 0, len(nodes), 0)], frozenset(), whole_paths=True)


def lonely_folders(children: Children) -> Iterator[str]:
    """From the top, the folders that are alone where they are, and so hold everything."""
    folder = ""
    while len(inside := children(folder)) == 1 and inside[0].is_folder:
        folder = inside[0].path
        yield folder


def folder_around(node: Node) -> str:
    """The path of the folder that it is in; empty at the top."""
    return _folder_of(node.path)


def _folder_of(path: str) -> str:
    above = path.rstrip("/").rpartition("/")[0]
    return f"{above}/" if above else ""


def _stretches(
    children: Children, folder: str, depth: int, unfolded: frozenset[str]
) -> Iterator[Stretch]:
    inside, start = children(folder), 0
    for at, node in enumerate(inside):
        if not node.is_folder:  # folders come first
            break
        if node.path in unfolded:
            yield Stretch(folder, inside, start, at + 1, depth)
            yield from _stretches(children, node.path, depth + 1, unfolded)
            start = at + 1
    yield Stretch(folder, inside, start, len(inside), depth)
