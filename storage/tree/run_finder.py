"""Looks for runs in folders that nobody watches yet."""

from collections.abc import Callable

from core.kinds.run_kind import RunKind
from core.ports.run_finder import RunFinder
from core.ports.tree import FoundRuns
from storage.tree.tree_scanner import FileTreeScanner


class FileRunFinder(RunFinder):
    """On local and mounted file systems. Keeps no state."""

    def __call__(self, folder: str, kind: RunKind, going_on: Callable[[], bool]) -> FoundRuns:
        return FileTreeScanner(lambda _: kind).search(folder, going_on)

    def resolve(self, path: str) -> str:
        return FileTreeScanner().resolve(path)
