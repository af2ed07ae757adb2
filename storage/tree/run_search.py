"""Finds the runs of a tree by their names."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from core.kinds.run_kind import KindOf
from core.model import natural_order
from core.ports.tree import FoundRuns

_LINKED_LEVELS = 4
"""So far below a linked directory it is looked for runs: it may lead to anything."""
_RUN = re.compile("RUN[0-9]+")
"""So clear a name that what contains such is no run itself, but for a run of several directories."""
_ANY_LEVELS = 1 << 30


class RunSearch:
    """One walk over a tree, and then over what links in it lead to; it ends where `going_on` says no."""

    def __init__(
        self, root: str, kind_of: KindOf, going_on: Callable[[], bool] = lambda: True
    ) -> None:
        self._root = root
        self._going_on = going_on
        self._kind_of = kind_of
        self._own: list[str] = []
        self._linked: dict[str, str] = {}
        self._problems: dict[str, str] = {}
        self._others: list[str] = []

    def found(self) -> FoundRuns:
        """All that there is; the root is readable."""
        if own := self._of_root():
            return FoundRuns((own,), {})
        links: list[str] = []
        self._own = [*self._walk(self._root, links)]
        if links:
            self._follow(sorted(links, key=natural_order))
        runs = sorted([*self._own, *self._linked], key=natural_order)
        below = len(self._root.rstrip("/")) + 1
        others = tuple(path[below:] for path in self._others)
        return FoundRuns(tuple(runs), self._problems, frozenset(self._linked), others)

    def _of_root(self) -> str:
        """The run that the root is, or of which it is the only part."""
        names = self._kind_of(self._root).names
        named = names.root_named(self._root)
        if named is None:
            return ""
        if named.part:
            return named.path if self._parts(named.path) == [self._root] else self._root
        return self._root if self._is_one(self._root) else ""

    def _walk(self, top: str, links: list[str], levels: int = _ANY_LEVELS) -> Iterator[str]:
        """The runs below it; takes down the links to directories."""
        unread = [(top, levels)]
        while unread and self._going_on():
            path, left = unread.pop()
            for name, is_link in self._subdirectories(path):
                below = os.path.join(path, name)
                if is_link:
                    links.append(below)
                elif self._is_run(below):
                    yield below
                elif left > 1:
                    self._others.append(below)
                    unread.append((below, left - 1))

    def _is_run(self, path: str) -> bool:
        names = self._kind_of(path).names
        named = names.found_at(self._root, path)
        if named is None or named.part:
            return False
        return self._is_one(path)

    def _is_one(self, path: str) -> bool:
        """Whether a directory with the name of a run is one, and no folder of RUN directories."""
        if self._parts(path):
            return True
        return self._kind_of(path).names.is_whole(path) and not self._holds_runs(path)

    def _holds_runs(self, path: str) -> bool:
        if _RUN.fullmatch(os.path.basename(path)):
            return False
        return any(_RUN.fullmatch(name) for name, _ in self._subdirectories(path))

    def _parts(self, run: str) -> list[str]:
        names = self._kind_of(run).names
        below = (os.path.join(run, name) for name, _ in self._subdirectories(run))
        return [path for path in below if (named := names.named(path)) and named.part]

    def _follow(self, links: Sequence[str]) -> None:
        """A directory that is in the tree has its own name there."""
        root = os.path.realpath(self._root)
        own = [root + path[len(self._root.rstrip("/")) :] for path in self._own]
        for link in takewhile(lambda _: self._going_on(), links):
            real = os.path.realpath(link)
            if _is_in(os.path.realpath(os.path.dirname(link)), real):
                continue  # it leads back up
            if self._is_run(link):
                self._take(link, real, own)
            elif not _is_in(real, root) or _is_hidden(real, root):
                self._look_behind(link, own)

    def _look_behind(self, link: str, own: Sequence[str]) -> None:
        inner: list[str] = []
        for run in self._walk(link, inner, _LINKED_LEVELS):
            self._take(run, os.path.realpath(run), own)
        for run in filter(self._is_run, inner):
            self._take(run, os.path.realpath(run), own)

    def _take(self, run: str, real: str, own: Sequence[str]) -> None:
        twins = (os.path.dirname(path) for path, there in self._linked.items() if there == real)
        if os.path.dirname(run) in twins or any(_is_in(real, o) or _is_in(o, real) for o in own):
            return
        self._linked[run] = real

    def _subdirectories(self, path: str) -> Sequence[tuple[str, bool]]:
        """Names, and whether they are links; hidden ones are left alone."""
        try:
            with os.scandir(path) as entries:
                return [(e.name, e.is_symlink()) for e in entries if _is_directory(e)]
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                self._problems[path] = str(error.strerror)
            return ()


def _is_directory(entry: "os.DirEntry[str]") -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _is_in(path: str, directory: str) -> bool:
    return f"{path}/".startswith(f"{directory.rstrip('/')}/")


def _is_hidden(path: str, root: str) -> bool:
    return any(name.startswith(".") for name in path[len(root) :].split("/"))
