"""Single directories of a tree in memory."""

from collections.abc import Sequence

from core.errors import InvalidResultsDirectoryError
from core.ports.folders import Folders
from core.ports.tree import EntryType, TreeEntry
from tests.fakes.results import Contents


class MemoryTree(Contents):
    """RUN directories; `beside` are the files of the directories above them.

    A packager reads both, a scanner finds only RUN directories.
    """

    def __init__(self, runs: Contents) -> None:
        super().__init__(runs)
        self.beside: Contents = {}

    def __missing__(self, directory: str) -> dict[str, bytes]:
        return self.beside[directory]


class MemoryFolders(Folders):
    """Lists what is in a `MemoryTree`, and what a test adds to `odd`."""

    def __init__(self, tree: MemoryTree) -> None:
        self._tree = tree
        self.odd: dict[str, list[TreeEntry]] = {}
        """Entries that are no plain files, by directory."""
        self.unreadable: set[str] = set()
        self.unchangeable: set[str] = set()

    def entries(self, directory: str) -> Sequence[TreeEntry]:
        below = f"{directory.rstrip('/')}/"
        names = {path[len(below) :].split("/")[0] for path in self._tree if path.startswith(below)}
        files = {**self._tree.beside.get(directory, {}), **dict(self._tree).get(directory, {})}
        if directory in self.unreadable or not (names or files):
            raise InvalidResultsDirectoryError(f"{directory} cannot be read.")
        found = [TreeEntry(name, EntryType.DIRECTORY, 0, 0, 0o755) for name in names]
        found += [TreeEntry(name, EntryType.FILE, len(d), 0, 0o644) for name, d in files.items()]
        return sorted([*found, *self.odd.get(directory, ())])

    def is_directory(self, path: str) -> bool:
        folder = path.rpartition("/")[0]
        return folder not in self.unreadable and any(
            there == path or there.startswith(f"{path}/") for there in self._tree
        )

    def may_change(self, directory: str) -> bool:
        return directory not in self.unchangeable

    def real(self, path: str) -> str:
        return path
