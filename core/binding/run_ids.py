"""As which run of its job a RUN directory is stored."""

from collections.abc import Generator
from contextlib import contextmanager

from core.binding.match_content import MatchContent
from core.binding.number_runs import NumberRuns
from core.binding.run_owners import Choice, RunOwners
from core.binding.stored_here import StoredHere
from core.model import Artifact, run_id_of
from core.ports.journal.bindings import StoredSource
from core.progress import Progress
from core.source.find_results import Results


class RunIds:
    """What the user says, else what is remembered, else what the content says, else the name.

    Two directories become versions of one run only when the user says so: the second gets the next
    free id. Methods raise StateError.
    """

    def __init__(
        self,
        here: StoredHere,
        owners: RunOwners,
        number_runs: NumberRuns,
        match_content: MatchContent,
    ) -> None:
        self._here = here
        self._owners = owners
        self._number_runs = number_runs
        self._match_content = match_content

    @contextmanager
    def assigned(
        self,
        job_id: int,
        results: Results,
        run_id: int | None,
        progress: Progress,
        *,
        new_version: bool = False,
    ) -> Generator[int]:
        """The run id, which is nobody else's while the context lasts.

        `run_id` is what the user says, with `new_version` whatever directory that run was stored from.
        Raises ConflictError when it was another one without that, and what `MatchContent` raises.
        """
        choice = self._said(job_id, run_id, results.path, new_version) if run_id else None
        chosen = choice or self._chosen(job_id, results, progress)
        with self._owners.claimed(job_id, chosen, results.path) as taken:
            yield taken

    def expected(self, job_id: int, path: str) -> int | None:
        """Which run of the job it probably is; its content, which may say otherwise, is not read."""
        return self._here.run_in(job_id, path) or self._told(path)

    def proposed(self, results_root: str, job_id: int | None = None) -> tuple[tuple[str, int], ...]:
        """(path, run id) of all RUN directories of a root; no network, no file is read.

        Without a job, what is remembered counts for any. Raises CatalogError.
        """
        return tuple(self._number_runs.of_root(results_root, job_id).items())

    def remember(self, path: str, stored: StoredSource) -> None:
        """What a RUN directory was stored as."""
        self._here.remember(path, stored)

    def known_below(self, results_root: str, job_id: int) -> frozenset[int]:
        """Runs of the job that directories of a root were stored as."""
        return self._here.known_below(results_root, job_id)

    def root_of(self, path: str) -> str:
        """The results root of a RUN directory."""
        return self._number_runs.places.root_of_run(path)

    def results_root_of(self, path: str) -> str:
        """Of any path: where the run at it is, else the path itself."""
        return self._number_runs.places.results_root_of(path)

    def _said(self, job_id: int, run_id: int, path: str, new_version: bool) -> Choice:
        sure = new_version or self._here.run_in(job_id, path) == run_id
        if not sure:
            self._owners.check(job_id, run_id, path)
        return Choice(run_id, fixed=True, sure=sure)

    def _chosen(self, job_id: int, results: Results, progress: Progress) -> Choice:
        if known := self._here.run_in(job_id, results.path):
            return Choice(known, fixed=True, sure=True)
        if found := self._by_content(job_id, results, progress):
            return Choice(found, fixed=True)
        return Choice(self._by_name(job_id, results.path))

    def _by_content(self, job_id: int, results: Results, progress: Progress) -> int | None:
        def is_free(artifact: Artifact) -> bool:
            of_job = artifact.job_id == job_id
            return of_job and self._owners.is_free(job_id, run_id_of(artifact), results.path)

        found = self._match_content(results, is_free, progress)
        return found.run_id if found else None

    def _told(self, path: str) -> int | None:
        """By what was given to it, its name, or what it was stored as in any job."""
        if told := self._owners.told(path):
            return told
        known = self._here.last(path)
        return known.run_id if known else None

    def _by_name(self, job_id: int, path: str) -> int:
        if told := self._told(path):
            return told
        return self._number_runs.of_root(self.root_of(path), job_id, path)[path]
