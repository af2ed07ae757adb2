"""As which run each directory of a results root counts, before it is stored and ever after."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from core.binding.free_ids import FreeIds
from core.kinds.run_names import RunName
from core.model import natural_order
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces

_Known = Callable[[str, Mapping[str, RunName], int | None], FreeIds]
_Keep = Callable[[str, Mapping[str, int]], object]


def nothing_known(results_root: str, named: Mapping[str, RunName], job_id: int | None) -> FreeIds:
    """In place of `KnownIds`, where nothing was ever written down."""
    return FreeIds(named)


def not_kept(results_root: str, ids: Mapping[str, int]) -> None:
    """For who only looks: whoever counts the same runs next comes to the same ids."""


class NumberRuns:
    """By what it was stored as, by what was given to it, else by the number in its name.

    What has no number, or one that is taken, is given the next free id, which is written down at
    once. Those that are seen together come in natural order. No network, no file is read.
    """

    def __init__(
        self, places: RunPlaces, directories: RunDirectories, known: _Known, keep: _Keep = not_kept
    ) -> None:
        """`known` is told by root; `keep` writes down what was given in a root, by directory."""
        self.places = places
        self._directories = directories
        self._known = known
        self._keep = keep

    def __call__(self, run_directories: Sequence[str]) -> Mapping[str, int]:
        """Of any roots, each given with all its neighbours. Raises StateError, CatalogError."""
        ids = dict[str, int]()
        by_root = sorted(self._named(run_directories).items(), key=_root)
        for root, named in groupby(by_root, key=_root):
            ids |= self._counted(root, dict(named), None)
        return ids

    def of_root(
        self, results_root: str, job_id: int | None = None, *more: str
    ) -> Mapping[str, int]:
        """Of all its runs and `more`, by path. Without a job, what they were stored as in any counts.

        Raises StateError, CatalogError.
        """
        runs = dict.fromkeys((*self._directories(results_root), *more))
        return self._counted(results_root, self._named(runs), job_id)

    def _named(self, runs: Iterable[str]) -> Mapping[str, RunName]:
        """In natural order."""
        return {path: self.places.named(path) for path in sorted(runs, key=natural_order)}

    def _counted(
        self, results_root: str, named: Mapping[str, RunName], job_id: int | None
    ) -> Mapping[str, int]:
        ids = self._known(results_root, named, job_id)
        by_path = ids.count()
        if ids.given:
            self._keep(results_root, ids.given)
        return by_path


def _root(named: tuple[str, RunName]) -> str:
    return named[1].root
