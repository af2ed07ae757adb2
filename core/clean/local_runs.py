"""The runs of this machine that a user means when something is to go."""

from collections.abc import Callable, Iterator, Sequence

from core.model import natural_order
from core.ports.journal.bindings import StoredSources
from core.ports.tree import TreeScanner
from core.source.scan_tree import ScannedRun, ScanTree

OnProblem = Callable[[str, str], None]
"""Hears of a directory that could not be looked into, and why: there may be runs in it."""


class LocalRuns:
    """Finds them, and looks at each. Methods raise StateError."""

    def __init__(
        self,
        scanner: TreeScanner,
        scan_tree: ScanTree,
        journal: StoredSources,
        own_names: Callable[[str], object] = lambda root: None,
    ) -> None:
        """`own_names` is told each path before anything is asked of it."""
        self._scanner = scanner
        self._scan_tree = scan_tree
        self._journal = journal
        self._own_names = own_names

    def below(self, paths: Sequence[str], on_problem: OnProblem) -> Sequence[str]:
        """Each once, at or below some paths. Raises InvalidResultsDirectoryError."""
        found = (run for path in paths for run in self._at(path, on_problem))
        return [*dict.fromkeys(found)]

    def of_job(self, job_id: int) -> Sequence[str]:
        """Those that were stored in the job last, as far as they are there, in natural order."""
        stored = self._journal.stored().items()
        return sorted((path for path, as_ in stored if as_.job_id == job_id), key=natural_order)

    def looks(self, runs: Sequence[str]) -> Iterator[ScannedRun]:
        """One by one those that are there."""
        return self._scan_tree.looks(runs)

    def _at(self, path: str, on_problem: OnProblem) -> Sequence[str]:
        found = self._scanner.find_runs(path)
        self._own_names(self._scanner.resolve(path))
        for place, why in found.problems.items():
            on_problem(place, why)
        return found.runs or self._by_another_name(self._scanner.resolve(path))

    def _by_another_name(self, path: str) -> Sequence[str]:
        """What was stored as a run is one, however it is called."""
        return [path] if self._journal.stored_as(path) else ()
