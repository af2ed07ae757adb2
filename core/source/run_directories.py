"""The RUN directories of one results root."""

from collections.abc import Sequence

from core.errors import InvalidResultsDirectoryError
from core.model import natural_order, run_number
from core.ports.folders import Folders
from core.ports.tree import EntryType
from core.source.run_identity import folder_run_id


class RunDirectories:
    """Looks into a results root and its `run_<id>` folders, never further."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    def __call__(self, results_root: str) -> Sequence[str]:
        """Absolute paths in natural order; none when the root cannot be read."""
        inside = self._subdirectories(results_root)
        found = [path for path in inside if _is_run(path)]
        for folder in filter(folder_run_id, inside):
            found += self.beside(folder)
        return sorted(found, key=natural_order)

    def beside(self, folder: str) -> Sequence[str]:
        """RUN directories directly in `folder`."""
        return [path for path in self._subdirectories(folder) if _is_run(path)]

    def exists(self, run_directory: str) -> bool:
        """Whether it is there at this moment, and can be seen."""
        return self._folders.is_directory(run_directory)

    def _subdirectories(self, directory: str) -> Sequence[str]:
        try:
            entries = self._folders.entries(directory)
        except InvalidResultsDirectoryError:
            return ()
        above = directory.rstrip("/")
        return [f"{above}/{e.path}" for e in entries if e.type is EntryType.DIRECTORY]


def _is_run(path: str) -> bool:
    return run_number(path.rpartition("/")[2]) is not None
