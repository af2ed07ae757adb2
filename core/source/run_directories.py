"""The RUN directories of one results root."""

from collections.abc import Sequence
from itertools import chain

from core.errors import InvalidResultsDirectoryError
from core.model import natural_order, run_number
from core.ports.folders import Folders
from core.ports.tree import EntryType, TreeEntry
from core.source.run_identity import folder_run_id


class RunDirectories:
    """Looks into a results root and its `run_<id>` folders, never further."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    def __call__(self, results_root: str) -> Sequence[str]:
        """Absolute paths in natural order; none when the root cannot be read."""
        inside = self._subdirectories(results_root)
        below = chain.from_iterable(map(self.beside, filter(folder_run_id, inside)))
        return sorted([*filter(_is_run, inside), *below], key=natural_order)

    def beside(self, folder: str) -> Sequence[str]:
        """RUN directories directly in `folder`."""
        return [*filter(_is_run, self._subdirectories(folder))]

    def exists(self, run_directory: str) -> bool:
        """Whether it is there at this moment, and can be seen."""
        return self._folders.is_directory(run_directory)

    def _subdirectories(self, directory: str) -> Sequence[str]:
        above, entries = directory.rstrip("/"), self._entries(directory)
        return [f"{above}/{e.path}" for e in entries if e.type is EntryType.DIRECTORY]

    def _entries(self, directory: str) -> Sequence[TreeEntry]:
        try:
            return self._folders.entries(directory)
        except InvalidResultsDirectoryError:
            return ()


def _is_run(path: str) -> bool:
    return run_number(path.rpartition("/")[2]) is not None
