"""As which run each directory of a results root counts, before it is stored and ever after."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from core.binding.free_ids import FreeIds
from core.kinds.run_names import RunName
from core.model import natural_order
from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import StoredSource
from core.ports.journal.journal import BindingJournal
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces


class NumberRuns:
    """By what it was stored as, by what was given to it, else by the number in its name.

    What has no number, or one that is taken, is given the next free id, which is written down at
    once. Those that are seen together come in natural order. No network, no file is read.
    """

    def __init__(
        self,
        journal: BindingJournal,
        directories: RunDirectories,
        places: RunPlaces | None = None,
        catalog: CatalogReader | None = None,
    ) -> None:
        """Without a catalog, what other machines have stored is not known."""
        self.journal = journal
        self.places = places or RunPlaces()
        self._directories = directories
        self._catalog = catalog

    def __call__(self, run_directories: Sequence[str]) -> Mapping[str, int]:
        """Of any roots, each given with all its neighbours. Raises StateError, CatalogError."""
        by_root = groupby(sorted(run_directories, key=self._root_of), key=self._root_of)
        found = (self.of_root(root, [*runs]) for root, runs in by_root)
        return {path: run_id for ids in found for path, run_id in ids.items()}

    def of_root(
        self, results_root: str, runs: Sequence[str], job_id: int | None = None
    ) -> Mapping[str, int]:
        """By path. Without a job, what they were stored as in any counts."""
        named = {path: self.places.named(path) for path in sorted(runs, key=natural_order)}
        ids = self._known(results_root, named, job_id)
        ids.number(named)
        ids.give(named)
        if ids.given:
            self.journal.give_ids(results_root, ids.given)
        return {path: ids.by_path[path] for path in runs}

    def stored_from(self, job_id: int, run_id: int) -> str | None:
        """From which directory, by whoever; empty when that was not told, None when nothing is stored."""
        run = self._catalog.run(job_id, run_id) if self._catalog else None
        return run.directory if run and run.stored else None

    def _known(
        self, results_root: str, named: Mapping[str, RunName], job_id: int | None
    ) -> FreeIds:
        given = self.journal.given_ids(results_root)
        job = job_id or self.journal.bound_job(results_root) or 0
        anywhere = self._stored(named)
        stored = {path: s.run_id for path, s in anywhere.items() if job_id in {None, s.job_id}}
        taken = {*given.values(), *stored.values(), *self._elsewhere(named, job)}
        ids = FreeIds(taken, self._of_job(job))
        ids.by_path.update({p: given[n.name] for p, n in named.items() if n.name in given})
        ids.by_path.update(stored)
        ids.recognise(named, {path: s.run_id for path, s in anywhere.items()})
        return ids

    def _root_of(self, run_directory: str) -> str:
        return self.places.named(run_directory).root

    def _stored(self, paths: Collection[str]) -> Mapping[str, StoredSource]:
        """What is remembered of them."""
        stored = self.journal.stored()
        return {path: stored[path] for path in stored.keys() & paths if stored[path].run_id}

    def _elsewhere(self, paths: Collection[str], job_id: int) -> Iterator[int]:
        """What other directories, which are there still, are stored as in the job."""
        of_job = self.journal.stored_in(job_id)
        others = [(path, run_id) for path, run_id in of_job.items() if path not in paths]
        return (run_id for path, run_id in others if self._directories.exists(path))

    def _of_job(self, job_id: int) -> Mapping[int, str]:
        runs = self._catalog.runs(job_id) if self._catalog and job_id else ()
        return {run.run_id: run.directory for run in runs if run.stored}
