"""Let the results roots of a job follow it to another store."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.model import Job
from core.ports.journal.bindings import StoredSource
from core.ports.journal.journal import BindingJournal
from core.stored.job_s3_prefix import JobS3Prefix


@dataclass(frozen=True)
class FollowedRoot:
    """A results root, and the job of the other store that it is bound to now."""

    results_root: str
    job_id: int


class FollowRoots:
    """What this machine knows of the first store stays; a root is bound in each store on its own."""

    def __init__(self, source: BindingJournal, target: BindingJournal) -> None:
        self._source = source
        self._target = target

    def __call__(self, job: Job, to: JobS3Prefix) -> Iterator[FollowedRoot]:
        """All roots of the job, one after the other. May be repeated; raises StateError.

        A root that is bound to another job there stays so, and that is the job it is told with.
        """
        self._target.put_job(to.job_id, to.created_at)
        for root in self._source.bound_roots(job.id):
            bound = self._bound(root, job.id, to.job_id)
            if bound == to.job_id:
                self._number(root)
            yield FollowedRoot(root, bound)
        self._take_along(job.id, to.job_id)

    def _bound(self, root: str, job_id: int, to_job: int) -> int:
        """The job that it is bound to there, from now on."""
        bound = self._target.bound_job(root)
        if bound is None:
            found = self._source.found_job(root) == job_id
            self._target.bind_root(root, to_job, found=found)
        return bound or to_job

    def _number(self, root: str) -> None:
        """As here, what has no id there yet."""
        there, here = self._target.given_ids(root), self._source.given_ids(root)
        free = {name: run_id for name, run_id in here.items() if run_id not in there.values()}
        self._target.give_ids(root, free | dict(there))

    def _take_along(self, job_id: int, to_job: int) -> None:
        """What was stored from which directory."""
        for path, stored in self._source.stored().items():
            if stored.job_id == job_id:
                self._remember(path, replace(stored, job_id=to_job))

    def _remember(self, path: str, stored: StoredSource) -> None:
        """Where nothing is known of it there."""
        if self._target.stored_as(path) is None:
            self._target.put_stored(path, stored)
