"""The names that the directories of a run have in its archive."""

import re

_RUN = re.compile("RUN([0-9]+)")
"""All that there was before manifests told the directory."""


def is_of_run(member: str, directory: str) -> bool:
    """Whether the member of an archive is below a directory of its run, as "RUN4/LOG" is.

    `directory` is that of the run, as its manifest has it; empty where that does not tell.
    """
    top, below, _ = member.partition("/")
    return bool(below) and (bool(directory) or _RUN.fullmatch(top) is not None)


def is_called_after(top: str, run_id: int | None, directory: str) -> bool:
    """Whether the directory at the top of an archive has the name of its run."""
    if directory and top == directory.rpartition("/")[2]:
        return True
    match = _RUN.fullmatch(top)
    return match is not None and int(match[1]) == run_id


def usual_top(run_id: int | None, directory: str) -> str:
    """What is at the top of an archive that nobody can look into."""
    return directory.rpartition("/")[2] or f"RUN{run_id}"
