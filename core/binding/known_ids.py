"""What is known of the ids of a results root, before its runs are counted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from core.binding.free_ids import FreeIds
from core.kinds.run_names import RunName
from core.model import Run
from core.ports.journal.journal import BindingJournal


def no_runs_stored(job_id: int) -> Sequence[Run]:
    """For who does not ask what other machines have stored."""
    return ()


class KnownIds:
    """What was given and stored here, and what the job holds; no network, no file is read."""

    def __init__(
        self,
        journal: BindingJournal,
        exists: Callable[[str], bool],
        runs_of: Callable[[int], Iterable[Run]] = no_runs_stored,
        own_names: Callable[[str], object] = lambda results_root: None,
    ) -> None:
        """`exists` tells whether a RUN directory is there; `runs_of` the runs of a job.

        `own_names` is told each root before anything is asked of it.
        """
        self._journal = journal
        self._exists = exists
        self._runs_of = runs_of
        self._own_names = own_names

    def __call__(
        self, results_root: str, named: Mapping[str, RunName], job_id: int | None
    ) -> FreeIds:
        """Of runs by path. Without a job, what they were stored as in any counts.

        Raises StateError, CatalogError.
        """
        self._own_names(results_root)
        job = job_id or self._journal.bound_job(results_root) or 0
        ids = FreeIds(named, self._stored_from(job))
        ids.keep_given(self._journal.given_ids(results_root))
        ids.keep_stored(self._journal.stored(), job_id)
        ids.take(self._elsewhere(named.keys(), job))
        return ids

    def _stored_from(self, job_id: int) -> Mapping[int, str]:
        return {run.run_id: run.directory for run in self._runs_of(job_id) if run.stored}

    def _elsewhere(self, paths: AbstractSet[str], job_id: int) -> Iterator[int]:
        """What other directories, which are there still, are stored as in the job."""
        of_job = self._journal.stored_in(job_id)
        others = filter(self._exists, of_job.keys() - paths)
        return (of_job[path] for path in others)
