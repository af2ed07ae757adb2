"""The runs of one results root, and the directories that they consist of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.errors import InvalidResultsDirectoryError
from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf
from core.kinds.run_names import RunNames
from core.model import natural_order
from core.ports.folders import Folders
from core.ports.tree import EntryType, TreeEntry

_MAY_BE_DIRECTORIES = {EntryType.DIRECTORY, EntryType.SYMLINK}


@dataclass(frozen=True)
class RunDirectories:
    """Looks into a results root, and further only where names say that runs may be.

    Links are followed, but one to a directory that is there under its own name is not a second run.
    """

    _folders: Folders
    _kind_of: KindOf = default_kind

    def __call__(self, results_root: str) -> Sequence[str]:
        """Absolute paths in natural order; none when the root cannot be read."""
        names = self._kind_of(results_root).names
        return sorted(self._runs(names, results_root, results_root), key=natural_order)

    def parts(self, run_directory: str) -> Sequence[str]:
        """The directories that are stored of the run: itself, or those in it that make it up.

        None where its name asks for such, and there are none.
        """
        names = self._kind_of(run_directory).names
        if not names.has_parts(run_directory):
            return (run_directory,)
        found = sorted(self._parts(names, run_directory), key=natural_order)
        return found or ((run_directory,) if names.is_whole(run_directory) else ())

    def exists(self, run_directory: str) -> bool:
        """Whether it is there at this moment, and can be seen."""
        return self._folders.is_directory(run_directory)

    def are_same(self, one: str, other: str) -> bool:
        """Whether two paths lead to the same directory."""
        return one == other or self._folders.real(one) == self._folders.real(other)

    def _runs(self, names: RunNames, root: str, directory: str) -> Iterator[str]:
        for path in self._subdirectories(directory):
            named = names.named(path)
            if named and (named.path, named.root) == (path, root) and self.parts(path):
                yield path
            elif names.leads(root, path):
                yield from self._runs(names, root, path)

    def _parts(self, names: RunNames, run: str) -> Iterator[str]:
        for path in self._subdirectories(run):
            named = names.named(path)
            if named and named.part:
                yield path

    def _subdirectories(self, directory: str) -> Sequence[str]:
        above, entries = directory.rstrip("/"), self._entries(directory)
        found = [(f"{above}/{e.path}", e.type) for e in entries if _may_be_directory(e)]
        own = [path for path, kind in found if kind is EntryType.DIRECTORY]
        if len(own) == len(found):
            return own
        links = (path for path, kind in found if kind is EntryType.SYMLINK)
        return [*own, *self._new(own, filter(self._folders.is_directory, links))]

    def _new(self, own: Iterable[str], links: Iterable[str]) -> Iterator[str]:
        """Links that lead neither to a neighbour, nor into one, nor back up."""
        seen = {*map(self._folders.real, own)}
        for link in links:
            real = self._folders.real(link)
            here = self._folders.real(link.rpartition("/")[0])
            if not _is_inside_any(real, seen) and not _is_inside_any(here, [real]):
                seen.add(real)
                yield link

    def _entries(self, directory: str) -> Sequence[TreeEntry]:
        try:
            return self._folders.entries(directory)
        except InvalidResultsDirectoryError:
            return ()


def _may_be_directory(entry: TreeEntry) -> bool:
    return entry.type in _MAY_BE_DIRECTORIES and not entry.path.startswith(".")


def _is_inside_any(path: str, directories: Iterable[str]) -> bool:
    return any(f"{path}/".startswith(f"{directory}/") for directory in directories)
