"""The logs of a run: which files beside a RUN directory belong to it."""

from core.ports.tree import EntryType, TreeEntry

LOG = "LOG"
"""What FRED says while it runs, inside of the RUN directory."""

_OF_EVERY_RUN = frozenset({"COMMAND_LINE", "errors.txt", "warnings.txt"})


def is_sidecar(entry: TreeEntry, run_number: int) -> bool:
    """Whether an entry beside `RUN<run_number>` tells something about that run.

    Population files end in the run's number; program, command line and errors are of all runs.
    """
    name = entry.path
    if entry.type is not EntryType.FILE or name.startswith("."):
        return False
    return name in _OF_EVERY_RUN or name.endswith((".fred", f"-{run_number}.txt"))
