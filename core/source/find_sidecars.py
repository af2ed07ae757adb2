"""The files beside a run that belong to it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, starmap

from core.ports.folders import Folders
from core.ports.packaging import PackSource
from core.ports.tree import EntryType, TreeEntry

LOG = "LOG"
"""What FRED says while it runs, inside of the RUN directory."""

_RUN = re.compile("RUN([0-9]+)")
"""FRED's own name for the directory of a run, whose number its files have as well."""
_OF_EVERY_RUN = frozenset({"COMMAND_LINE", "errors.txt", "warnings.txt"})


class FindSidecars:
    """Those in the directory above go to the root of the archive, the log to `RUN4/LOG`."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    def __call__(self, run_directories: Sequence[str]) -> Sequence[PackSource]:
        """None of them when there is no such file. Raises InvalidResultsDirectoryError."""
        above = starmap(self._beside, _numbers_by_folder(run_directories).items())
        found = chain(above, map(self._log, run_directories))
        return [source for source in found if source.entries]

    def _beside(self, folder: str, numbers: Collection[int]) -> PackSource:
        """Of all runs in the folder, which may share some files."""
        files = self._files(folder)
        return PackSource(folder, "", tuple(f for f in files if is_sidecar(f.path, numbers)))

    def _log(self, directory: str) -> PackSource:
        log = tuple(file for file in self._files(directory) if file.path == LOG)
        return PackSource(directory, _folder_and_name(directory)[1], log)

    def _files(self, folder: str) -> Sequence[TreeEntry]:
        """Regular ones only: what a link leads to may be anything."""
        return [e for e in self._folders.entries(folder) if e.type is EntryType.FILE]


def is_sidecar(name: str, run_numbers: Iterable[int]) -> bool:
    """Whether a file beside RUN directories of these numbers tells something about one of them.

    Population files end in the run's number; program, command line and errors are of all runs.
    """
    if name.startswith("."):
        return False
    populations = map("-{}.txt".format, run_numbers)
    return name in _OF_EVERY_RUN or name.endswith((".fred", *populations))


def _numbers_by_folder(run_directories: Sequence[str]) -> Mapping[str, Collection[int]]:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for directory in run_directories:
        folder, name = _folder_and_name(directory)
        match = _RUN.fullmatch(name)
        numbers[folder].append(int(match[1]) if match else 0)
    return numbers


def _folder_and_name(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder or "/", name
