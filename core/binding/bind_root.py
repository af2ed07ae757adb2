"""Remember which job a results root belongs to, and tell."""

from collections.abc import Callable

from core.binding.run_ids import RunIds
from core.events import BoundHow, Event, ResultsRootBound
from core.model import Job
from core.ports.journal.bindings import Bindings


class BindRoot:
    """The one place that writes it down."""

    def __init__(
        self, journal: Bindings, run_ids: RunIds, publish: Callable[[Event], None]
    ) -> None:
        self._journal = journal
        self._run_ids = run_ids
        self._publish = publish

    def is_bound(self, results_root: str) -> bool:
        """Whether it belongs to a job already. Raises StateError."""
        return self._journal.bound_job(results_root) is not None

    def choose(self, results_root: str, job: Job) -> None:
        """If it belongs to the job because of its content alone, that is chosen now.

        Raises StateError.
        """
        if self._journal.found_job(results_root) == job.id:
            self.remember(results_root, job)

    def remember(self, results_root: str, job: Job, *, found: bool = False) -> None:
        """Durable on return; tells nobody. Raises StateError."""
        self._journal.put_job(job.id, job.created_at)
        self._journal.bind_root(results_root, job.id, found=found)

    def __call__(self, results_root: str, job: Job, how: BoundHow) -> None:
        """Remembers, and publishes it with the runs that can be stored so. Raises StateError."""
        self.remember(results_root, job, found=how is BoundHow.BY_CONTENT)
        inside = len(results_root.rstrip("/")) + 1
        proposed = self._run_ids.proposed(results_root, job.id)
        runs = tuple((path[inside:], run_id) for path, run_id in proposed)
        self._publish(ResultsRootBound(results_root, job.id, job.name, how, runs))
