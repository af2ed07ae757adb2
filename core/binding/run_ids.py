"""As which run of its job a RUN directory is stored."""

import threading
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from core.binding.match_content import MatchContent
from core.errors import ConflictError, InvalidResultsDirectoryError
from core.model import Artifact, run_id_of, run_number
from core.ports.journal.bindings import StoredSource, StoredSources
from core.printable import printable
from core.progress import Progress
from core.source.find_results import Results
from core.source.run_directories import RunDirectories
from core.source.run_identity import folder_run_id, run_ids


class RunIds:
    """What the user says, else what is remembered, else what the content says, else the path.

    Two directories become versions of one run only when the user says so: of those that merely
    are named alike the second is refused. A directory that is gone stands in nobody's way.
    """

    def __init__(
        self, journal: StoredSources, directories: RunDirectories, match_content: MatchContent
    ) -> None:
        self._journal = journal
        self._directories = directories
        self._match_content = match_content
        self._lock = threading.Lock()
        self._under_way: dict[tuple[int, int], str] = {}

    def check(self, results: Results, run_id: int | None) -> None:
        """Raises InvalidResultsDirectoryError when there is no telling which run it is.

        To be asked before anything is made for the run.
        """
        if not run_id and not self._is_clear(results):
            raise self._unclear(results)

    @contextmanager
    def assigned(
        self, job_id: int, results: Results, run_id: int | None, progress: Progress
    ) -> Generator[int]:
        """The run id, which is nobody else's while the context lasts.

        `run_id` is what the user says. Raises ConflictError, and what `MatchContent` raises.
        """
        path = results.scans[0].path
        sure = run_id or self._known_in(job_id, path)
        chosen = sure or self._chosen(job_id, results, progress)
        self._take(job_id, chosen, path, sure=bool(sure))
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

    def is_own(self, path: str, job_id: int, run_id: int) -> bool:
        """Whether the directory was stored as the run, and not only found to be there."""
        known = self._journal.stored_as(path)
        if known is None or known.found:
            return False
        return (known.job_id, known.run_id) == (job_id, run_id)

    def known_below(self, results_root: str, job_id: int) -> frozenset[int]:
        """Runs of the job that directories of a root were stored as. Raises StateError."""
        inside = f"{results_root.rstrip('/')}/"
        of_job = self._journal.stored_in(job_id).items()
        return frozenset(run_id for path, run_id in of_job if path.startswith(inside))

    def expected(self, job_id: int, path: str) -> int | None:
        """Which run of the job it probably is; its content, which may say otherwise, is not read."""
        return self._known_in(job_id, path) or self._by_path(path)

    def holder(self, job_id: int, run_id: int, path: str) -> str | None:
        """Another RUN directory on this machine that is stored as this run, if it still exists."""
        others = (source for source in self.holders(job_id, run_id) if source != path)
        return next(others, None)

    def holders(self, job_id: int, run_id: int) -> Iterator[str]:
        """RUN directories on this machine that are stored as this run and still exist."""
        return filter(self._directories.exists, self._journal.sources_of(job_id, run_id))

    def proposed(
        self, results_root: str, job_id: int | None = None
    ) -> tuple[tuple[str, int | None], ...]:
        """(path, run id) of all RUN directories of a root; no network, no file is read.

        None where the user has to say it. Without a job, what is remembered counts for any.
        """
        by_path = run_ids(self._directories(results_root))
        known = self._known(by_path, job_id)
        elsewhere = self._elsewhere(by_path, job_id or 0)
        proposals = _Proposals(known, elsewhere, self._directories.exists)
        return tuple((path, proposals.next(path, run_id)) for path, run_id in by_path.items())

    def _known(self, paths: Collection[str], job_id: int | None) -> Mapping[str, int]:
        """What is remembered of them."""
        stored = self._journal.stored()
        here = stored.keys() & paths
        return {path: stored[path].run_id for path in here if _counts(stored[path], job_id)}

    def _elsewhere(self, paths: Collection[str], job_id: int) -> Mapping[int, str]:
        """By run id, which other directories the runs of the job were stored from."""
        of_job = self._journal.stored_in(job_id)
        return {of_job[path]: path for path in of_job if path not in paths}

    def _take(self, job_id: int, run_id: int, path: str, *, sure: bool) -> None:
        with self._lock:
            if not sure:
                self._check_free(job_id, run_id, path)
            self._under_way[job_id, run_id] = path

    def _check_free(self, job_id: int, run_id: int, path: str) -> None:
        other = self._storer(job_id, run_id, path)
        if other and other != path:
            raise _taken(job_id, run_id, path, other)

    def _storer(self, job_id: int, run_id: int, path: str) -> str | None:
        """Who is storing the run at this moment, else another one that did."""
        return self._under_way.get((job_id, run_id)) or self.holder(job_id, run_id, path)

    def _chosen(self, job_id: int, results: Results, progress: Progress) -> int:
        run_id = self._by_content(job_id, results, progress) or self._told(results.scans[0].path)
        if not run_id:
            raise self._unclear(results)
        return run_id

    def _by_content(self, job_id: int, results: Results, progress: Progress) -> int | None:
        is_free = partial(self._is_free, job_id, results.scans[0].path)
        found = self._match_content(results, is_free, progress)
        return found.run_id if found else None

    def _is_free(self, job_id: int, path: str, artifact: Artifact) -> bool:
        of_job = artifact.job_id == job_id
        return of_job and not self.holder(job_id, run_id_of(artifact), path)

    def _told(self, path: str) -> int | None:
        """By the path, else by what it was stored as in any job."""
        if run_id := self._by_path(path):
            return run_id
        known = self._remembered(path)
        return known.run_id if known else None

    def _is_clear(self, results: Results) -> bool:
        return len(results.scans) == 1 and self._told(results.scans[0].path) is not None

    def _by_path(self, path: str) -> int | None:
        folder = path.rpartition("/")[0]
        neighbours = self._directories.beside(folder) if folder_run_id(folder) else ()
        return run_ids([*{path, *neighbours}])[path]

    def _known_in(self, job_id: int, path: str) -> int | None:
        known = self._remembered(path)
        return known.run_id if known and known.job_id == job_id else None

    def _remembered(self, path: str) -> StoredSource | None:
        known = self._journal.stored_as(path)
        return known if known and _is_whole(known) else None

    def _unclear(self, results: Results) -> InvalidResultsDirectoryError:
        path = results.scans[0].path
        folder = path.rpartition("/")[0]
        todo = "Name the run with --run-id."
        if len(results.scans) > 1 or self._is_crowded(folder, path):
            return InvalidResultsDirectoryError(
                f"{printable(folder)} contains several RUN directories, so it does not say which "
                "run they are.",
                todo=todo,
            )
        return InvalidResultsDirectoryError(
            f"{printable(path)} does not say which run it is: {_why_unclear(path)}.", todo=todo
        )

    def _is_crowded(self, folder: str, path: str) -> bool:
        return folder_run_id(folder) is not None and self._by_path(path) is None


class _Proposals:
    """Gives each run id once: directories that are remembered keep theirs, whatever comes first."""

    def __init__(
        self,
        known: Mapping[str, int],
        elsewhere: Mapping[int, str],
        exists: Callable[[str], bool],
    ) -> None:
        self._known = known
        self._elsewhere = elsewhere
        self._exists = exists
        self._taken = {*known.values()}

    def next(self, path: str, by_path: int | None) -> int | None:
        """What `path` is known as, else what the path says if that is nobody's."""
        if path in self._known:
            return self._known[path]
        return self._take(by_path) if by_path else None

    def _take(self, run_id: int) -> int | None:
        if self._is_taken(run_id):
            return None
        self._taken.add(run_id)
        return run_id

    def _is_taken(self, run_id: int) -> bool:
        if run_id in self._taken:
            return True
        other = self._elsewhere.get(run_id)
        return other is not None and self._exists(other)


def _is_whole(known: StoredSource) -> bool:
    return bool(known.job_id and known.run_id)


def _counts(known: StoredSource, job_id: int | None) -> bool:
    """Whether it tells a run, of that job if one is given."""
    return bool(known.run_id) and job_id in {None, known.job_id}


def _why_unclear(path: str) -> str:
    numbered = run_number(path.rpartition("/")[2]) is not None
    return "its number cannot be a run id" if numbered else "only names such as RUN7 do"


def _taken(job_id: int, run_id: int, path: str, other: str) -> ConflictError:
    return ConflictError(
        f"Run {run_id} of job {job_id} is {printable(other)}; {printable(path)} would become a "
        "version of it.",
        kept="Nothing was stored.",
        todo="Give this directory a run id of its own with --run-id, or the same one to make it "
        "the next version.",
    )
