"""As which run of its job a RUN directory is stored."""

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from core.binding.match_content import MatchContent
from core.errors import ConflictError, InvalidResultsDirectoryError
from core.model import Artifact
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
        path = results.scans[0].path
        if run_id or (len(results.scans) == 1 and (self._by_path(path) or self._remembered(path))):
            return
        raise self._unclear(results)

    @contextmanager
    def assigned(
        self, job_id: int, results: Results, run_id: int | None, progress: Progress
    ) -> Generator[int]:
        """The run id, which is nobody else's while the context lasts.

        `run_id` is what the user says. Raises ConflictError, and what `MatchContent` raises.
        """
        path = results.scans[0].path
        known = self._remembered(path)
        sure = run_id or (known.run_id if known and known.job_id == job_id else None)
        chosen = sure or self._chosen(job_id, results, progress)
        with self._lock:
            other = self._under_way.get((job_id, chosen)) or self.holder(job_id, chosen, path)
            if other and other != path and not sure:
                raise _taken(job_id, chosen, path, other)
            self._under_way[job_id, chosen] = path
        try:
            yield chosen
        finally:
            with self._lock:
                self._under_way.pop((job_id, chosen), None)

    def expected(self, job_id: int, path: str) -> int | None:
        """Which run of the job it probably is; its content, which may say otherwise, is not read."""
        known = self._remembered(path)
        return known.run_id if known and known.job_id == job_id else self._by_path(path)

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
        stored = self._journal.stored()
        by_path = run_ids(self._directories(results_root))
        known = {
            path: stored[path].run_id
            for path in by_path
            if path in stored and stored[path].run_id and job_id in {None, stored[path].job_id}
        }
        of_job = self._journal.stored_in(job_id or 0).items()
        elsewhere = {run: p for p, run in of_job if p not in by_path}
        taken = set(known.values())
        proposed: dict[str, int | None] = dict(by_path)
        for path, run_id in by_path.items():
            other = elsewhere.get(run_id or 0)
            if path in known:
                proposed[path] = known[path]
            elif run_id in taken or (other and self._directories.exists(other)):
                proposed[path] = None
            taken.add(proposed[path] or 0)
        return tuple(proposed.items())

    def _chosen(self, job_id: int, results: Results, progress: Progress) -> int:
        path = results.scans[0].path

        def is_free(artifact: Artifact) -> bool:
            found = artifact.run_id or 0
            return artifact.job_id == job_id and not self.holder(job_id, found, path)

        found = self._match_content(results, is_free, progress)
        known = self._remembered(path)
        run_id = (found and found.run_id) or self._by_path(path) or (known and known.run_id)
        if not run_id:
            raise self._unclear(results)
        return run_id

    def _by_path(self, path: str) -> int | None:
        folder = path.rpartition("/")[0]
        neighbours = self._directories.beside(folder) if folder_run_id(folder) else ()
        return run_ids([*{path, *neighbours}])[path]

    def _remembered(self, path: str) -> StoredSource | None:
        known = self._journal.stored_as(path)
        return known if known and known.job_id and known.run_id else None

    def _unclear(self, results: Results) -> InvalidResultsDirectoryError:
        path = results.scans[0].path
        folder = path.rpartition("/")[0]
        todo = "Name the run with --run-id."
        if len(results.scans) > 1 or (folder_run_id(folder) and self._by_path(path) is None):
            return InvalidResultsDirectoryError(
                f"{printable(folder)} contains several RUN directories, so it does not say which "
                "run they are.",
                todo=todo,
            )
        return InvalidResultsDirectoryError(
            f"{printable(path)} does not say which run it is: its number cannot be a run id.",
            todo=todo,
        )


def _taken(job_id: int, run_id: int, path: str, other: str) -> ConflictError:
    return ConflictError(
        f"Run {run_id} of job {job_id} is {printable(other)}; {printable(path)} would become a "
        "version of it.",
        kept="Nothing was stored.",
        todo="Give this directory a run id of its own with --run-id, or the same one to make it "
        "the next version.",
    )
