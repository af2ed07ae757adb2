"""The files beside a run that belong to it."""

from collections.abc import Sequence

from core.model import run_number
from core.ports.folders import Folders
from core.ports.packaging import PackSource
from core.ports.tree import EntryType, TreeEntry

LOG = "LOG"
"""What FRED says while it runs, inside of the RUN directory."""

_OF_EVERY_RUN = frozenset({"COMMAND_LINE", "errors.txt", "warnings.txt"})


class FindSidecars:
    """Those in the directory above go to the root of the archive, the log to `RUN4/LOG`."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    def __call__(self, run_directories: Sequence[str]) -> Sequence[PackSource]:
        """None of them when there is no such file. Raises InvalidResultsDirectoryError."""
        above: dict[str, dict[str, TreeEntry]] = {}
        logs: list[PackSource] = []
        for directory in run_directories:
            folder, _, name = directory.rpartition("/")
            number = run_number(name) or 0
            found = (e for e in self._folders.entries(folder or "/") if is_sidecar(e, number))
            above.setdefault(folder or "/", {}).update({entry.path: entry for entry in found})
            if log := self._log(directory):
                logs.append(PackSource(directory, name, (log,)))
        found = [PackSource(f, "", tuple(entries.values())) for f, entries in above.items()]
        return [source for source in found if source.entries] + logs

    def _log(self, directory: str) -> TreeEntry | None:
        entries = self._folders.entries(directory)
        return next((e for e in entries if e.path == LOG and e.type is EntryType.FILE), None)


def is_sidecar(entry: TreeEntry, run_number: int) -> bool:
    """Whether an entry beside `RUN<run_number>` tells something about that run.

    Population files end in the run's number; program, command line and errors are of all runs.
    """
    name = entry.path
    if entry.type is not EntryType.FILE or name.startswith("."):
        return False
    return name in _OF_EVERY_RUN or name.endswith((".fred", f"-{run_number}.txt"))
