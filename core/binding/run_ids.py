"""As which run of its job a RUN directory is stored."""

import threading
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from core.binding.free_ids import ids_after
from core.binding.match_content import MatchContent
from core.binding.number_runs import NumberRuns
from core.errors import InvalidResultsDirectoryError
from core.model import Artifact, run_id_of
from core.ports.journal.bindings import StoredSource
from core.printable import printable
from core.progress import Progress
from core.source.find_results import Results
from core.source.run_directories import RunDirectories
from core.stored.record_format import directory_line


class RunIds:
    """What the user says, else what is remembered, else what the content says, else the name.

    Two directories become versions of one run only when the user says so: the second gets the next
    free id. A directory that is gone stands in nobody's way, unless it had another name.
    """

    def __init__(
        self, number_runs: NumberRuns, directories: RunDirectories, match_content: MatchContent
    ) -> None:
        self._number_runs = number_runs
        self._journal = number_runs.journal
        self._places = number_runs.places
        self._directories = directories
        self._match_content = match_content
        self._lock = threading.Lock()
        self._under_way: dict[tuple[int, int], tuple[str, bool]] = {}
        self._others: dict[int, set[int]] = {}

    def check(self, results: Results, run_id: int | None) -> None:
        """Raises InvalidResultsDirectoryError when there is no telling which run it is.

        To be asked before anything is made for the run.
        """
        if run_id or self._remembered(results.path):
            return
        if len(results.runs) > 1:
            raise _several(results.path.rpartition("/")[0])
        named = self._places.named(results.path)
        if named.part and len(self._directories.parts(named.path)) > 1:
            raise _one_part(results.path, named.path)

    @contextmanager
    def assigned(
        self, job_id: int, results: Results, run_id: int | None, progress: Progress
    ) -> Generator[int]:
        """The run id, which is nobody else's while the context lasts.

        `run_id` is what the user says. Raises what `MatchContent` raises, StateError.
        """
        path = results.path
        sure = run_id or self._known_in(job_id, path)
        found = sure or self._by_content(job_id, results, progress)
        chosen = self._take(job_id, found, path, sure=bool(sure))
        try:
            yield chosen
        finally:
            with self._lock:
                self._under_way.pop((job_id, chosen), None)

    def remember(self, path: str, stored: StoredSource) -> None:
        """What a RUN directory was stored as. Raises StateError.

        What was stored from here stays so when it is only found to be there the next time.
        """
        found = stored.found and not self.is_own(path, stored.job_id, stored.run_id)
        self._journal.put_stored(path, replace(stored, found=found))
        named = self._places.named(path)
        if named.name in self._journal.given_ids(named.root):
            self._journal.give_ids(named.root, {named.name: stored.run_id})

    def is_known(self, path: str) -> bool:
        """Whether a directory was stored as a run before, whatever it is called. Raises StateError."""
        return self._remembered(path) is not None

    def is_own(self, path: str, job_id: int, run_id: int) -> bool:
        """Whether the directory was stored as the run, and not only found to be there."""
        known = self._journal.stored_as(path)
        if known is None or known.found:
            return False
        return (known.job_id, known.run_id) == (job_id, run_id)

    def is_other(self, job_id: int, run_id: int, path: str, directory: str) -> bool:
        """Whether what was stored from `directory`, on some machine, is not the run at `path`.

        Unless it is under way because somebody said so: then it is to be the next version. What is
        another one's is not given to a directory again.
        """
        own = self.directory(path)
        if (
            not directory
            or directory == own
            or self._under_way.get((job_id, run_id)) == (path, True)
        ):
            return False
        self._others.setdefault(job_id, set()).add(run_id)
        return True

    def root_of(self, path: str) -> str:
        """The results root of a RUN directory."""
        return self._places.named(path).root

    def results_root_of(self, path: str) -> str:
        """Of any path: where the run at it is, else the path itself."""
        return self._places.results_root_of(path)

    def directory(self, path: str) -> str:
        """Its name below that, as a manifest holds it."""
        return directory_line(self._places.named(path).name)

    def known_below(self, results_root: str, job_id: int) -> frozenset[int]:
        """Runs of the job that directories of a root were stored as. Raises StateError."""
        inside = f"{results_root.rstrip('/')}/"
        of_job = self._journal.stored_in(job_id).items()
        return frozenset(run_id for path, run_id in of_job if path.startswith(inside))

    def expected(self, job_id: int, path: str) -> int | None:
        """Which run of the job it probably is; its content, which may say otherwise, is not read."""
        return self._known_in(job_id, path) or self._told(path)

    def holder(self, job_id: int, run_id: int, path: str) -> str | None:
        """Another RUN directory on this machine that is stored as this run, if it still exists."""
        others = (
            source
            for source in self.holders(job_id, run_id)
            if not self._directories.are_same(source, path)
        )
        return next(others, None)

    def holders(self, job_id: int, run_id: int) -> Iterator[str]:
        """RUN directories on this machine that are stored as this run and still exist."""
        return filter(self._directories.exists, self._journal.sources_of(job_id, run_id))

    def proposed(self, results_root: str, job_id: int | None = None) -> tuple[tuple[str, int], ...]:
        """(path, run id) of all RUN directories of a root; no network, no file is read.

        Without a job, what is remembered counts for any. Raises StateError, CatalogError.
        """
        runs = self._directories(results_root)
        return tuple(self._number_runs.of_root(results_root, runs, job_id).items())

    def _take(self, job_id: int, run_id: int | None, path: str, *, sure: bool) -> int:
        wanted = run_id or self._told(path) or self._given(job_id, path)
        with self._lock:
            taken = run_id or self._own_id(job_id, wanted, path)
            self._under_way[job_id, taken] = (path, sure)
            return taken

    def _own_id(self, job_id: int, run_id: int, path: str) -> int:
        """The next one that is free when this is another directory's; then it is kept."""
        if self._is_own(job_id, run_id, path, {""}):
            return run_id
        free = next(n for n in ids_after(run_id) if self._is_own(job_id, n, path))
        named = self._places.named(path)
        self._journal.give_ids(named.root, {named.name: free})
        return free

    def _is_own(self, job_id: int, run_id: int, path: str, others: Collection[str] = ()) -> bool:
        """Nobody's, or that of a directory with this name on another machine, or of the `others`."""
        named, own = self._places.named(path), self.directory(path)
        given = self._journal.given_ids(named.root)
        others_here = {i for name, i in given.items() if name != named.name}
        if run_id in others_here | self._others.get(job_id, set()):
            return False
        stored_from = self._number_runs.stored_from(job_id, run_id)
        free = self._storer(job_id, run_id, path) in {None, path}
        return free and (stored_from is None or stored_from in {own, *others})

    def _storer(self, job_id: int, run_id: int, path: str) -> str | None:
        """Who is storing the run at this moment, else another one that did."""
        under_way = self._under_way.get((job_id, run_id))
        return under_way[0] if under_way else self.holder(job_id, run_id, path)

    def _by_content(self, job_id: int, results: Results, progress: Progress) -> int | None:
        is_free = partial(self._is_free, job_id, results.path)
        found = self._match_content(results, is_free, progress)
        return found.run_id if found else None

    def _is_free(self, job_id: int, path: str, artifact: Artifact) -> bool:
        of_job = artifact.job_id == job_id
        return of_job and self._storer(job_id, run_id_of(artifact), path) in {None, path}

    def _told(self, path: str) -> int | None:
        """By what was given to it, its name, or what it was stored as in any job."""
        named = self._places.named(path)
        given = self._journal.given_ids(named.root)
        if run_id := given.get(named.name):
            return run_id
        if named.number and named.number not in given.values():
            return named.number
        known = self._remembered(path)
        return known.run_id if known else None

    def _given(self, job_id: int, path: str) -> int:
        root = self._places.named(path).root
        runs = dict.fromkeys((*self._directories(root), path))
        return self._number_runs.of_root(root, [*runs], job_id)[path]

    def _known_in(self, job_id: int, path: str) -> int | None:
        known = self._remembered(path)
        return known.run_id if known and known.job_id == job_id else None

    def _remembered(self, path: str) -> StoredSource | None:
        known = self._journal.stored_as(path)
        return known if known and _is_whole(known) else None


def _is_whole(known: StoredSource) -> bool:
    return bool(known.job_id and known.run_id)


def _several(folder: str) -> InvalidResultsDirectoryError:
    return InvalidResultsDirectoryError(
        f"{printable(folder)} contains several RUN directories, so it does not say which "
        "run they are.",
        todo="Name the run with --run-id.",
    )


def _one_part(path: str, run: str) -> InvalidResultsDirectoryError:
    return InvalidResultsDirectoryError(
        f"{printable(path)} is one of several directories of the run {printable(run)}.",
        todo="Name that one to store them together, or give this one a run id of its own with "
        "--run-id.",
    )
