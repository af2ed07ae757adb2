"""How many runs a folder holds, and of which kind: asked before anything is watched, and soon answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import InvalidResultsDirectoryError
from core.kinds.run_kind import RunKind
from core.ports.run_finder import RunFinder
from core.ports.tree import FoundRuns
from core.source.no_runs import near_misses

_MOST = 10_000
"""Directories that are looked into for each kind: a second, or two."""


@dataclass(frozen=True)
class FolderSurvey:
    """What lies below an absolute `path`, as far as it was looked.

    `runs` are below it by the names of `kind`, which is the first that takes any for runs; empty without.
    Not `complete` where there was more than is looked into. `near` are called nearly as runs are.
    `problem` says why nobody knows.
    """

    path: str
    kind: str = ""
    runs: tuple[str, ...] = ()
    complete: bool = True
    near: tuple[str, ...] = ()
    problem: str = ""


class SurveyFolder:
    """By names alone: no file of a run is read."""

    def __init__(self, find: RunFinder, kinds: Sequence[RunKind]) -> None:
        """The first of the `kinds` is what runs are where nobody says anything else."""
        self._find = find
        self._kinds = kinds

    def __call__(
        self, folder: str, going_on: Callable[[], bool], most: int = _MOST
    ) -> FolderSurvey:
        """Looks into `most` directories for each kind, and no further than `going_on` says. Never raises."""
        path = self._find.resolve(folder)
        try:
            return self._first_with_runs(path, lambda: _Looks(going_on, most))
        except InvalidResultsDirectoryError as error:
            return FolderSurvey(path, problem=error.what)

    def _first_with_runs(self, path: str, looks: "Callable[[], _Looks]") -> FolderSurvey:
        """Else what the first kind says."""
        surveys = (self._survey(path, kind, looks()) for kind in self._kinds)
        first = next(surveys)
        return first if first.runs else next(filter(_has_runs, surveys), first)

    def _survey(self, path: str, kind: RunKind, looks: "_Looks") -> FolderSurvey:
        found = self._find(path, kind, looks.go_on)
        near = (*near_misses(path, found),)
        if not found.runs:
            return FolderSurvey(path, complete=looks.complete, near=near)
        return FolderSurvey(path, kind.name, _names(path, found), looks.complete, near)


class _Looks:
    """Counts them; no more than so many."""

    def __init__(self, going_on: Callable[[], bool], most: int) -> None:
        self._going_on = going_on
        self._left = most
        self.complete = True

    def go_on(self) -> bool:
        self._left -= 1
        self.complete = self.complete and self._left >= 0 and self._going_on()
        return self.complete


def _has_runs(found: FolderSurvey) -> bool:
    return bool(found.runs)


def _names(path: str, found: FoundRuns) -> tuple[str, ...]:
    """Below the folder; of one that is a run itself, its own."""
    below = f"{path.rstrip('/')}/"
    return tuple(r.removeprefix(below) if r != path else r.rpartition("/")[2] for r in found.runs)
