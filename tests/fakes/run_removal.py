"""Moves and deletes directories of a tree in memory."""

from collections.abc import Callable

from core.errors import CleanUpError
from core.ports.run_removal import RunRemoval
from tests.fakes.failing import FailsOnDemand
from tests.fakes.results import Contents


class FakeRunRemoval(FailsOnDemand, RunRemoval):
    """What is at or below a path is in the tree, or was made by `move`."""

    def __init__(self, tree: Contents) -> None:
        super().__init__()
        self._tree = tree
        self.when_moved: Callable[[], None] = lambda: None
        """Called after a move: the moment to change what was moved."""

    def is_there(self, path: str) -> bool:
        return any(map(self._inside(path), self._tree))

    def move(self, path: str, to: str) -> None:
        if self.is_there(to) or not self.is_there(path):
            raise CleanUpError(f"{path} was not moved to {to}.")
        for directory in [*filter(self._inside(path), self._tree)]:
            self._tree[to + directory[len(path) :]] = self._tree.pop(directory)
        when, self.when_moved = self.when_moved, lambda: None
        when()

    def delete(self, path: str) -> None:
        for directory in [*filter(self._inside(path), self._tree)]:
            del self._tree[directory]

    def _inside(self, path: str) -> Callable[[str], bool]:
        return lambda directory: f"{directory}/".startswith(f"{path}/")
