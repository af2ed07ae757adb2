"""Which run a RUN directory holds, and what is bound to its job, as its path tells it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InvalidIdError
from core.model import check_id, run_number

_RUN_FOLDER = re.compile(r"run_([1-9][0-9]{0,9})", re.ASCII)


@dataclass(frozen=True)
class RunIdentity:
    """`results_root` is what belongs to one job; `run_id` is None when the path names no run."""

    results_root: str
    run_id: int | None


def identify(run_directory: str) -> RunIdentity:
    """The identity by path alone.

    In `run_17/RUN11998` the id is that of the folder: such systems number RUN directories by seed.

    >>> identify("/data/flu/OUT/RUN4")
    RunIdentity(results_root='/data/flu/OUT', run_id=4)
    >>> identify("/data/job_3/OUT/run_17/RUN11998")
    RunIdentity(results_root='/data/job_3/OUT', run_id=17)
    """
    folder, name = folder_and_name(run_directory)
    if run_id := folder_run_id(folder):
        return RunIdentity(folder_and_name(folder)[0], run_id)
    return RunIdentity(folder, _usable(run_number(name)))


def folder_run_id(path: str) -> int | None:
    """17 for `…/run_17`; None for other directories."""
    match = _RUN_FOLDER.fullmatch(folder_and_name(path)[1])
    return _usable(int(match[1])) if match else None


def results_root_of(path: str) -> str:
    """The results root that a RUN directory or a `run_<id>` folder is in; else `path` itself."""
    folder, name = folder_and_name(path)
    if run_number(name) is not None:
        return identify(path).results_root
    return folder if folder_run_id(path) else path


def folder_and_name(path: str) -> tuple[str, str]:
    """`("/data/OUT", "RUN4")` for `/data/OUT/RUN4`."""
    folder, _, name = path.rpartition("/")
    return folder or "/", name


def run_ids(run_directories: Sequence[str]) -> dict[str, int | None]:
    """Run ids by path, of directories that are given with all their neighbours.

    None where the path leaves it open: RUN0, or one `run_<id>` folder with several of them.
    """
    crowds = Counter(folder_and_name(path)[0] for path in run_directories)
    crowded = {folder for folder, runs in crowds.items() if runs > 1 and folder_run_id(folder)}
    return {
        path: None if folder_and_name(path)[0] in crowded else identify(path).run_id
        for path in run_directories
    }


def _usable(number: int | None) -> int | None:
    try:
        return check_id(number or 0, "Run id")
    except InvalidIdError:
        return None
