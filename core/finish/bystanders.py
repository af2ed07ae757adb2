"""Files in a RUN directory that no simulation writes: they tell nothing of whether it goes on."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from core.path_patterns import covered_expression

_SCHEDULERS = r"slurm-.*\.(?:out|err)|.*\.p?[oe]\d+(?:[-.]\d+)?"
_DESKTOPS = r"Thumbs\.db|desktop\.ini|.*~|.*\.swp"
_NAME = re.compile(rf"\..*|{_SCHEDULERS}|{_DESKTOPS}|runferry.*", re.DOTALL)
"""Dot files, output of SLURM, PBS and SGE, what file managers and editors leave, RunFerry's own."""
_DIRECTORY = re.compile(r"\..*|__pycache__|plots|figures", re.DOTALL)


def results_but(ignore: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path below a RUN directory is a result: no bystander, and nothing that `ignore` covers."""
    ignored = re.compile(covered_expression(ignore))

    def is_result(path: str) -> bool:
        return not is_bystander(path) and not ignored.fullmatch(path)

    return is_result if ignore else lambda path: not is_bystander(path)


def is_bystander(path: str) -> bool:
    """By its name, or by that of a directory that it lies in."""
    directory, _, name = path.rpartition("/")
    return bool(_NAME.fullmatch(name)) or _is_aside(directory)


@lru_cache(maxsize=1024)
def _is_aside(directory: str) -> bool:
    return any(map(_DIRECTORY.fullmatch, directory.split("/")))
